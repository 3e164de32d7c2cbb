-- Hands over what belongs to those who have come back. People get new ids when they sign up again, and nothing but their e-mail address
-- connects the two. So rows change hands only where both generations say that the address was verified, and it names exactly one
-- former user and one new one.

-- The columns that are still waited in: a table may be gone since, or its part of the move be ended.
create temporary table waiting_column on commit drop as
select former_column.*, exists (
    select from pg_attribute
    where attrelid = child and attname = 'idempotency_key' and atttypid = 'uuid'::regtype and not attisdropped
  ) as has_idempotency_key
from web.former_column
join pg_attribute on attrelid = child and attname = former_column and not attisdropped;

-- Former users of whom there is a row left.
create temporary table waiting_user (id text primary key) on commit drop;

do $$
declare
  hidden regclass;
begin
  select child into hidden from waiting_column
  where row_security_active(child) and not exists (
    select from pg_policy
    where polrelid = child and polpermissive and polcmd = '*' and pg_get_expr(polqual, polrelid) = 'true'
      and exists (select from unnest(polroles) as role (id) where pg_has_role(role.id, 'usage'))
  )
  limit 1;
  if hidden is not null then
    raise exception 'role "%" does not see every row of %, and would take those of others for claimed', current_user, hidden
      using hint = format('Run: create policy maintenance on %s for all to current_user using (true) with check (true)', hidden);
  end if;
end
$$;

-- What Stack would have taken with the account.
do $$
declare
  reference record;
begin
  for reference in select * from waiting_column loop
    execute format(
      case when reference.on_delete = 'c'
        then 'delete from %1$s using web.former_user former where former.id = %1$s.%2$I and former.is_gone and former.claimed_by is null'
        else 'update %1$s set %2$I = null from web.former_user former where former.id = %1$s.%2$I and former.is_gone and former.claimed_by is null'
      end, reference.child, reference.former_column
    );
  end loop;
end
$$;

-- Accounts that somebody else may have begun: anybody can sign up with an address that they know and a password of their own, and that
-- password still opens the account once the person whose address it is has come in by another way.
create temporary table doubtful (id uuid primary key) on commit drop;

do $$
begin
  if to_regclass('neon_auth.account') is not null then
    insert into doubtful
    select distinct planted."userId"
    from neon_auth.account planted
    join neon_auth.account proof on proof."userId" = planted."userId"
    where planted."providerId" = 'credential' and proof."providerId" <> 'credential' and proof."createdAt" > planted."createdAt";
  end if;
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
  )
  and not exists (select from doubtful where doubtful.id = person.id);

do $$
declare
  reference record;
  person record;
begin
  for reference in select * from waiting_column loop
    for person in
      execute format(
        'select distinct former.id, former.claimed_by from web.former_user former
         join %s child on child.%I = former.id where former.claimed_by is not null',
        reference.child, reference.former_column
      )
    loop
      -- One by one: what cannot be handed over (the account was deleted at this moment, a table allows one row per person) stays
      -- with that person, and keeps nobody else waiting.
      begin
        execute format(
          'update %s set %I = $1, %I = null %s where %3$I = $2', reference.child, reference.user_column, reference.former_column,
          -- A form that was sent again since has made a row with the same one.
          case when reference.has_idempotency_key then ', idempotency_key = gen_random_uuid()' end
        ) using person.claimed_by, person.id;
      exception when unique_violation or foreign_key_violation then
        raise warning '%: what belonged to former user % stays waiting: %', reference.child, person.id, sqlerrm;
      end;
    end loop;
    execute format(
      'insert into waiting_user select distinct %2$I from %1$s where %2$I is not null on conflict do nothing',
      reference.child, reference.former_column
    );
  end loop;
end
$$;
