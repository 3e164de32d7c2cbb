-- While a project moves from Stack to Managed Neon Auth, both directories are there. The one in use is the one that the view
-- "profiles" reads: until the tables are moved that is the old one, whatever was enabled beside it. Otherwise accounts that are
-- deleted meanwhile would keep their rows, since no table refers to the new directory yet.
--
-- And what the functions before this one said of "current_user" failed for an owner whose name has capitals: a name that is cast to
-- regrole is folded to small letters.

create or replace function web.user_directory(
  out target text,
  out id_type text,
  out label text,
  out deletes_softly boolean
)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  directory pg_class;
begin
  -- Where "profiles" is not made yet, "user" comes first: Neon closed the Stack generation to new projects.
  select class.* into directory
  from pg_class class
  join pg_namespace namespace on namespace.oid = class.relnamespace
  where namespace.nspname = 'neon_auth' and class.relname in ('user', 'users_sync') and class.relkind in ('r', 'p')
  order by
    exists (
      select from pg_depend
      join pg_rewrite on pg_rewrite.oid = objid
      where classid = 'pg_rewrite'::regclass and ev_class = to_regclass('public.profiles')
        and refclassid = 'pg_class'::regclass and refobjid = class.oid
    ) desc,
    class.relname = 'user' desc
  limit 1;

  if directory is null then
    raise exception 'Neon Auth is not enabled: database "%" has neither neon_auth."user" nor neon_auth.users_sync', current_database()
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'Enable Neon Auth for this branch and this database in Neon''s console, then migrate again.';
  end if;

  target := format('neon_auth.%I', directory.relname);
  label := case directory.relname when 'user' then 'neon_auth_user_fkey' else 'users_sync_fkey' end;
  select format_type(atttypid, atttypmod) into id_type
  from pg_attribute where attrelid = directory.oid and attname = 'id' and not attisdropped;
  deletes_softly := exists (
    select from pg_attribute where attrelid = directory.oid and attname = 'deleted_at' and not attisdropped
  );

  if id_type is null or id_type not in ('uuid', 'text') then
    raise exception '%.id should be uuid or text, it is %', target, coalesce(id_type, 'missing')
      using errcode = 'object_not_in_prerequisite_state';
  end if;

  if not has_schema_privilege('neon_auth', 'usage')
    or not has_column_privilege(directory.oid, 'id', 'select')
    or not has_column_privilege(directory.oid, 'name', 'select')
    or (deletes_softly and not has_column_privilege(directory.oid, 'deleted_at', 'select'))
    or not has_column_privilege(directory.oid, 'id', 'references')
  then
    raise exception 'role "%" may not refer to %', current_user, target
      using errcode = 'insufficient_privilege',
        hint = format(
          'Whoever owns it must run: grant usage on schema neon_auth to %1$I; grant select, references on %2$s to %1$I;',
          current_user, target
        );
  end if;
end
$$;

create or replace function web.references_to_users(out child text, out user_column text, out on_delete "char") returns setof record
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select format('%I.%I', namespace.nspname, class.relname), attribute.attname::text, reference.confdeltype
  from pg_constraint reference
  join pg_class class on class.oid = reference.conrelid
  join pg_namespace namespace on namespace.oid = class.relnamespace
  join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum = reference.conkey[1]
  where reference.contype = 'f'
    and reference.confrelid = (select target from web.user_directory())::regclass
    and reference.confdeltype in ('c', 'n')
    and cardinality(reference.conkey) = 1
    and pg_get_userbyid(class.relowner) = current_user
    and namespace.nspname <> 'neon_auth';
end;

-- The settings of Neon Auth: a value of another kind than today's is left out, whatever is in it. A row whose time is unknown comes last.
create or replace function web.neon_auth_project(endpoint text) returns jsonb
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
