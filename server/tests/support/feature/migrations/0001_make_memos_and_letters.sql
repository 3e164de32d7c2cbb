-- Two tables as features have them: memos go with their owner; letters are read by anybody and stay without a name.

do $$
declare
  directory record;
begin
  select * into directory from web.user_directory();
  execute format(
    $sql$
      create table memos (
        id bigint generated always as identity primary key,
        body text not null,
        user_id %1$s not null default current_user_id(),
        created_at timestamptz not null default now(),
        idempotency_key uuid not null default gen_random_uuid(),

        constraint memos_user_id_%3$s foreign key (user_id) references %2$s (id) on delete cascade,
        constraint memos_idempotency_key unique (user_id, idempotency_key),
        constraint memos_body_length check (char_length(body) between 1 and 500)
      );
      create table letters (
        id bigint generated always as identity primary key,
        body text not null,
        author_id %1$s default current_user_id(),
        idempotency_key uuid not null default gen_random_uuid(),

        constraint letters_author_id_%3$s foreign key (author_id) references %2$s (id) on delete set null,
        constraint letters_idempotency_key unique (author_id, idempotency_key),
        constraint letters_body_length check (char_length(body) between 1 and 500)
      )
    $sql$,
    directory.id_type, directory.target, directory.label
  );
end
$$;

create index memos_of_user on memos (user_id, id desc);

grant select on memos, letters to authenticated;
grant select on letters to anonymous;
grant insert (body, idempotency_key) on memos, letters to authenticated;
grant delete on memos to authenticated;

alter table memos enable row level security;
alter table memos force row level security;
alter table letters enable row level security;
alter table letters force row level security;

create policy memos_belong_to_their_owner on memos for all to authenticated
  using (user_id = (select current_user_id()))
  with check (user_id = (select current_user_id()));
create policy memos_maintenance on memos for all to current_user using (true) with check (true);

create policy letters_are_read_by_anyone on letters for select to anonymous, authenticated using (true);
create policy letters_are_written_by_their_author on letters for insert to authenticated
  with check (author_id = (select current_user_id()));
create policy letters_maintenance on letters for all to current_user using (true) with check (true);

create function purge_old_memos() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  removed bigint;
begin
  delete from public.memos where created_at < now() - interval '1 year';
  get diagnostics removed = row_count;
  return removed;
end
$$;

revoke all on function purge_old_memos() from public;
grant execute on function purge_old_memos() to web;
