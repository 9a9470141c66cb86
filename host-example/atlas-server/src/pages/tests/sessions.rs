//! Logging in, and the tokens of whoever has.

use reqwest::header::{LOCATION, SET_COOKIE};

use super::support::{PASSWORD, Registry};

#[tokio::test]
async fn logging_in_takes_a_form_of_this_server_and_the_right_password() {
    let registry = Registry::start().await;
    let mut browser = registry.browser();
    let wrong = browser.log_in("ann", "wrong", "/").await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.text().await.unwrap().contains("is wrong"));
    assert_eq!(browser.log_in("nobody", PASSWORD, "/").await.status(), 401);
    assert_eq!(browser.get("/settings/tokens").await.0, 401);

    let from_elsewhere = [("user", "ann"), ("password", PASSWORD), ("csrf", "")];
    let answer = browser.post("/login", "/login", &from_elsewhere).await;
    assert_eq!(answer.status(), 400);

    let before = browser.cookie.clone();
    let right = browser.log_in("ann", PASSWORD, "/acme/web?type=box").await;
    assert_eq!(right.status(), 303);
    assert_eq!(right.headers()[LOCATION], "/acme/web?type=box");
    let cookie = right.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Path=/"));
    assert_ne!(browser.cookie, before, "the session before is nobody's");
    assert_eq!(browser.get("/settings/tokens").await.0, 200);

    let kept = browser.cookie.clone();
    assert_eq!(browser.post("/", "/logout", &[]).await.status(), 303);
    browser.cookie = kept;
    assert_eq!(browser.get("/settings/tokens").await.0, 401);

    let elsewhere = browser.log_in("ann", PASSWORD, "//evil.example").await;
    assert_eq!(elsewhere.headers()[LOCATION], "/");
}

#[tokio::test]
async fn a_token_is_made_shown_once_and_revoked() {
    let registry = Registry::start().await;
    let mut will = registry.logged_in("will").await;
    let path = "/settings/tokens";
    let make = |access| {
        [
            ("action", "make"),
            ("organisation", "acme"),
            ("description", "CI"),
            ("days", "30"),
            ("access", access),
        ]
    };
    let refused = will.post(path, path, &make("own")).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("needs own access"));
    let page = will
        .post(path, path, &make("write"))
        .await
        .text()
        .await
        .unwrap();
    let token = page.split_once("id=\"token\">").unwrap().1;
    let token = token.split_once('<').unwrap().0.to_owned();
    let list = will.get(path).await.1;
    assert!(list.contains("<h3>CI</h3>") && !list.contains(&token));

    let verify = async || {
        let url = registry.url("/api/v1/authenticate");
        let request = registry.client.get(url).header("X-Atlas-Token", &token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(verify().await, 200);
    let id = list.split_once("name=\"id\" value=\"").unwrap().1;
    let id = id.split_once('"').unwrap().0.to_owned();
    let revoke = [("action", "revoke"), ("id", id.as_str())];
    let mut rita = registry.logged_in("rita").await;
    assert_eq!(rita.post(path, path, &revoke).await.status(), 404);
    assert_eq!(verify().await, 200);
    assert_eq!(will.post(path, path, &revoke).await.status(), 303);
    assert_eq!(verify().await, 401);
    assert!(will.get(path).await.1.contains(">revoked<"));
}
