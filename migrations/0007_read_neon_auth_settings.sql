-- Managed Neon Auth keeps what is switched on in a table beside its users, and no endpoint says it: so the sign-in page
-- is made from that table. Its rows also hold secrets of providers and mail servers. This function runs as the owner,
-- picks what it needs by name, and is for the server alone.
--
-- Neon may make or change the table at any time, so nothing about it is settled before the function is called: a column
-- or a field that is not there is null, and so is everything where the table is not there or may not be read. A value of another
-- kind than today's is left out, whatever is in it. A row whose time is unknown comes last.
--
-- "endpoint" is the first part of the host in NEON_AUTH_BASE_URL: a branch begins with a copy of its parent's row.

create function web.neon_auth_project(endpoint text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  config jsonb;
  password jsonb;
  email_codes jsonb;
begin
  begin
    execute
      'select to_jsonb(config) from neon_auth.project_config as config
       order by config.endpoint_id::text is not distinct from $1 desc, config.updated_at desc nulls last
       limit 1'
    into config using endpoint;
  exception when undefined_table or undefined_column or undefined_function or invalid_schema_name or insufficient_privilege then
    return null;
  end;
  if config is null then
    return null;
  end if;
  password := config -> 'email_and_password';
  email_codes := config #> '{plugin_configs,emailOTP}';
  return jsonb_build_object(
    'trusted_origins',
      jsonb_path_query_array(config, 'lax $.trusted_origins[*] ? (@.type() == "string")')
      || jsonb_path_query_array(config, 'lax $.trusted_origins[*].domain ? (@.type() == "string")'),
    'allow_localhost', jsonb_path_query_first(config, 'strict $.allow_localhost ? (@.type() == "boolean")', silent => true),
    'providers',
      jsonb_path_query_array(
        config, 'lax $.social_providers[*] ? (!(exists (@.enabled)) || @.enabled == true).id ? (@.type() == "string")'
      ),
    'password', jsonb_path_query_first(password, 'strict $.enabled ? (@.type() == "boolean")', silent => true),
    'disable_sign_up', jsonb_path_query_first(password, 'strict $.disableSignUp ? (@.type() == "boolean")', silent => true),
    'verification_method',
      jsonb_path_query_first(password, 'strict $.emailVerificationMethod ? (@.type() == "string")', silent => true),
    'email_codes', jsonb_path_query_first(email_codes, 'strict $.enabled ? (@.type() == "boolean")', silent => true)
  );
end
$$;

-- Where a project does not let people delete themselves through Neon Auth, deleting their row is how an account ends: it
-- is the account, and the foreign keys do the rest. The owner needs DELETE on that table for it; without, this fails
-- with "insufficient privilege" and nothing has happened. It needs no such right where nobody is there to delete: an earlier attempt
-- may have failed after the deletion.
create function web.delete_neon_auth_user(user_id text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  directory record;
  is_there boolean;
begin
  select * into directory from web.user_directory();
  if directory.deletes_softly then
    raise exception '% is a copy: its users are deleted at Neon Auth', directory.target
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format('select exists (select from %s where id = $1::%s)', directory.target, directory.id_type)
  into is_there using user_id;
  if is_there then
    execute format('delete from %s where id = $1::%s', directory.target, directory.id_type) using user_id;
  end if;
end
$$;

revoke all on function web.neon_auth_project(text), web.delete_neon_auth_user(text) from public;
grant execute on function web.neon_auth_project(text), web.delete_neon_auth_user(text) to web;
