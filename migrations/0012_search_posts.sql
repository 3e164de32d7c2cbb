-- Full-text search. A column and not an expression in the index, so that finding a post does not parse it again, and
-- generated, so that nothing can forget to fill it. English: for posts in another language name its configuration here
-- and in app/src/posts/store.rs.
--
-- The space after each "<" keeps the parser from taking what programmers write, `Vec<String>`, for markup, which
-- it does not index.
alter table posts add column search tsvector not null generated always as (
  setweight(to_tsvector('pg_catalog.english', replace(title, '<', '< ')), 'A')
    || to_tsvector('pg_catalog.english', replace(content, '<', '< '))
) stored;

-- Posts are read more often than written: without "fastupdate" no search has to look through a list of what was added
-- lately, which also makes the planner shy of the index.
create index posts_search on posts using gin (search) with (fastupdate = off);

-- How often which word occurs decides whether the index is worth it: know more of them than usual.
alter table posts alter column search set statistics 1000;
