//! Tables of other programs keep their meaning, and none that is not the app's is changed.

use super::{Project, STACK};
use crate::support::Shape;

#[tokio::test]
async fn a_foreign_table_does_not_stop_the_move() {
    for shape in STACK {
        let project = Project::new(shape).await;
        project.stack_user("Ada").await;
        project.sql("create table public.theirs as select id from neon_auth.users_sync").await;
        project.sql("alter table theirs add foreign key (id) references neon_auth.users_sync (id)").await;
        project.enable_managed().await;
        project.assert_moved(0, 1).await;
        let ada = project.managed_user("Ada").await;
        project.assert_moved(1, 0).await;
        assert_eq!(project.memos_of(&ada).await, ["Ada"], "{shape:?}");
    }
}

#[tokio::test]
async fn rows_hidden_from_the_owner_stop_the_move() {
    for shape in STACK {
        let project = Project::with_both(shape, &["Ada"]).await;
        let ada = project.managed_user("Ada").await;
        // As in a database that was restored under another owner.
        project.sql("alter policy memos_maintenance on memos to web").await;
        project.assert_refused("does not see every row of memos").await;
        assert_eq!(project.count("memos where user_id is not null").await, 1, "{shape:?}");
        project.sql("alter policy memos_maintenance on memos to app_owner").await;
        project.assert_moved(1, 0).await;
        assert_eq!(project.memos_of(&ada).await, ["Ada"], "{shape:?}");
    }
}

/// Checks that the move does not fire triggers, which would take it for an edit and see neither the old nor the new
/// users.
#[tokio::test]
async fn the_move_fires_no_triggers() {
    let project = Project::new(Shape::SyncText).await;
    project.stack_user("Ada").await;
    project
        .sql(
            "create function edited() returns trigger language plpgsql as $$ begin raise 'an edit'; end $$;
             create trigger edited before update on memos for each row execute function edited()",
        )
        .await;
    project.enable_managed().await;
    project.assert_moved(0, 1).await;
}

#[tokio::test]
async fn every_column_keeps_its_delete_rule_and_default() {
    for (shape, id_type) in [(Shape::SyncUuid, "uuid"), (Shape::SyncText, "text")] {
        let project = Project::new(shape).await;
        let (ada, bob) = (project.stack_user("Ada").await, project.stack_user("Bob").await);
        project
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
        project.enable_managed().await;
        project.managed_user("Ada").await;
        let bob = project.managed_user("Bob").await;
        project.assert_moved(2, 0).await;

        let rules = "select concat_ws(' ', attname, confdeltype, atthasdef) from pg_constraint
                       join pg_attribute on attrelid = conrelid and attnum = conkey[1]
                     where contype = 'f' and conrelid = 'tasks'::regclass order by 1";
        let found = project.texts(rules).await;
        assert_eq!(found, ["assignee_id n f", "checker_id c f", "user_id c t", "watcher_id c f"], "{shape:?}");
        let former = "select former_name from tasks union select former_name from cities order by 1";
        assert_eq!(project.texts(former).await, ["Kristiania", "x", "y"]);
        project.sql(&format!(r#"delete from neon_auth."user" where id = '{}'"#, bob.subject())).await;
        assert_eq!(project.texts("select id::text from tasks where assignee_id is null").await, ["1"], "{shape:?}");
    }
}

/// Covers a role name with capitals, which PostgreSQL folds to lower case unless it is quoted.
#[tokio::test]
async fn the_owner_role_may_have_capitals_in_its_name() {
    let project = Project::new(Shape::SyncUuid).await;
    let ada = project.stack_user("Ada").await;
    let password = project.database.owner_url.split([':', '@']).nth(2).expect("a password");
    // Roles belong to the cluster, and another run may have made it.
    project
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
    project.db.forget_user(&ada.to_string()).await.expect("forgotten");
    assert_eq!(project.count("memos").await, 0);
    assert_eq!(project.db.purge_deleted_users().await.expect("purged"), 0);

    project.stack_user("Bob").await;
    project.enable_managed().await;
    let bob = project.managed_user("Bob").await;
    let owner_url = project.database.owner_url.replace("app_owner:", "App-Owner:");
    doctor::move_to_managed::run(&owner_url).await.expect("moved");
    assert_eq!(project.memos_of(&bob).await, ["Bob"]);
}
