-- From the users of the Stack generation to those of Managed Neon Auth, for every table that refers to users. Runs as the
-- owner, whole or not at all, and as often as one likes: what is done already is left alone.
--
-- People get new ids when they sign up again, and nothing but their e-mail address connects the two. So rows change hands only
-- where both generations say that the address was verified, and it names exactly one former user. Until then a row keeps its
-- former owner in a column of its own, and belongs to nobody: the policies show it to no one, or (posts) without a name.

do $$
begin
  if to_regclass('neon_auth."user"') is null then
    raise exception 'Managed Neon Auth is not enabled: this database has no neon_auth."user"'
      using hint = 'Enable it for this branch in Neon''s console, then run this again.';
  end if;
  -- So that nobody adds a row with the old identity meanwhile.
  perform pg_advisory_xact_lock(hashtext('move_to_managed'));
end
$$;

create table if not exists web.former_user (
  id text primary key,
  -- In small letters.
  email text,
  email_verified boolean not null,
  claimed_by uuid
);

-- Neon may remove its table at any time after this.
do $$
begin
  if to_regclass('neon_auth.users_sync') is not null then
    insert into web.former_user (id, email, email_verified)
    select id::text, lower(email), coalesce(raw_json ->> 'primary_email_verified' = 'true', false)
    from neon_auth.users_sync
    where deleted_at is null
    on conflict (id) do nothing;
  end if;
end
$$;

do $$
declare
  reference record;
  policy record;
  policies text[] := '{}';
  statement text;
begin
  -- Nothing refers to the former users any more: this part was done before.
  if to_regclass('neon_auth.users_sync') is null or not exists (
    select from pg_constraint where contype = 'f' and confrelid = to_regclass('neon_auth.users_sync')
  ) then
    return;
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
    where class.relowner = current_user::regrole
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

  for reference in
    select
      foreign_key.conname as name, foreign_key.conrelid::regclass as child, class.relname as bare, attribute.attname as user_column,
      foreign_key.confdeltype as on_delete, attribute.attnotnull as required
    from pg_constraint foreign_key
    join pg_class class on class.oid = foreign_key.conrelid
    join pg_attribute attribute on attribute.attrelid = foreign_key.conrelid and attribute.attnum = foreign_key.conkey[1]
    where foreign_key.contype = 'f' and foreign_key.confrelid = 'neon_auth.users_sync'::regclass
      and class.relowner = current_user::regrole
  loop
    -- What was to go with users who are only marked as deleted goes now.
    execute format(
      case reference.on_delete
        when 'c' then 'delete from %1$s where exists (select from neon_auth.users_sync person where person.id = %2$I and person.deleted_at is not null)'
        else 'update %1$s set %2$I = null where exists (select from neon_auth.users_sync person where person.id = %2$I and person.deleted_at is not null)'
      end, reference.child, reference.user_column
    );
    execute format('alter table %s add column %I text', reference.child, 'former_' || reference.user_column);
    execute format('update %s set %I = %I::text', reference.child, 'former_' || reference.user_column, reference.user_column);
    execute format('alter table %s drop constraint %I', reference.child, reference.name);
    execute format('alter table %s alter column %I drop not null, alter column %2$I drop default', reference.child, reference.user_column);
    execute format('alter table %s alter column %I type uuid using null', reference.child, reference.user_column);
    if reference.required then
      execute format(
        'alter table %s add constraint %I check (%I is not null or %I is not null)',
        reference.child, reference.bare || '_has_an_owner', reference.user_column, 'former_' || reference.user_column
      );
    end if;
    execute format(
      'create index %I on %s (%I) where %3$I is not null',
      reference.bare || '_former_' || reference.user_column, reference.child, 'former_' || reference.user_column
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

  drop view profiles;
  create view profiles as select id, nullif(btrim(name), '') as name from neon_auth."user";
  grant select on profiles to anonymous, authenticated;

  for reference in
    select attribute.attrelid::regclass as child, class.relname as bare, substr(attribute.attname, length('former_') + 1) as user_column,
      exists (select from pg_constraint where conrelid = class.oid and conname = class.relname || '_has_an_owner') as required
    from pg_attribute attribute
    join pg_class class on class.oid = attribute.attrelid
    where starts_with(attribute.attname, 'former_') and not attribute.attisdropped and class.relowner = current_user::regrole
      and class.relkind = 'r' and class.oid <> 'web.former_user'::regclass
  loop
    execute format('alter table %s alter column %I set default current_user_id()', reference.child, reference.user_column);
    execute format(
      'alter table %s add constraint %I foreign key (%I) references neon_auth."user" (id) on delete %s',
      reference.child, reference.bare || '_' || reference.user_column || '_neon_auth_user_fkey', reference.user_column,
      case when reference.required then 'cascade' else 'set null' end
    );
  end loop;

  foreach statement in array policies loop
    execute statement;
  end loop;

  -- Their tokens are of the generation that is left.
  delete from web.session;
end
$$;

-- Who has come back, and is beyond doubt the same person.
update web.former_user former set claimed_by = person.id
from neon_auth."user" person
where former.claimed_by is null and former.email_verified and person."emailVerified" and lower(person.email) = former.email
  and not exists (
    select from web.former_user other
    where other.email = former.email and other.id <> former.id and (other.email_verified or other.claimed_by is not null)
  )
  and not exists (
    select from neon_auth."user" other where lower(other.email) = former.email and other.id <> person.id
  );

do $$
declare
  reference record;
begin
  for reference in
    select attribute.attrelid::regclass as child, attribute.attname as former_column, substr(attribute.attname, length('former_') + 1) as user_column
    from pg_attribute attribute
    join pg_class class on class.oid = attribute.attrelid
    where starts_with(attribute.attname, 'former_') and not attribute.attisdropped and class.relowner = current_user::regrole
      and class.relkind = 'r' and class.oid <> 'web.former_user'::regclass
  loop
    execute format(
      'update %1$s set %2$I = former.claimed_by, %3$I = null from web.former_user former
       where former.id = %1$s.%3$I and former.claimed_by is not null',
      reference.child, reference.user_column, reference.former_column
    );
  end loop;
end
$$;
