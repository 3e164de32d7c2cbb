-- Points every table that refers to users at those of Managed Neon Auth, once. A row keeps its former owner in a column of its own, and
-- belongs to nobody until it is claimed: the policies show it to no one, or (posts) without a name.

do $$
declare
  in_use regclass;
  reference record;
  policy record;
  policies text[] := '{}';
  statement text;
begin
  select refobjid into in_use
  from pg_depend
  join pg_rewrite on pg_rewrite.oid = objid
  where classid = 'pg_rewrite'::regclass and ev_class = to_regclass('public.profiles') and refclassid = 'pg_class'::regclass
    and refobjid in (to_regclass('neon_auth.users_sync'), to_regclass('neon_auth."user"'));

  -- Done before, or never needed.
  if in_use = 'neon_auth."user"'::regclass then
    return;
  end if;
  if in_use is null and not exists (select from web.former_column) then
    raise exception 'the tables are neither as before the move nor as after it: neon_auth.users_sync is gone, and the foreign keys with it'
      using hint = 'Restore the branch to a time before that, and run this before Managed Neon Auth is enabled.';
  end if;

  -- Policies and defaults name the function whose type changes, so they are taken down and put up again, word for word.
  for policy in
    select
      polname, polrelid::regclass as child, polpermissive,
      case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
      (select string_agg(quote_ident(rolname), ', ') from pg_roles where oid = any (polroles)) as roles,
      pg_get_expr(polqual, polrelid) as visible,
      pg_get_expr(polwithcheck, polrelid) as allowed
    from pg_policy
    join pg_class class on class.oid = polrelid
    where pg_get_userbyid(class.relowner) = current_user
  loop
    continue when concat(policy.visible, policy.allowed) not like '%current_user_id()%';
    policies := policies || concat(
      format('create policy %I on %s as %s for %s', policy.polname, policy.child,
        case when policy.polpermissive then 'permissive' else 'restrictive' end, policy.command),
      ' to ' || coalesce(policy.roles, 'public'),
      ' using (' || policy.visible || ')',
      ' with check (' || policy.allowed || ')'
    );
    execute format('drop policy %I on %s', policy.polname, policy.child);
  end loop;

  for reference in select * from web.former_column loop
    execute format('alter table %s add column %I text', reference.child, reference.former_column);
    -- Not by an update: policies that hide rows from the owner would hide them from it, and it would fire triggers.
    execute format(
      'alter table %s drop constraint if exists %I, alter %3$I drop not null, alter %3$I drop default,
         alter %4$I type text using %3$I::text, alter %3$I type uuid using null',
      reference.child, reference.foreign_key, reference.user_column, reference.former_column
    );
    if reference.required then
      execute format(
        'alter table %s add constraint %I check (%I is not null or %I is not null)',
        reference.child, concat(reference.bare, '_', reference.user_column, '_has_an_owner'),
        reference.user_column, reference.former_column
      );
    end if;
    execute format(
      'create index %I on %s (%I) where %3$I is not null',
      concat(reference.bare, '_', reference.former_column), reference.child, reference.former_column
    );
  end loop;

  drop function current_user_id();
  if has_schema_privilege('auth', 'usage') then
    create function current_user_id() returns uuid language sql stable parallel safe return auth.user_id()::uuid;
  else
    create function current_user_id() returns uuid language sql stable parallel safe
      return (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid;
  end if;
  revoke all on function current_user_id() from public;
  grant execute on function current_user_id() to anonymous, authenticated;

  drop view if exists profiles;
  create view profiles as
    select id, case when name !~ '^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$' then nullif(btrim(name), '') end as name from neon_auth."user";
  grant select on profiles to anonymous, authenticated;

  for reference in select * from web.former_column loop
    if reference.has_default then
      execute format('alter table %s alter %I set default current_user_id()', reference.child, reference.user_column);
    end if;
    execute format(
      'alter table %s add constraint %I foreign key (%I) references neon_auth."user" (id) on delete %s',
      reference.child, concat(reference.bare, '_', reference.user_column, '_neon_auth_user_fkey'), reference.user_column,
      case reference.on_delete when 'c' then 'cascade' when 'n' then 'set null' when 'r' then 'restrict' else 'no action' end
    );
  end loop;

  foreach statement in array policies loop
    execute statement;
  end loop;

  -- Their tokens are of the generation that is left.
  delete from web.session;
end
$$;
