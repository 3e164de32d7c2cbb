-- Neon Auth deletes the account, and then something fails: a second attempt finds nobody to delete. The function of 0011
-- needed the right to delete users to see that, and an owner without it was told that the account is still there. Nor is
-- that right needed where Neon Auth deletes users itself.

create or replace function web.delete_neon_auth_user(user_id text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  directory record;
  is_there boolean;
begin
  select * into directory from web.user_directory();
  if directory.deletes_softly then
    raise exception '% is a copy: its users are deleted at Neon Auth', directory.target
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format('select exists (select from %s where id = $1::%s)', directory.target, directory.id_type)
  into is_there using user_id;
  if is_there then
    execute format('delete from %s where id = $1::%s', directory.target, directory.id_type) using user_id;
  end if;
end
$$;
