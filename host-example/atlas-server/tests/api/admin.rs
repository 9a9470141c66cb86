//! What an administrator does beside a server that runs.

use std::time::Duration;

use atlas_server::{Access, Admin, AdminError, Options, TokenOptions};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Atlas, options};

async fn beside(atlas: &Atlas) -> Admin {
    let options = options(atlas.directory.path());
    Admin::open(&options).await.unwrap()
}

fn refusal<T: std::fmt::Debug>(done: Result<T, AdminError>) -> String {
    match done.unwrap_err() {
        AdminError::Refused(why) => why,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_token_is_good_at_once_and_no_more_when_it_is_revoked() {
    let atlas = Atlas::start().await;
    let admin = beside(&atlas).await;
    admin.add_organisation("acme").await.unwrap();
    let wanted = TokenOptions {
        organisation: Some("acme"),
        access: Access::Write,
        lifetime: Some(Duration::from_secs(90 * 24 * 60 * 60)),
        description: "CI",
        ..TokenOptions::default()
    };
    let made = admin.add_token(wanted).await.unwrap();
    atlas.create("acme", "box").await;
    let status = async |path: &str| {
        let answer = atlas.with_token(&made.token, Method::GET, path).await;
        answer.status().as_u16()
    };
    assert_eq!(status("/artifacts/acme/box").await, 200);
    assert_eq!(status("/artifacts/hashicorp/web").await, 404);

    let tokens = admin.tokens(Some("acme")).await.unwrap();
    assert_eq!(tokens.len(), 1);
    assert_eq!((tokens[0].id, &*tokens[0].access), (made.id, "write"));
    assert!(tokens[0].expires_at > Some(tokens[0].created_at.clone()));
    // The one of the first start is everywhere.
    assert_eq!(admin.tokens(None).await.unwrap().len(), 2);

    admin.revoke_token(made.id).await.unwrap();
    assert_eq!(status("/artifacts/acme/box").await, 401);
    refusal(admin.revoke_token(made.id).await);
    admin.close().await;
}

#[tokio::test]
async fn a_user_may_what_a_member_may() {
    let atlas = Atlas::start().await;
    let admin = beside(&atlas).await;
    assert!(admin.set_user("alice", "correct horse").await.unwrap());
    assert!(!admin.set_user("alice", "battery staple").await.unwrap());
    assert_eq!(admin.users().await.unwrap(), ["alice"]);
    let log_in = async |password: &str| {
        let form = [("user[login]", "alice"), ("user[password]", password)];
        let url = format!("{}/api/v1/authenticate", atlas.server.url());
        let answer = atlas.client.post(url).form(&form).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(log_in("correct horse").await, 401);
    assert_eq!(log_in("battery staple").await, 200);

    let wanted = TokenOptions {
        user: Some("alice"),
        access: Access::Own,
        ..TokenOptions::default()
    };
    let token = admin.add_token(wanted).await.unwrap().token;
    for (access, status) in [
        (None, 404),
        (Some(Access::Read), 403),
        (Some(Access::Own), 204),
        (None, 404),
    ] {
        atlas.publish("t", json!({"id": "x"})).await;
        admin
            .set_member("hashicorp", "alice", access)
            .await
            .unwrap();
        let newest = atlas.found("t", "version=latest").await[0];
        let path = format!("/artifacts/hashicorp/web/t/{newest}");
        let answer = atlas.with_token(&token, Method::DELETE, &path).await;
        assert_eq!(answer.status().as_u16(), status, "{access:?}");
    }
}

#[tokio::test]
async fn a_quota_holds_from_the_next_upload_on() {
    let atlas = Atlas::start().await;
    let admin = beside(&atlas).await;
    admin.set_quota("hashicorp", Some(3)).await.unwrap();
    let organisations = admin.organisations().await.unwrap();
    assert_eq!(organisations[0].quota, Some(3));
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    assert_eq!(atlas.put(&version, "content").await.status(), 422);
    admin.set_quota("hashicorp", None).await.unwrap();
    assert_eq!(atlas.put(&version, "content").await.status(), 200);
}

#[tokio::test]
async fn what_is_done_is_in_the_audit_log_without_secrets() {
    let atlas = Atlas::start().await;
    let admin = beside(&atlas).await;
    admin.add_organisation("acme").await.unwrap();
    admin.set_quota("acme", Some(5)).await.unwrap();
    admin.set_user("alice", "correct horse").await.unwrap();
    let member = admin.set_member("acme", "alice", Some(Access::Read));
    member.await.unwrap();
    let made = admin.add_token(TokenOptions::default()).await.unwrap();
    admin.revoke_token(made.id).await.unwrap();
    let audit = admin.audit(None, 6).await.unwrap();
    assert!(audit.iter().all(|line| line.who == "administrator"));
    let lines: Vec<_> = audit
        .iter()
        .map(|line| format!("{} {}", line.action, line.subject))
        .collect();
    assert_eq!(
        lines,
        [
            "token.revoke token 2",
            "token.create token 2",
            "member.set alice read",
            "user.create alice",
            "organisation.quota acme 5",
            "organisation.create acme",
        ]
    );
    let of_acme = admin.audit(Some("acme"), 100).await.unwrap();
    assert_eq!(of_acme.len(), 3);
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let atlas = Atlas::start().await;
    let admin = beside(&atlas).await;
    let why = refusal(admin.add_organisation("hashicorp").await);
    assert!(why.contains("already"), "{why}");
    for name in ["", "a/b", ".."] {
        refusal(admin.add_organisation(name).await);
        refusal(admin.set_user(name, "correct horse").await);
    }
    let why = refusal(admin.set_user("alice", "1234567").await);
    assert!(why.contains('8'), "{why}");
    assert!(admin.users().await.unwrap().is_empty());
    admin.set_user("alice", "12345678").await.unwrap();

    let wanted = TokenOptions::default();
    let (nowhere, nobody) = (Some("nowhere"), Some("nobody"));
    for why in [
        refusal(admin.set_quota("nowhere", None).await),
        refusal(admin.set_member("nowhere", "alice", None).await),
        refusal(admin.tokens(nowhere).await),
        refusal(admin.audit(nowhere, 1).await),
        refusal(
            admin
                .add_token(TokenOptions {
                    organisation: nowhere,
                    ..wanted
                })
                .await,
        ),
    ] {
        assert_eq!(why, "there is no organisation nowhere");
    }
    for why in [
        refusal(admin.set_member("hashicorp", "nobody", None).await),
        refusal(
            admin
                .add_token(TokenOptions {
                    user: nobody,
                    ..wanted
                })
                .await,
        ),
    ] {
        assert_eq!(why, "there is no user nobody");
    }
    refusal(
        admin
            .add_token(TokenOptions {
                lifetime: Some(Duration::MAX),
                ..wanted
            })
            .await,
    );
    refusal(admin.set_quota("hashicorp", Some(u64::MAX)).await);
    assert_eq!(admin.tokens(None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn no_registry_is_made_by_mistake() {
    let directory = TempDir::new().unwrap();
    let error = Admin::open(&Options::new(directory.path())).await;
    assert!(matches!(error, Err(AdminError::NoRegistry(_))));
    assert!(
        std::fs::read_dir(directory.path())
            .unwrap()
            .next()
            .is_none()
    );
}
