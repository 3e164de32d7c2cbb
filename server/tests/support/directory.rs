//! The user directory as Neon makes it, in each of its real shapes. As on Neon, the app's owner does
//! not own it.

/// The shape of the user directory, which depends on the generation of Neon Auth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `neon_auth.users_sync` with the documentation's `uuid` ids.
    SyncUuid,
    /// `neon_auth.users_sync` with the `text` ids found in the wild.
    SyncText,
    /// `neon_auth."user"` of Managed Better Auth.
    Managed,
}

impl Shape {
    pub const ALL: [Self; 3] = [Self::SyncUuid, Self::SyncText, Self::Managed];

    pub fn name(self) -> &'static str {
        match self {
            Self::SyncUuid => "sync_uuid",
            Self::SyncText => "sync_text",
            Self::Managed => "managed",
        }
    }

    pub fn table(self) -> &'static str {
        match self {
            Self::SyncUuid | Self::SyncText => "neon_auth.users_sync",
            Self::Managed => r#"neon_auth."user""#,
        }
    }

    /// Returns the statements that make it, for a superuser. `app_owner` gets the rights of Neon's owner: to read and
    /// to reference.
    pub fn ddl(self) -> String {
        let table = match self {
            Self::SyncUuid => users_sync("uuid", "((raw_json ->> 'id')::uuid)"),
            Self::SyncText => users_sync("text", "(raw_json ->> 'id')"),
            Self::Managed => MANAGED.to_owned(),
        };
        format!(
            "create schema neon_auth; {table}
             grant usage on schema neon_auth to app_owner;
             grant select, references on all tables in schema neon_auth to app_owner;"
        )
    }

    /// Returns the statements for the Managed generation's table beside the Stack generation's, as when it is enabled
    /// for a project of the latter.
    #[cfg(all(feature = "managed", feature = "stack"))]
    pub fn managed_table() -> String {
        format!("{MANAGED} grant select, references on neon_auth.\"user\" to app_owner;")
    }

    /// Returns the statement that adds a user, with an id, a name and an e-mail address.
    pub fn insert_user(self) -> &'static str {
        match self {
            Self::SyncUuid | Self::SyncText => {
                "insert into neon_auth.users_sync (raw_json, updated_at)
                 values (jsonb_build_object('id', $1, 'display_name', $2, 'primary_email', $3,
                   'signed_up_at_millis', (extract(epoch from now()) * 1000)::bigint), now())"
            }
            Self::Managed => {
                r#"insert into neon_auth."user" (id, name, email, "emailVerified") values ($1::uuid, $2, $3, true)"#
            }
        }
    }

    /// Returns the statement that deletes a user in the way of this generation: it marks the row, or deletes it.
    pub fn delete_user(self) -> &'static str {
        match self {
            Self::SyncUuid | Self::SyncText => "update neon_auth.users_sync set deleted_at = now() where id::text = $1",
            Self::Managed => r#"delete from neon_auth."user" where id::text = $1"#,
        }
    }
}

fn users_sync(id_type: &str, id: &str) -> String {
    format!(
        "create table neon_auth.users_sync (
           raw_json jsonb not null,
           id {id_type} generated always as ({id}) stored primary key,
           name text generated always as (raw_json ->> 'display_name') stored,
           email text generated always as (raw_json ->> 'primary_email') stored,
           created_at timestamptz generated always as
             (to_timestamp(trunc((raw_json ->> 'signed_up_at_millis')::bigint / 1000.0)::double precision)) stored,
           updated_at timestamptz,
           deleted_at timestamptz
         );
         create index users_sync_deleted_at_idx on neon_auth.users_sync (deleted_at);"
    )
}

const MANAGED: &str = r#"
    create table neon_auth."user" (
      id uuid primary key default gen_random_uuid(),
      name text not null,
      email text not null unique,
      "emailVerified" boolean not null,
      image text,
      "createdAt" timestamptz not null default now(),
      "updatedAt" timestamptz not null default now(),
      role text,
      banned boolean,
      "banReason" text,
      "banExpires" timestamptz
    );"#;
