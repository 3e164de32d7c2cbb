-- The users live in schema "neon_auth", which belongs to Neon Auth: we look at it and refer to it, and
-- never create or alter it. It has three shapes in the wild:
--
--   neon_auth."user"      uuid   Managed Better Auth: present when sign-up answers, deletion removes the row
--   neon_auth.users_sync  uuid   the documentation's sample: arrives later, deletion sets "deleted_at"
--   neon_auth.users_sync  text   the Stack generation as found: the same
--
-- The schema "web" is the server's own: its sessions, and this function. Neither "authenticated" nor
-- "anonymous" can reach into it.

create schema web;
grant usage on schema web to web;

-- Says which shape this database has. A migration that refers to users asks it for the table and the type
-- of the id, so that the migrations that follow read the same on all three.
create function web.user_directory(
  out target text,            -- the table, quoted
  out id_type text,           -- 'uuid' or 'text'
  out label text,             -- ends the names of the foreign keys: the server tells by it whether a
                              -- missing user has not arrived yet, or is gone
  out deletes_softly boolean
)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  directory pg_class;
begin
  -- Both can be there while a project moves from one generation to the other. The one in use is the one that the view
  -- "profiles" reads: until the tables are moved that is the old one, whatever was enabled beside it. Otherwise accounts that are
  -- deleted meanwhile would keep their rows, since no table refers to the new directory yet. Where "profiles" is not made yet,
  -- "user" comes first: Neon closed the Stack generation to new projects.
  select class.* into directory
  from pg_class class
  join pg_namespace namespace on namespace.oid = class.relnamespace
  where namespace.nspname = 'neon_auth' and class.relname in ('user', 'users_sync') and class.relkind in ('r', 'p')
  order by
    exists (
      select from pg_depend
      join pg_rewrite on pg_rewrite.oid = objid
      where classid = 'pg_rewrite'::regclass and ev_class = to_regclass('public.profiles')
        and refclassid = 'pg_class'::regclass and refobjid = class.oid
    ) desc,
    class.relname = 'user' desc
  limit 1;

  if directory is null then
    raise exception 'Neon Auth is not enabled: database "%" has neither neon_auth."user" nor neon_auth.users_sync', current_database()
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'Enable Neon Auth for this branch and this database in Neon''s console, then migrate again.';
  end if;

  target := format('neon_auth.%I', directory.relname);
  label := case directory.relname when 'user' then 'neon_auth_user_fkey' else 'users_sync_fkey' end;
  select format_type(atttypid, atttypmod) into id_type
  from pg_attribute where attrelid = directory.oid and attname = 'id' and not attisdropped;
  deletes_softly := exists (
    select from pg_attribute where attrelid = directory.oid and attname = 'deleted_at' and not attisdropped
  );

  if id_type is null or id_type not in ('uuid', 'text') then
    raise exception '%.id should be uuid or text, it is %', target, coalesce(id_type, 'missing')
      using errcode = 'object_not_in_prerequisite_state';
  end if;

  if not has_schema_privilege('neon_auth', 'usage')
    or not has_column_privilege(directory.oid, 'id', 'select')
    or not has_column_privilege(directory.oid, 'name', 'select')
    or (deletes_softly and not has_column_privilege(directory.oid, 'deleted_at', 'select'))
    or not has_column_privilege(directory.oid, 'id', 'references')
  then
    raise exception 'role "%" may not refer to %', current_user, target
      using errcode = 'insufficient_privilege',
        hint = format(
          'Whoever owns it must run: grant usage on schema neon_auth to %1$I; grant select, references on %2$s to %1$I;',
          current_user, target
        );
  end if;
end
$$;

revoke all on function web.user_directory() from public;

-- Fails here, before anything else exists, when Neon Auth is missing.
do $$ begin perform web.user_directory(); end $$;
