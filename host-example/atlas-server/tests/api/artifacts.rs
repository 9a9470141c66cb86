//! Finding and creating artifacts.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Atlas, TOKEN, errors};

#[tokio::test]
async fn the_servers_own_places_are_no_organisations() {
    let atlas = Atlas::start().await;
    for user in ["login", "settings", "docs", "api", "_style"] {
        let body = json!({"artifact": {"username": user, "name": "x"}});
        let found = errors(atlas.post("/artifacts", &body).await, 422).await;
        assert_eq!(found, ["Username is reserved"]);
    }
}

#[tokio::test]
async fn an_artifact_is_found_once_it_is_created() {
    let atlas = Atlas::start().await;
    errors(atlas.get("/artifacts/me/box").await, 404).await;

    let wanted = json!({"artifact": {
        "username": "me", "name": "box", "tag": "me/box", "public": false, "keep_versions": null, "keep_days": null
    }});
    let answer = atlas
        .post(
            "/artifacts",
            &json!({"artifact": {"username": "me", "name": "box"}}),
        )
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.json::<Value>().await.unwrap(), wanted);

    let answer = atlas.get("/artifacts/me/box").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.json::<Value>().await.unwrap(), wanted);
    errors(atlas.get("/artifacts/box/me").await, 404).await;
}

#[tokio::test]
async fn of_many_creators_one_succeeds() {
    let atlas = Atlas::start().await;
    let mut creators = JoinSet::new();
    for _ in 0..16 {
        let request = atlas
            .client
            .post(format!("{}/api/v1/artifacts", atlas.server.url()));
        let request = request.header("X-Atlas-Token", TOKEN);
        creators.spawn(
            request
                .json(&json!({"artifact": {"username": "me", "name": "box"}}))
                .send(),
        );
    }
    let mut created = 0;
    for answer in creators.join_all().await {
        let answer = answer.unwrap();
        if answer.status() == StatusCode::OK {
            created += 1;
        } else {
            assert_eq!(errors(answer, 422).await, ["Name has already been taken"]);
        }
    }
    assert_eq!(created, 1);
}

#[tokio::test]
async fn everything_wrong_is_reported_at_once() {
    let atlas = Atlas::start().await;
    for body in [
        json!({}),
        json!([]),
        json!({"artifact": {"username": 1, "name": null}}),
    ] {
        let found = errors(atlas.post("/artifacts", &body).await, 422).await;
        assert_eq!(found, ["Username can't be blank", "Name can't be blank"]);
    }
    let body = json!({"artifact": {"username": "..", "name": "a/b"}});
    let found = errors(atlas.post("/artifacts", &body).await, 422).await;
    assert_eq!(found, ["Username is invalid", "Name is invalid"]);
}
