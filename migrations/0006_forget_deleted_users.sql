-- Where Neon Auth only marks a user as deleted, no foreign key ever fires. These two functions do what the
-- foreign keys say: rows are deleted under "on delete cascade", unnamed under "on delete set null".
--
-- They ask the catalog which tables those are. A new table that refers to users is covered from the day it is
-- made, and a feature that is removed is not missed. Neon's own tables are Neon's business.
--
-- Both run as the owner, who can see the rows through each table's maintenance policy; only "web" may call them.

create function web.references_to_users(out child text, out user_column text, out on_delete "char") returns setof record
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select format('%I.%I', namespace.nspname, class.relname), attribute.attname::text, reference.confdeltype
  from pg_constraint reference
  join pg_class class on class.oid = reference.conrelid
  join pg_namespace namespace on namespace.oid = class.relnamespace
  join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum = reference.conkey[1]
  where reference.contype = 'f'
    and reference.confrelid = (select target from web.user_directory())::regclass
    and reference.confdeltype in ('c', 'n')
    and cardinality(reference.conkey) = 1
    and pg_get_userbyid(class.relowner) = current_user
    and namespace.nspname <> 'neon_auth';
end;

-- For the moment when Neon Auth has confirmed the deletion of an account. Does nothing for an id that
-- nobody has; calling it twice is fine.
create function forget_user(user_id text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  id_type text := (select directory.id_type from web.user_directory() as directory);
  reference record;
begin
  for reference in select * from web.references_to_users() loop
    execute format(
      case reference.on_delete
        when 'c' then 'delete from %1$s where %2$I = $1::%3$s'
        else 'update %1$s set %2$I = null where %2$I = $1::%3$s'
      end,
      reference.child, reference.user_column, id_type
    ) using forget_user.user_id;
  end loop;
  delete from web.session where session.user_id = forget_user.user_id;
end
$$;

-- The backstop, for deletions that we were not told about. Says how many rows it touched. Two purges at once do no harm, because each
-- row is deleted once. So there is no advisory lock, which whoever sends SQL as "web" could hold.
create function purge_deleted_users() returns bigint
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

revoke all on function web.references_to_users(), forget_user(text), purge_deleted_users() from public;
grant execute on function forget_user(text), purge_deleted_users() to web;
