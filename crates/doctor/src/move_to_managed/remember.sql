-- Who the users of the Stack generation are, and which columns name them: all that the move needs of Neon's old table. Neon may take
-- that table away as soon as Managed Neon Auth is on, and the foreign keys with it, so this can also run before.

-- What is there already is no news.
set local client_min_messages = warning;

create table if not exists web.former_user (
  id text primary key,
  -- In small letters, and null where there is none: nobody is found by an address that is empty.
  email text,
  email_verified boolean not null,
  -- Deleted at Stack, before anybody came for what was theirs.
  is_gone boolean not null,
  claimed_by uuid
);

-- A table of its own, so that nothing has to be told from the names of columns, nor from foreign keys that are gone.
create table if not exists web.former_column (
  child regclass not null,
  bare name not null,
  user_column name not null,
  foreign_key name not null,
  -- As in pg_constraint: "c" for cascade, "n" for set null.
  on_delete "char" not null,
  required boolean not null,
  has_default boolean not null,
  -- Where the id of the former user is kept.
  former_column name not null,
  primary key (child, user_column)
);

do $$
declare
  reference record;
begin
  -- One run at a time.
  perform pg_advisory_xact_lock(hashtext('move_to_managed'));

  if to_regclass('neon_auth.users_sync') is null then
    if to_regclass('neon_auth."user"') is null then
      raise exception 'Neon Auth is not enabled: this database has neither neon_auth."user" nor neon_auth.users_sync'
        using hint = 'Enable it for this branch in Neon''s console, then run this again.';
    end if;
    return;
  end if;

  for reference in
    select
      class.oid::regclass as child, class.relname as bare, attribute.attname as user_column, foreign_key.conname as name,
      foreign_key.confdeltype as on_delete, attribute.attnotnull as required, attribute.atthasdef as has_default
    from pg_constraint foreign_key
    join pg_class class on class.oid = foreign_key.conrelid
    join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum = foreign_key.conkey[1]
    where foreign_key.contype = 'f' and foreign_key.confrelid = 'neon_auth.users_sync'::regclass
      and pg_get_userbyid(class.relowner) = current_user
    order by class.relname, attribute.attnum
  loop
    -- Before the people are read: else somebody who has just arrived could still add a row, and would be missing below.
    execute format('lock table %s in access exclusive mode', reference.child);
    insert into web.former_column
    values (
      reference.child, reference.bare, reference.user_column, reference.name, reference.on_delete, reference.required,
      reference.has_default, 'former_' || reference.user_column
    )
    on conflict (child, user_column) do nothing;
  end loop;

  insert into web.former_user (id, email, email_verified, is_gone)
  select
    id::text, case when deleted_at is null then nullif(lower(email), '') end,
    deleted_at is null and coalesce(raw_json ->> 'primary_email_verified' = 'true', false), deleted_at is not null
  from neon_auth.users_sync
  on conflict (id) do update
    set email = excluded.email, email_verified = excluded.email_verified, is_gone = excluded.is_gone
    where former_user.claimed_by is null;
end
$$;
