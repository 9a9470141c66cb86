//! Who sees an artifact, and what its people do with its versions.

use serde_json::json;

use super::support::Registry;

#[tokio::test]
async fn pages_show_what_the_visitor_may_see() {
    let registry = Registry::start().await;
    registry
        .publish("acme/web/box", json!({"secret": "s3cr3t"}))
        .await;
    let (mut nobody, mut member, mut stranger) = (
        registry.browser(),
        registry.logged_in("rita").await,
        registry.logged_in("otto").await,
    );
    for path in ["/acme", "/acme/web", "/acme/none", "/none"] {
        let (status, page) = nobody.get(path).await;
        assert_eq!(status, 401, "{path}");
        assert!(page.contains("Log in to see this") && page.contains("<!DOCTYPE html>"));
        assert!(!page.contains("s3cr3t"));
        assert_eq!(stranger.get(path).await.0, 404, "{path}");
    }
    assert!(!nobody.get("/").await.1.contains("/acme/web"));
    assert!(!stranger.get("/").await.1.contains("/acme/web"));
    for path in ["/", "/acme", "/acme/web"] {
        let (status, page) = member.get(path).await;
        assert_eq!(status, 200, "{path}");
        assert!(page.contains("href=\"/acme/web\""), "{path}");
    }
    assert!(member.get("/acme/web").await.1.contains("s3cr3t"));
    assert_eq!(member.get("/acme/web?type=none").await.0, 404);

    let mut owner = registry.logged_in("ann").await;
    assert_eq!(owner.manage("visibility", &[("public", "1")]).await, 303);
    for browser in [&mut nobody, &mut stranger] {
        assert!(browser.get("/").await.1.contains("href=\"/acme/web\""));
        assert!(browser.get("/acme").await.1.contains("href=\"/acme/web\""));
        assert!(!browser.get("/acme").await.1.contains("/acme/worker"));
        assert!(browser.get("/acme/web").await.1.contains("s3cr3t"));
    }
}

#[tokio::test]
async fn versions_are_managed_by_those_who_may() {
    let registry = Registry::start().await;
    registry.publish("acme/web/box", json!(null)).await;
    let [mut ann, mut will, mut rita, mut otto] = [
        registry.logged_in("ann").await,
        registry.logged_in("will").await,
        registry.logged_in("rita").await,
        registry.logged_in("otto").await,
    ];
    let channel = [("channel", "production")];
    assert_eq!(otto.manage("move-channel", &channel).await, 404);
    assert_eq!(rita.manage("move-channel", &channel).await, 403);
    assert_eq!(
        registry.browser().manage("move-channel", &channel).await,
        400
    );
    let forged = [("channel", "production"), ("csrf", "0")];
    assert_eq!(will.manage("move-channel", &forged).await, 400);
    assert!(!will.get("/acme/web").await.1.contains("production</span>"));
    assert_eq!(will.manage("move-channel", &channel).await, 303);
    assert!(
        will.get("/acme/web")
            .await
            .1
            .contains("production</span> → v1")
    );
    assert_eq!(will.manage("move-channel", &[("channel", "7")]).await, 422);
    assert_eq!(will.manage("remove-channel", &channel).await, 303);
    assert!(!will.get("/acme/web").await.1.contains("production</span>"));

    assert_eq!(will.manage("revoke", &[("reason", " ")]).await, 422);
    let later = [("reason", "CVE-1"), ("at", "9999-01-02T03:04")];
    assert_eq!(will.manage("revoke", &later).await, 303);
    let page = will.get("/acme/web").await.1;
    assert!(page.contains("To be revoked") && page.contains("9999-01-02 03:04 UTC"));
    assert_eq!(will.manage("lift", &[]).await, 303);
    assert!(!will.get("/acme/web").await.1.contains("CVE-1"));
    assert_eq!(will.manage("revoke", &[("reason", "CVE-2")]).await, 303);
    assert!(
        rita.get("/acme/web")
            .await
            .1
            .contains("<b>Revoked</b> since")
    );

    assert_eq!(will.manage("delete", &[]).await, 403);
    assert_eq!(will.manage("visibility", &[("public", "1")]).await, 403);
    assert_eq!(ann.manage("nonsense", &[]).await, 422);
    assert_eq!(ann.manage("delete", &[]).await, 303);
    assert!(ann.get("/acme/web").await.1.contains("No versions yet"));
    assert_eq!(ann.manage("delete", &[]).await, 404);
}
