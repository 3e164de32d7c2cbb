-- Road trips are personal data: visible to their owner only, and deleted with the account. //personal
-- Road trips are public from the start and outlive their author: when the account goes, they stay and //public
-- the name goes. //public

do $$
declare
  directory record;
begin
  select * into directory from web.user_directory();
  execute format(
    $sql$
      create table road_trips (
        id bigint generated always as identity primary key,
        /*column_definitions*/
        -- Never sent by the server: the database fills in who is asking, and no grant lets anyone else do it. //personal
        user_id %1$s not null default current_user_id(), //personal
        -- Null once the account is deleted. Until then filled in by the database alone: no grant lets anyone set it. //public
        author_id %1$s default current_user_id(), //public
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        -- Grows by one with each edit. An edit names the version that it started from, so that of two people
        -- (or two tabs) the second one is told and nothing is overwritten unseen.
        version integer not null default 1,
        -- Comes with the form: the same idempotency key twice is one row.
        idempotency_key uuid not null default gen_random_uuid(),

        constraint road_trips_user_id_%3$s foreign key (user_id) references %2$s (id) on delete cascade, //personal
        constraint road_trips_idempotency_key unique (user_id, idempotency_key), //personal
        constraint road_trips_author_id_%3$s foreign key (author_id) references %2$s (id) on delete set null, //public
        -- Also the index under the foreign key and the policies. //public
        constraint road_trips_idempotency_key unique (author_id, idempotency_key), //public
        -- The limits are those of app/src/road_trips/model.rs, which explains them to people.
        /*constraints*/
      )
    $sql$,
    directory.id_type, directory.target, directory.label
  );
end
$$;

-- Serves the list (newest first, page by page), the policy, and the foreign key. //personal
create index road_trips_of_user on road_trips (user_id, id desc); //personal
 //personal
-- By column: whose row it is, and when it was made, is not for anyone to write.
grant select, delete on road_trips to authenticated; //personal
grant select on road_trips to anonymous, authenticated; //public
grant delete on road_trips to authenticated; //public
grant insert (/*columns*/, idempotency_key), update (/*columns*/) on road_trips to authenticated;

alter table road_trips enable row level security;
-- Also for the owner, so that nothing but the last policy opens the table to maintenance.
alter table road_trips force row level security;

create policy road_trips_belong_to_their_owner on road_trips for all to authenticated //personal
  using (user_id = (select current_user_id())) //personal
  with check (user_id = (select current_user_id())); //personal
create policy road_trips_are_read_by_anyone on road_trips for select to anonymous, authenticated using (true); //public
 //public
create policy road_trips_are_written_by_their_author on road_trips for insert to authenticated //public
  with check (author_id = (select current_user_id())); //public
create policy road_trips_are_edited_by_their_author on road_trips for update to authenticated //public
  using (author_id = (select current_user_id())) //public
  with check (author_id = (select current_user_id())); //public
create policy road_trips_are_deleted_by_their_author on road_trips for delete to authenticated //public
  using (author_id = (select current_user_id())); //public

-- forget_user() and purge_deleted_users() run as the owner and would see no rows without it.
create policy road_trips_maintenance on road_trips for all to current_user using (true) with check (true);

create function road_trips_were_edited() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.updated_at := now();
  new.version := old.version + 1;
  return new;
end
$$;
revoke all on function road_trips_were_edited() from public;

-- "on delete set null" is an update as well. It does not name these columns and is no edit. //public
create trigger road_trips_were_edited before update of /*columns*/ on road_trips for each row
  when ((/*old_columns*/) is distinct from (/*new_columns*/))
  execute function road_trips_were_edited();
