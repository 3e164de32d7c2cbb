-- The sessions of the server. The browser holds an opaque id and nothing else.
--
-- Not a feature table: only "web" may touch it, no person's transaction can, and so it needs no policies.

create table web.session (
  -- SHA-256 of the id in the cookie: whoever reads this table cannot take over a session.
  id_hash bytea primary key check (octet_length(id_hash) = 32),
  -- The subject of the token as text, whatever the directory's type: it is compared, never joined. No
  -- foreign key, because a session may exist before Neon Auth has delivered its user.
  user_id text,
  -- Tokens and everything else, encrypted by the server with a key that is not in the database.
  ciphertext bytea not null,
  created_at timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  expires_at timestamptz not null,

  -- What a person recognises a session by among "your signed-in devices", and ends it by.
  -- In pages and forms. Not the key: that is made from the cookie, and should be seen nowhere else.
  device_id uuid not null default gen_random_uuid(),
  -- As the browser calls itself, cut to what a name needs.
  user_agent text check (char_length(user_agent) <= 256),
  -- Where the session was last used from. Personal data, and kept because "somebody in another city" is what people look
  -- for in such a list. It is whole, since a shortened one answers that question worse; it is shown to its owner only, never
  -- logged from here, and goes with the row: when the session ends, or a month after it began.
  address inet,
  -- Whoever is not signed in has no devices to look at, and leaves no trace.
  constraint session_of_a_visitor_is_nobodys check (user_id is not null or (user_agent is null and address is null))
)
-- "last_seen" is written again and again: room on each page keeps those updates away from the indexes.
with (fillfactor = 80);

-- For "your signed-in devices" and for ending all sessions of a deleted account.
create index session_user_id on web.session (user_id) where user_id is not null;
-- For removing what has expired.
create index session_expires_at on web.session (expires_at);

grant select, insert, update, delete on web.session to web;
