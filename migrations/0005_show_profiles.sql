-- What anybody may know about a user: the id and the display name. No e-mail address, no "raw_json".
--
-- The view belongs to the owner and runs with the owner's rights (it is neither security_invoker nor
-- security_barrier): "neon_auth" itself stays closed to everyone else. As a barrier it was measured to take
-- 142 ms instead of 0.14 ms for the authors of 20 posts among 100,000 users, and hides nothing more: it has no
-- rows that a condition of the caller could leak, other than those of people who asked to be forgotten.
--
-- People whose deletion is only marked are left out here, in the view, so that no query can forget it. Use it
-- with a LEFT JOIN: what a user has written is still there when the user has not arrived yet, or is gone.
--
-- Where a provider gives no name, Managed Neon Auth stores the e-mail address as the name. A name that looks like an address is therefore
-- no name. `server move-to-managed` makes the view again, with the same expression.

do $$
declare
  directory record;
begin
  select * into directory from web.user_directory();
  execute format(
    'create view profiles as select id, case when name !~ %L then nullif(btrim(name), %L) end as name from %s %s',
    '^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$',
    '',
    directory.target,
    case when directory.deletes_softly then 'where deleted_at is null' else '' end
  );
end
$$;

grant select on profiles to anonymous, authenticated;
