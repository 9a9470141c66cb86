//! New versions: their numbers, their shape, and repeated requests.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Atlas, TOKEN, errors};

#[tokio::test]
async fn a_version_is_answered_unwrapped() {
    let atlas = Atlas::start().await;
    let declared =
        json!({"id": "File", "file": true, "metadata": {"a": "1"}, "build_id": 5, "compile_id": 6});
    let mut version = atlas.publish("vagrant.box", declared).await;

    let key = version["upload_token"].as_str().unwrap().to_owned();
    assert!(key.len() >= 22, "128 bits need 22 letters and digits");
    assert_eq!(
        version["upload_path"],
        format!("{}/_binstore/{key}", atlas.server.url())
    );
    for volatile in ["upload_token", "upload_path", "created_at"] {
        assert!(
            version
                .as_object_mut()
                .unwrap()
                .remove(volatile)
                .unwrap()
                .is_string()
        );
    }
    assert_eq!(
        version,
        json!({
            "username": "hashicorp", "name": "web", "tag": "hashicorp/web", "artifact_type": "vagrant.box",
            "id": "File", "version": 1, "metadata": {"a": "1"}, "file": true,
            "upload_protocol": "resumable", "slug": "hashicorp/web/vagrant.box/1", "build_id": 5, "compile_id": 6,
            "created_by": "token 1", "channels": []
        })
    );
}

#[tokio::test]
async fn a_version_without_a_file_has_nowhere_to_upload() {
    let atlas = Atlas::start().await;
    let version = atlas
        .publish(
            "amazon.image",
            json!({"id": "i", "file": false, "metadata": null}),
        )
        .await;
    assert_eq!(version["metadata"], Value::Null);
    assert_eq!(version["file"], false);
    assert!(
        version.get("upload_path").is_none()
            && version.get("upload_protocol").is_none()
            && version.get("upload_token").is_none()
    );
}

#[tokio::test]
async fn an_amazon_version_tells_its_regions() {
    let atlas = Atlas::start().await;
    let declared = json!({"id": "eu-west-1:ami-1,us-east-1:ami-2"});
    let version = atlas.publish("aws.ami", declared).await;
    assert_eq!(
        version["metadata"],
        json!({"ami_id": "ami-1,ami-2", "region": "eu-west-1,us-east-1"})
    );
}

#[tokio::test]
async fn versions_count_without_gaps_or_doubles() {
    let atlas = Atlas::start().await;
    let mut publishers = JoinSet::new();
    for n in 0..64 {
        let url = format!("{}/api/v1/artifacts/hashicorp/web/t", atlas.server.url());
        let body = json!({"artifact_version": {"id": n.to_string(), "file": n % 2 == 0}});
        let request = atlas
            .client
            .post(url)
            .header("X-Atlas-Token", TOKEN)
            .json(&body);
        publishers.spawn(async { request.send().await.unwrap().json::<Value>().await.unwrap() });
    }
    let mut numbers: Vec<_> = publishers
        .join_all()
        .await
        .iter()
        .map(|v| v["version"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, Vec::from_iter(1..=64));
    assert_eq!(
        atlas.publish("other", json!({"id": "x"})).await["version"],
        1
    );
}

#[tokio::test]
async fn a_repeated_request_makes_one_version() {
    let atlas = Atlas::start().await;
    let body =
        json!({"artifact_version": {"id": "x", "file": true, "metadata": {"a": "1", "b": "2"}}});
    let first: Value = keyed(&atlas, "t", "k", &body).await.json().await.unwrap();
    // The order of JSON's keys is no difference.
    let reordered =
        r#"{"artifact_version": {"metadata": {"b": "2", "a": "1"}, "file": true, "id": "x"}}"#;
    let request = atlas
        .request(Method::POST, "/artifacts/hashicorp/web/t")
        .header("Idempotency-Key", "k");
    let second: Value = request
        .body(reordered)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(first, second);
    assert_eq!(atlas.put(&second, "content").await.status(), 200);

    // Also after the upload, and the URL still takes the same file.
    let third: Value = keyed(&atlas, "t", "k", &body).await.json().await.unwrap();
    assert_eq!(
        (&third["version"], &third["upload_path"]),
        (&first["version"], &first["upload_path"])
    );
    assert_eq!(atlas.put(&third, "content").await.status(), 200);
    assert_eq!(atlas.found("t", "").await, [1]);
}

#[tokio::test]
async fn every_answer_repeats_the_key_it_was_asked_with() {
    let atlas = Atlas::start().await;
    for path in ["/artifacts/hashicorp/web", "/artifacts/hashicorp/none"] {
        let request = atlas.request(Method::GET, path);
        let answer = request.header("Idempotency-Key", "k").send().await.unwrap();
        assert_eq!(answer.headers()["idempotency-key"], "k");
    }
    let answer = atlas.get("/artifacts/hashicorp/web").await;
    assert!(!answer.headers().contains_key("idempotency-key"));
}

#[tokio::test]
async fn many_repetitions_at_once_make_one_version() {
    let atlas = Atlas::start().await;
    let body = json!({"artifact_version": {"id": "x"}});
    let answers = futures(16, || keyed(&atlas, "t", "k", &body)).await;
    assert!(answers.iter().all(|answer| answer.status() == 200));
    assert_eq!(atlas.found("t", "").await, [1]);
}

#[tokio::test]
async fn a_key_stands_for_one_body_of_one_type() {
    let atlas = Atlas::start().await;
    let body = json!({"artifact_version": {"id": "x"}});
    assert_eq!(keyed(&atlas, "t", "k", &body).await.status(), 200);
    for other in [
        json!({"id": "y"}),
        json!({"id": "x", "build_id": 1}),
        json!({"id": "x", "metadata": {}}),
    ] {
        let answer = keyed(&atlas, "t", "k", &json!({ "artifact_version": other })).await;
        assert!(errors(answer, 422).await[0].contains("Idempotency-Key"));
    }
    errors(keyed(&atlas, "t", "", &body).await, 422).await;
    errors(keyed(&atlas, "t", &"k".repeat(256), &body).await, 422).await;

    let elsewhere: Value = keyed(&atlas, "u", "k", &body).await.json().await.unwrap();
    assert_eq!(elsewhere["slug"], "hashicorp/web/u/1");
    let next: Value = keyed(&atlas, "t", "l", &body).await.json().await.unwrap();
    assert_eq!(next["version"], 2);
}

#[tokio::test]
async fn a_version_needs_its_artifact_and_an_id() {
    let atlas = Atlas::start().await;
    let answer = atlas
        .post(
            "/artifacts/hashicorp/none/t",
            &json!({"artifact_version": {"id": "x"}}),
        )
        .await;
    errors(answer, 404).await;
    let body = json!({"artifact_version": {"file": 1, "metadata": []}});
    let answer = atlas.post("/artifacts/hashicorp/web/t", &body).await;
    let wanted = [
        "Id can't be blank",
        "Metadata must be a map",
        "File must be true or false",
    ];
    assert_eq!(errors(answer, 422).await, wanted);
}

async fn keyed(atlas: &Atlas, artifact_type: &str, key: &str, body: &Value) -> Response {
    let request = atlas.request(
        Method::POST,
        &format!("/artifacts/hashicorp/web/{artifact_type}"),
    );
    request
        .header("Idempotency-Key", key)
        .json(body)
        .send()
        .await
        .unwrap()
}

async fn futures<F: Future>(count: usize, mut make: impl FnMut() -> F) -> Vec<F::Output> {
    let all = (0..count).map(|_| Box::pin(make())).collect::<Vec<_>>();
    futures_util::future::join_all(all).await
}
