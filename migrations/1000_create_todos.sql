-- Todos are personal data: visible to their owner only, and deleted with the account.
--
-- A todo that is deleted is marked first, so that its owner can take that back: it returns with everything it had, to its
-- place. The owner sees a marked row and nobody else does; queries leave it out. An hour later it is gone.

do $$
declare
  directory record;
begin
  select * into directory from web.user_directory();
  execute format(
    $sql$
      create table todos (
        id bigint generated always as identity primary key,
        task text not null,
        -- Never sent by the server: the database fills in who is asking, and no grant lets anyone else do it.
        user_id %1$s not null default current_user_id(),
        created_at timestamptz not null default now(),
        -- When it was done. Null means open.
        completed_at timestamptz,
        -- When it was deleted. Null means it is there. What was deleted at once has the same time, and is taken back at once.
        deleted_at timestamptz,
        updated_at timestamptz not null default now(),
        -- Comes with the form: the same idempotency key twice is one todo.
        idempotency_key uuid not null default gen_random_uuid(),

        constraint todos_user_id_%3$s foreign key (user_id) references %2$s (id) on delete cascade,
        constraint todos_idempotency_key unique (user_id, idempotency_key),
        -- The limits are those of app/src/todos/model.rs, which explains them to people.
        constraint todos_task_length check (char_length(task) between 1 and 500),
        constraint todos_task_text check (task !~ '[\u0001-\u001f\u007f-\u009f]')
      )
    $sql$,
    directory.id_type, directory.target, directory.label
  );
end
$$;

-- Serves the listing (newest first, page by page), the policy, and the foreign key.
create index todos_of_user on todos (user_id, id desc);

-- One for each part that a list shows: without them, the few open ones would be looked for among all that were ever done.
-- They also count their part without reading a row, as far as vacuum has been there.
create index todos_open_of_user on todos (user_id, id desc) where completed_at is null and deleted_at is null;
create index todos_done_of_user on todos (user_id, id desc) where completed_at is not null and deleted_at is null;

-- For taking back, and for the purge. Holds an hour of deletions.
create index todos_deleted_of_user on todos (user_id, deleted_at) where deleted_at is not null;

-- By column: who owns a todo, and when it was made, is not for anyone to write. Only the purge below removes rows.
grant select on todos to authenticated;
grant insert (task, idempotency_key), update (task, completed_at, deleted_at) on todos to authenticated;

alter table todos enable row level security;
-- Also for the owner, so that nothing but the last policy opens the table to maintenance.
alter table todos force row level security;

create policy todos_belong_to_their_owner on todos for all to authenticated
  using (user_id = (select current_user_id()))
  with check (user_id = (select current_user_id()));

-- forget_user() and purge_deleted_users() run as the owner and would see no rows without it.
create policy todos_maintenance on todos for all to current_user using (true) with check (true);

create function todos_were_edited() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.updated_at := now();
  return new;
end
$$;
revoke all on function todos_were_edited() from public;

create trigger todos_were_edited before update of task, completed_at on todos for each row
  when ((old.task, old.completed_at) is distinct from (new.task, new.completed_at))
  execute function todos_were_edited();

-- Says how many rows it removed. Runs as the owner, who sees everybody's through the maintenance policy.
create function purge_deleted_todos() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  removed bigint;
begin
  delete from public.todos where deleted_at < now() - interval '1 hour';
  get diagnostics removed = row_count;
  return removed;
end
$$;

revoke all on function purge_deleted_todos() from public;
grant execute on function purge_deleted_todos() to web;
