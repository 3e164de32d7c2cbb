-- Where a provider gives no name, Managed Neon Auth stores the e-mail address as the name. A name that looks like an address is therefore
-- no name: the view hides it from every reader, whatever the query.
--
-- `server move-to-managed` makes the view again (app/src/db/move_to_managed/convert.sql), with the same expression.

do $$
declare
  directory record;
begin
  select * into directory from web.user_directory();
  execute format(
    'create or replace view profiles as select id, case when name !~ %L then nullif(btrim(name), %L) end as name from %s %s',
    '^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$',
    '',
    directory.target,
    case when directory.deletes_softly then 'where deleted_at is null' else '' end
  );
end
$$;
