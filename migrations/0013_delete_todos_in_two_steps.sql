-- A todo that is deleted is marked first, so that its owner can take that back: it returns with everything it had, to its
-- place. The owner sees a marked row and nobody else does, as before; queries leave it out. An hour later it is gone.

alter table todos
  -- When it was deleted. Null means it is there. What was deleted at once has the same time, and is taken back at once.
  add column deleted_at timestamptz;

-- Only the purge below removes rows now.
revoke delete on todos from authenticated;
grant update (deleted_at) on todos to authenticated;

-- One for each part that a list shows: without them, the few open ones would be looked for among all that were ever done.
-- They also count their part without reading a row, as far as vacuum has been there.
create index todos_open_of_user on todos (user_id, id desc) where completed_at is null and deleted_at is null;
create index todos_done_of_user on todos (user_id, id desc) where completed_at is not null and deleted_at is null;

-- For taking back, and for the purge. Holds an hour of deletions.
create index todos_deleted_of_user on todos (user_id, deleted_at) where deleted_at is not null;

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
