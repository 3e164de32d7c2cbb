-- The purge of 0008 took an advisory lock, so that one server at a time is at it. Advisory locks belong to everybody: whoever can
-- send SQL as "web" could hold it, and nothing was purged any more. Two purges at once do no harm, because each row is deleted
-- once: so there is no lock.

create or replace function purge_deleted_users() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  directory record;
  reference record;
  touched bigint := 0;
  these bigint;
begin
  select * into directory from web.user_directory();
  -- Where deletion removes the row, the foreign keys have done it.
  if not directory.deletes_softly then
    return 0;
  end if;

  for reference in select * from web.references_to_users() loop
    execute format(
      case reference.on_delete
        when 'c' then 'delete from %1$s using %3$s as person where person.id = %1$s.%2$I and person.deleted_at is not null'
        else 'update %1$s set %2$I = null from %3$s as person where person.id = %1$s.%2$I and person.deleted_at is not null'
      end,
      reference.child, reference.user_column, directory.target
    );
    get diagnostics these = row_count;
    touched := touched + these;
  end loop;

  execute format(
    'delete from web.session using %s as person where person.id::text = session.user_id and person.deleted_at is not null',
    directory.target
  );
  get diagnostics these = row_count;
  return touched + these;
end
$$;
