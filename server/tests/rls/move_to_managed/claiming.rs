//! Users in conflict, deleted users, and users whose identity is doubtful.

use super::{Project, STACK};
use crate::support::Shape;

#[tokio::test]
async fn a_row_with_a_reused_idempotency_key_is_moved() {
    for shape in STACK {
        let project = Project::with_both(shape, &["Ada"]).await;
        project.assert_moved(0, 1).await;
        let ada = project.managed_user("Ada").await;
        let again = format!(
            "insert into memos (body, user_id, idempotency_key) select 'Again', '{0}', idempotency_key from memos;
             insert into letters (body, author_id, idempotency_key) select 'Again', '{0}', idempotency_key from letters",
            ada.subject()
        );
        project.sql(&again).await;
        project.assert_moved(1, 0).await;
        assert_eq!(project.memos_of(&ada).await, ["Again", "Ada"], "{shape:?}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_moved_does_not_block_others() {
    for shape in STACK {
        let project = Project::with_both(shape, &["Ada", "Bob"]).await;
        project.assert_moved(0, 2).await;
        // One memo per user, as in a table of settings.
        project.sql("create unique index one_each on memos (user_id)").await;
        let ada = project.managed_user("Ada").await;
        let bob = project.managed_user("Bob").await;
        project.fill(&ada, "New").await;
        for _ in 0..2 {
            project.assert_moved(1, 1).await;
            assert_eq!(project.memos_of(&ada).await, ["New"]);
            assert_eq!(project.memos_of(&bob).await, ["Bob"]);
        }
        project.sql("drop index one_each").await;
        project.assert_moved(2, 0).await;
        assert_eq!(project.memos_of(&ada).await, ["New", "Ada"], "{shape:?}");
    }
}

#[tokio::test]
async fn a_user_deleted_at_stack_after_the_move_is_no_longer_waited_for() {
    for shape in STACK {
        let project = Project::new(shape).await;
        let (eve, ada) = (project.stack_user("Eve").await, project.stack_user("Ada").await);
        project.enable_managed().await;
        let new_ada = project.managed_user("Ada").await;
        project.assert_moved(1, 1).await;

        // Ada's rows belong to her new account by now.
        for id in [eve, ada] {
            project.database.delete_user(id).await;
        }
        let impostor = project.managed_user("Eve").await;
        project.assert_moved(1, 0).await;
        assert_eq!(project.memos_of(&impostor).await, [""; 0], "{shape:?}");
        assert_eq!(project.texts("select body from memos").await, ["Ada"], "{shape:?}");
        assert_eq!(project.memos_of(&new_ada).await, ["Ada"], "{shape:?}");
        assert_eq!(project.count("letters where author_id is null").await, 1);
    }
}

#[tokio::test]
async fn an_empty_email_address_matches_no_user() {
    for shape in STACK {
        let project = Project::new(shape).await;
        project.stack_user_with("Ada", "", true).await;
        project.enable_managed().await;
        let other = project.managed_user_with("Other", "", true).await;
        project.assert_moved(0, 1).await;
        assert_eq!(project.memos_of(&other).await, [""; 0], "{shape:?}");
    }
}

/// Covers an attacker who has signed up with a victim's address and a password of their own before the victim.
#[tokio::test]
async fn a_user_whose_password_precedes_another_provider_is_not_matched() {
    let project = Project::with_both(Shape::SyncUuid, &["Ada", "Bob", "Cleo"]).await;
    project
        .sql(
            r#"create table neon_auth.account ("userId" uuid not null, "providerId" text not null, password text, "createdAt" timestamptz not null);
               grant select ("userId", "providerId", "createdAt") on neon_auth.account to app_owner"#,
        )
        .await;
    let ada = project.managed_user("Ada").await;
    let bob = project.managed_user("Bob").await;
    let cleo = project.managed_user("Cleo").await;
    for (user, provider, day) in [
        (&ada, "credential", 1),
        (&ada, "google", 2),
        (&bob, "google", 1),
        (&bob, "credential", 2),
        (&cleo, "credential", 1),
    ] {
        let values = format!("('{}', '{provider}', null, '2026-01-0{day}')", user.subject());
        project.sql(&format!("insert into neon_auth.account values {values}")).await;
    }
    project.assert_moved(2, 1).await;
    assert_eq!(project.texts("select body from memos where user_id is null").await, ["Ada"]);

    // The way that docs/neon.md gives for a user who is known by other means.
    project
        .sql(&format!("update web.former_user set claimed_by = '{}' where email = 'ada@example.com'", ada.subject()))
        .await;
    project.assert_moved(3, 0).await;
    assert_eq!(project.memos_of(&ada).await, ["Ada"]);

    // An owner who cannot see how users sign in cannot tell them apart either.
    project.sql(r#"revoke select ("userId") on neon_auth.account from app_owner"#).await;
    project.assert_refused("permission denied for table account").await;
}

#[tokio::test]
async fn an_email_address_is_no_public_name_after_the_move() {
    for shape in STACK {
        let project = Project::with_both(shape, &["Ada"]).await;
        project.managed_user_with("ada@example.com", "ada@example.com", true).await;
        project.assert_moved(1, 0).await;
        assert_eq!(project.letters().await, [("Ada".to_owned(), None)], "{shape:?}");
    }
}
