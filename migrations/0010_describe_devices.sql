-- "Your signed-in devices": what a person recognises a session by, and a name under which it can be ended.

alter table web.session
  -- In pages and forms. Not the key: that is made from the cookie, and should be seen nowhere else.
  add column device_id uuid not null default gen_random_uuid(),
  -- As the browser calls itself, cut to what a name needs.
  add column user_agent text check (char_length(user_agent) <= 256),
  -- Where the session was last used from. Personal data, and kept because "somebody in another city" is what people look
  -- for in such a list. It is whole, since a shortened one answers that question worse; it is shown to its owner only, never
  -- logged from here, and goes with the row: when the session ends, or a month after it began.
  add column address inet,
  -- Whoever is not signed in has no devices to look at, and leaves no trace.
  add constraint session_of_a_visitor_is_nobodys check (user_id is not null or (user_agent is null and address is null));
