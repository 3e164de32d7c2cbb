-- Who may do what, before there is anything to do it to.
--
--   web            the server's login. NOINHERIT: outside a transaction that has chosen one of the two
--                  roles below it owns nothing and may read no feature table, so a query that forgot to
--                  say who is asking ends in "permission denied" and not in everybody's rows.
--   authenticated  what a transaction of a signed-in person runs as.
--   anonymous      what a transaction of anybody else runs as.
--
-- The names of the last two are those of Neon's Data API, so policies written for one serve the other.

do $$
declare
  wanted text;
  may_set_role boolean;
begin
  -- Roles belong to the whole cluster: they may exist already, and the migration of another database may
  -- be creating them at this moment. Both are fine. The order is fixed so that two migrations cannot
  -- wait for each other.
  foreach wanted in array array['anonymous', 'authenticated', 'web'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin noinherit', wanted);
        if wanted = 'web' then
          -- A request that hangs must not hold a connection, or the rows that it locked, for ever.
          alter role web set statement_timeout = '15s';
          alter role web set idle_in_transaction_session_timeout = '30s';
        end if;
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
    if exists (select from pg_roles where rolname = wanted and (rolsuper or rolbypassrls)) then
      raise exception 'role "%" bypasses row-level security', wanted
        using hint = format('As a superuser: alter role %I nosuperuser nobypassrls', wanted);
    end if;
  end loop;

  if (select rolinherit from pg_roles where rolname = 'web') then
    alter role web noinherit;
  end if;

  foreach wanted in array array['anonymous', 'authenticated'] loop
    if current_setting('server_version_num')::int < 160000 then
      may_set_role := pg_has_role('web', wanted, 'member');
    else
      may_set_role := pg_has_role('web', wanted, 'set') and not pg_has_role('web', wanted, 'usage');
    end if;
    if not may_set_role then
      begin
        -- Since PostgreSQL 16 each membership says for itself whether it inherits.
        execute format(
          'grant %I to web %s',
          wanted,
          case when current_setting('server_version_num')::int < 160000 then '' else 'with inherit false, set true' end
        );
      exception
        when unique_violation then
          null;
        when insufficient_privilege then
          raise exception 'role "%" may not let "web" act as "%"', current_user, wanted
            using hint = format('Whoever made that role must run: grant %I to web', wanted);
      end;
    end if;
  end loop;

  if not has_database_privilege('web', current_database(), 'connect') then
    execute format('grant connect on database %I to web', current_database());
  end if;
end
$$;

-- Databases that were upgraded from PostgreSQL 14 let everybody create objects in "public", where an
-- object of the right name would be found before the intended one.
revoke create on schema public from public;
grant usage on schema public to anonymous, authenticated, web;
