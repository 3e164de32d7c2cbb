//! Users in conflict, deleted users, and users whose identity is doubtful.

use super::{STACK, World};
use crate::support::Shape;
use uuid::Uuid;

#[tokio::test]
async fn a_form_that_was_sent_again_is_served_too() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        world.assert_moves(0, 1).await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        let again = format!(
            "insert into notes (body, user_id, idempotency_key) select 'Again', '{0}', idempotency_key from notes;
             insert into letters (body, author_id, idempotency_key) select 'Again', '{0}', idempotency_key from letters",
            ada.subject()
        );
        world.sql(&again).await;
        world.assert_moves(1, 0).await;
        assert_eq!(world.notes_of(&ada).await, ["Again", "Ada"], "{shape:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_handed_over_keeps_nobody_else_waiting() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.former("Bob", "bob@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        world.assert_moves(0, 2).await;
        // One note per user, as in a table of settings.
        world.sql("create unique index one_each on notes (user_id)").await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        let bob = world.signs_up("Bob", "bob@example.com", true).await;
        world.fill(&ada, "New").await;
        for _ in 0..2 {
            world.assert_moves(1, 1).await;
            assert_eq!(
                (world.notes_of(&ada).await, world.notes_of(&bob).await),
                (vec!["New".into()], vec!["Bob".into()])
            );
        }
        world.sql("drop index one_each").await;
        world.assert_moves(2, 0).await;
        assert_eq!(world.notes_of(&ada).await, ["New", "Ada"], "{shape:?}");
    }
}

#[tokio::test]
async fn former_users_without_a_row_are_not_waited_for() {
    let world = World::new(Shape::SyncUuid).await;
    world.database.add_user("Quiet").await;
    world.sql(&Shape::managed_table()).await;
    world.assert_moves(0, 0).await;
}

#[tokio::test]
async fn who_is_deleted_at_stack_afterwards_is_waited_for_no_longer() {
    for shape in STACK {
        let world = World::new(shape).await;
        let eve = world.former("Eve", "eve@example.com", true).await;
        let ada = world.former("Ada", "ada@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        let new_ada = world.signs_up("Ada", "ada@example.com", true).await;
        world.assert_moves(1, 1).await;

        // Ada's rows belong to her new account by now.
        for id in [eve, ada] {
            shape.delete_user(&world.database.superuser, id).await;
        }
        let impostor = world.signs_up("Eve", "eve@example.com", true).await;
        world.assert_moves(1, 0).await;
        assert_eq!(world.notes_of(&impostor).await, [""; 0], "{shape:?}");
        assert_eq!(world.texts("select body from notes").await, ["Ada"], "{shape:?}");
        assert_eq!(world.notes_of(&new_ada).await, ["Ada"], "{shape:?}");
        assert_eq!(world.count("select count(*) from letters where author_id is null").await, 1);
    }
}

#[tokio::test]
async fn an_empty_address_is_nobodys() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "", true).await;
        world.sql(&Shape::managed_table()).await;
        let nobody = world.signs_up("Nobody", "", true).await;
        world.assert_moves(0, 1).await;
        assert_eq!(world.notes_of(&nobody).await, [""; 0], "{shape:?}");
    }
}

/// Covers an attacker who has signed up with a victim's address and a password of their own before the victim.
#[tokio::test]
async fn a_password_that_is_older_than_another_way_in_may_be_somebody_elses() {
    let world = World::new(Shape::SyncUuid).await;
    for name in ["Ada", "Bob", "Cleo"] {
        world.former(name, &format!("{name}@example.com"), true).await;
    }
    world.sql(&Shape::managed_table()).await;
    world
        .sql(
            r#"create table neon_auth.account ("userId" uuid not null, "providerId" text not null, password text, "createdAt" timestamptz not null);
               grant select ("userId", "providerId", "createdAt") on neon_auth.account to app_owner"#,
        )
        .await;
    let ada = world.signs_up("Ada", "ada@example.com", true).await;
    let bob = world.signs_up("Bob", "bob@example.com", true).await;
    let cleo = world.signs_up("Cleo", "cleo@example.com", true).await;
    for (person, provider, day) in [
        (&ada, "credential", 1),
        (&ada, "google", 2),
        (&bob, "google", 1),
        (&bob, "credential", 2),
        (&cleo, "credential", 1),
    ] {
        let id: Uuid = person.subject().parse().expect("an id");
        world
            .sql(&format!("insert into neon_auth.account values ('{id}', '{provider}', null, '2026-01-0{day}')"))
            .await;
    }
    world.assert_moves(2, 1).await;
    assert_eq!(world.texts("select body from notes where user_id is null").await, ["Ada"]);

    // The way that docs/neon.md gives for a user who is known by other means.
    world
        .sql(&format!("update web.former_user set claimed_by = '{}' where email = 'ada@example.com'", ada.subject()))
        .await;
    world.assert_moves(3, 0).await;
    assert_eq!(world.notes_of(&ada).await, ["Ada"]);

    // An owner who cannot see how users sign in cannot tell them apart either.
    world.sql(r#"revoke select ("userId") on neon_auth.account from app_owner"#).await;
    world.assert_refused("permission denied for table account").await;
}

#[tokio::test]
async fn an_address_is_no_name_after_the_move_either() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        world.signs_up("ada@example.com", "ada@example.com", true).await;
        world.assert_moves(1, 0).await;
        assert_eq!(world.letters().await, [("Ada".to_owned(), None)], "{shape:?}");
    }
}
