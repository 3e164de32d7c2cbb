//! Tables of other programs keep their meaning, and none that is not the app's is changed.

use super::{STACK, World};
use crate::support::Shape;

#[tokio::test]
async fn a_table_of_somebody_else_does_not_keep_it_from_going_on() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.sql("create table public.theirs as select id from neon_auth.users_sync").await;
        world.sql("alter table theirs add foreign key (id) references neon_auth.users_sync (id)").await;
        world.sql(&Shape::managed_table()).await;
        world.assert_moves(0, 1).await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        world.assert_moves(1, 0).await;
        assert_eq!(world.notes_of(&ada).await, ["Ada"], "{shape:?}");
    }
}

#[tokio::test]
async fn rows_that_the_owner_does_not_see_are_not_taken_for_none() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        // As in a database that was restored under another owner.
        let other = "alter policy notes_maintenance on notes to web";
        world.sql(other).await;
        world.assert_refused("does not see every row of notes").await;
        assert_eq!(world.count("select count(user_id) from notes").await, 1, "{shape:?}");
        world.sql("alter policy notes_maintenance on notes to app_owner").await;
        world.assert_moves(1, 0).await;
        assert_eq!(world.notes_of(&ada).await, ["Ada"], "{shape:?}");
    }
}

/// Checks that the move does not fire triggers, which would take it for an edit and see neither the old nor the new
/// users.
#[tokio::test]
async fn remembering_who_a_row_belonged_to_is_no_edit() {
    let world = World::new(Shape::SyncText).await;
    world.former("Ada", "ada@example.com", true).await;
    world
        .sql(
            "create function edited() returns trigger language plpgsql as $$ begin raise 'an edit'; end $$;
             create trigger edited before update on notes for each row execute function edited()",
        )
        .await;
    world.sql(&Shape::managed_table()).await;
    world.assert_moves(0, 1).await;
}

#[tokio::test]
async fn every_column_keeps_what_it_says_of_deletion_and_of_whose_a_new_row_is() {
    for (shape, id_type) in [(Shape::SyncUuid, "uuid"), (Shape::SyncText, "text")] {
        let world = World::new(shape).await;
        let ada = world.former("Ada", "ada@example.com", true).await;
        let bob = world.former("Bob", "bob@example.com", true).await;
        world
            .sql(&format!(
                "set role app_owner;
                 create table tasks (
                   id int primary key, former_name text,
                   user_id {id_type} not null default current_user_id() references neon_auth.users_sync (id) on delete cascade,
                   checker_id {id_type} not null references neon_auth.users_sync (id) on delete cascade,
                   assignee_id {id_type} references neon_auth.users_sync (id) on delete set null,
                   watcher_id {id_type} references neon_auth.users_sync (id) on delete cascade
                 );
                 create table cities (name text, former_name text);
                 insert into tasks values (1, 'x', '{ada}', '{ada}', '{bob}', '{ada}'), (2, 'y', '{ada}', '{bob}', null, null);
                 insert into cities values ('Oslo', 'Kristiania');
                 reset role"
            ))
            .await;
        world.sql(&Shape::managed_table()).await;
        world.signs_up("Ada", "ada@example.com", true).await;
        let bob = world.signs_up("Bob", "bob@example.com", true).await;
        world.assert_moves(2, 0).await;

        let rules = "select concat_ws(' ', attname, confdeltype, atthasdef) from pg_constraint
                       join pg_attribute on attrelid = conrelid and attnum = conkey[1]
                     where contype = 'f' and conrelid = 'tasks'::regclass order by 1";
        assert_eq!(
            world.texts(rules).await,
            ["assignee_id n f", "checker_id c f", "user_id c t", "watcher_id c f"],
            "{shape:?}"
        );
        assert_eq!(
            world.texts("select former_name from tasks union select former_name from cities order by 1").await,
            ["Kristiania", "x", "y"]
        );
        world.sql(&format!(r#"delete from neon_auth."user" where id = '{}'"#, bob.subject())).await;
        assert_eq!(world.texts("select id::text from tasks where assignee_id is null").await, ["1"], "{shape:?}");
    }
}

/// Covers a role name with capitals, which PostgreSQL folds to lower case unless it is quoted.
#[tokio::test]
async fn an_owner_may_have_capitals_in_their_name() {
    let world = World::new(Shape::SyncUuid).await;
    let ada = world.former("Ada", "ada@example.com", true).await;
    let password = world.database.owner_url.split([':', '@']).nth(2).expect("a password");
    // Roles belong to the cluster, and another run may have made it.
    world
        .sql(&format!(
            "do $$ begin create role \"App-Owner\"; exception when duplicate_object or unique_violation then null; end $$;
             grant app_owner to \"App-Owner\"; alter role \"App-Owner\" login password '{password}';
             do $$ declare one record; begin
               for one in select oid::regclass as name from pg_class where relowner = 'app_owner'::regrole and relkind in ('r', 'v')
               loop execute format('alter table %s owner to \"App-Owner\"', one.name); end loop;
               for one in select oid::regprocedure as name from pg_proc where proowner = 'app_owner'::regrole
               loop execute format('alter function %s owner to \"App-Owner\"', one.name); end loop;
             end $$"
        ))
        .await;
    world.db.forget_user(&ada.to_string()).await.expect("forgotten");
    assert_eq!(world.count("select count(*) from notes").await, 0);
    assert_eq!(world.db.purge_deleted_users().await.expect("purged"), 0);

    world.former("Bob", "bob@example.com", true).await;
    world.sql(&Shape::managed_table()).await;
    let bob = world.signs_up("Bob", "bob@example.com", true).await;
    let owner_url = world.database.owner_url.replace("app_owner:", "App-Owner:");
    doctor::move_to_managed::run(&owner_url).await.expect("moved");
    assert_eq!(world.notes_of(&bob).await, ["Bob"]);
}
