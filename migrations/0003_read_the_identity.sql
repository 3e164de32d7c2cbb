-- Who is asking: the claims of the verified token, which the server sets for one transaction in
-- "request.jwt.claims".
--
-- Neon's extension pg_session_jwt reads them through auth.session(), auth.jwt(), auth.user_id() and
-- auth.uid(). Where it cannot be had, or cannot be used (its script runs as a superuser, so a database owner
-- who is none may end up without USAGE on "auth"), SQL functions of the same names and results take its
-- place. Their bodies are parsed now and not at run time, so whoever calls them needs no rights on the schema.

do $$
declare
  id_type text := (select directory.id_type from web.user_directory() as directory);
  ours_or_free boolean;
begin
  -- A failure inside a block with an exception clause undoes that block only.
  if exists (select from pg_available_extensions where name = 'pg_session_jwt' and installed_version is null) then
    begin
      create extension pg_session_jwt;
      if not has_schema_privilege('auth', 'usage') then
        raise exception 'no usage on schema auth';
      end if;
    exception when others then
      raise notice 'pg_session_jwt is offered but not usable (%), taking SQL functions instead', sqlerrm;
    end;
  end if;

  select count(*) = 0 or bool_and(pg_get_userbyid(nspowner) = current_user) into ours_or_free
  from pg_namespace where nspname = 'auth';

  if ours_or_free and not exists (select from pg_extension where extname = 'pg_session_jwt') then
    create schema if not exists auth;
    grant usage on schema auth to anonymous, authenticated;

    -- Once a session has set it, the setting reads as '' where it is not set.
    create or replace function auth.session() returns jsonb language sql stable parallel safe
      return nullif(current_setting('request.jwt.claims', true), '')::jsonb;

    create or replace function auth.jwt() returns jsonb language sql stable parallel safe
      return auth.session();

    create or replace function auth.user_id() returns text language sql stable parallel safe
      return case when jsonb_typeof(auth.session() -> 'sub') = 'string' then auth.session() ->> 'sub' end;

    create or replace function auth.uid() returns uuid language sql stable parallel safe
      return case
        when auth.user_id() ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then auth.user_id()::uuid
      end;
  end if;

  -- The one function that policies and defaults use. It has the directory's type, because "uuid = text" does
  -- not compile, and it hides which of the above is there. Policies call it as (select current_user_id()),
  -- which PostgreSQL evaluates once per statement and not once per row.
  if has_schema_privilege('auth', 'usage') then
    execute format(
      'create function current_user_id() returns %1$s language sql stable parallel safe return auth.user_id()::%1$s',
      id_type
    );
  else
    -- The extension is there, installed by somebody else who keeps it to themselves.
    execute format(
      $sql$
        create function current_user_id() returns %1$s language sql stable parallel safe
        return (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::%1$s
      $sql$,
      id_type
    );
  end if;
end
$$;

revoke all on function current_user_id() from public;
grant execute on function current_user_id() to anonymous, authenticated;
