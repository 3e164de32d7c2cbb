-- Posts are public from the start and outlive their author: when the account goes, the text stays and
-- the name goes.

do $$
declare
  directory record;
begin
  select * into directory from web.user_directory();
  execute format(
    $sql$
      create table posts (
        id bigint generated always as identity primary key,
        title text not null,
        content text not null,
        -- Null once the account is deleted. Until then filled in by the database alone: no grant lets anyone set it.
        author_id %1$s default current_user_id(),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        -- Grows by one with each edit. An edit names the version that it started from, so that of two people
        -- (or two tabs) the second one is told and nothing is overwritten unseen.
        version integer not null default 1,
        idempotency_key uuid not null default gen_random_uuid(),
        -- Full-text search. A column and not an expression in the index, so that finding a post does not parse it again, and
        -- generated, so that nothing can forget to fill it. English: for posts in another language name its configuration here
        -- and in app/src/posts/store.rs.
        --
        -- The space after each "<" keeps the parser from taking what programmers write, `Vec<String>`, for markup, which
        -- it does not index.
        search tsvector not null generated always as (
          setweight(to_tsvector('pg_catalog.english', replace(title, '<', '< ')), 'A')
            || to_tsvector('pg_catalog.english', replace(content, '<', '< '))
        ) stored,

        constraint posts_author_id_%3$s foreign key (author_id) references %2$s (id) on delete set null,
        -- Also the index under the foreign key and the policies.
        constraint posts_idempotency_key unique (author_id, idempotency_key),
        -- The limits are those of app/src/posts/model.rs, which explains them to people.
        constraint posts_title_length check (char_length(title) between 1 and 200),
        constraint posts_title_text check (title !~ '[\u0001-\u001f\u007f-\u009f]'),
        constraint posts_content_length check (char_length(content) between 1 and 50000),
        -- Line breaks and tabs are text here.
        constraint posts_content_text check (content !~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f]')
      )
    $sql$,
    directory.id_type, directory.target, directory.label
  );
end
$$;

-- The order of the list. The id makes it total, so that a page can begin exactly where the last one ended.
create index posts_newest on posts (created_at desc, id desc);

-- Posts are read more often than written: without "fastupdate" no search has to look through a list of what was added
-- lately, which also makes the planner shy of the index.
create index posts_search on posts using gin (search) with (fastupdate = off);
-- How often which word occurs decides whether the index is worth it: know more of them than usual.
alter table posts alter column search set statistics 1000;

grant select on posts to anonymous, authenticated;
grant delete on posts to authenticated;
grant insert (title, content, idempotency_key), update (title, content) on posts to authenticated;

alter table posts enable row level security;
alter table posts force row level security;

-- Exactly "true": the operators of full-text search may not run ahead of any other condition, and would then
-- lose their index.
create policy posts_are_read_by_anyone on posts for select to anonymous, authenticated using (true);

create policy posts_are_written_by_their_author on posts for insert to authenticated
  with check (author_id = (select current_user_id()));
create policy posts_are_edited_by_their_author on posts for update to authenticated
  using (author_id = (select current_user_id()))
  with check (author_id = (select current_user_id()));
create policy posts_are_deleted_by_their_author on posts for delete to authenticated
  using (author_id = (select current_user_id()));

create policy posts_maintenance on posts for all to current_user using (true) with check (true);

create function posts_were_edited() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.updated_at := now();
  new.version := old.version + 1;
  return new;
end
$$;
revoke all on function posts_were_edited() from public;

-- "on delete set null" is an update as well. It does not name these columns and is no edit.
create trigger posts_were_edited before update of title, content on posts for each row
  when ((old.title, old.content) is distinct from (new.title, new.content))
  execute function posts_were_edited();
