//! Bodies as forms, in the way of Rails, say what bodies of JSON say.

use reqwest::Method;
use serde_json::Value;

use crate::support::{Atlas, errors};

async fn send(atlas: &Atlas, method: Method, path: &str, form: &[(&str, &str)]) -> Value {
    let answer = atlas.request(method, path).form(form).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn every_body_can_be_a_form() {
    let atlas = Atlas::start().await;
    let form = [
        ("artifact[username]", "hashicorp"),
        ("artifact[name]", "form"),
    ];
    let made = send(&atlas, Method::POST, "/artifacts", &form).await;
    assert_eq!(made["artifact"]["tag"], "hashicorp/form");
    let form = [
        ("artifact[public]", "true"),
        ("artifact[keep_versions]", "5"),
        ("artifact[keep_days]", ""),
    ];
    let changed = send(&atlas, Method::PATCH, "/artifacts/hashicorp/form", &form).await;
    let artifact = &changed["artifact"];
    assert_eq!(
        (
            &artifact["public"],
            &artifact["keep_versions"],
            &artifact["keep_days"]
        ),
        (&true.into(), &5.into(), &Value::Null)
    );

    let form = [
        ("artifact_version[id]", "x"),
        ("artifact_version[metadata][a b]", "c"),
        ("artifact_version[file]", "false"),
        ("artifact_version[build_id]", "7"),
    ];
    let version = send(&atlas, Method::POST, "/artifacts/hashicorp/form/t", &form).await;
    assert_eq!(
        (&version["metadata"]["a b"], &version["build_id"]),
        (&"c".into(), &7.into())
    );
    let path = "/artifacts/hashicorp/form/t/channels/beta";
    let channel = send(&atlas, Method::PUT, path, &[("channel[version]", "1")]).await;
    assert_eq!(channel["channel"]["version"], 1);
    let path = "/artifacts/hashicorp/form/t/1/revocation";
    let form = [
        ("revocation[reason]", "why"),
        ("revocation[at]", "2030-01-31T12:00:00Z"),
    ];
    let version = send(&atlas, Method::PUT, path, &form).await;
    assert_eq!(
        (&version["revoke_reason"], &version["revoke_at"]),
        (&"why".into(), &"2030-01-31T12:00:00Z".into())
    );
    let form = [
        ("token[organisation]", "hashicorp"),
        ("token[access]", "read"),
    ];
    assert!(send(&atlas, Method::POST, "/tokens", &form).await["token"].is_string());
}

#[tokio::test]
async fn a_body_without_its_object_is_refused() {
    let atlas = Atlas::start().await;
    for (method, path) in [
        (Method::POST, "/artifacts"),
        (Method::PATCH, "/artifacts/hashicorp/web"),
        (Method::POST, "/artifacts/hashicorp/web/t"),
        (Method::PUT, "/artifacts/hashicorp/web/t/channels/beta"),
        (Method::PUT, "/artifacts/hashicorp/web/t/1/revocation"),
        (Method::POST, "/artifacts/hashicorp/web/t/1/attestations"),
        (Method::POST, "/tokens"),
    ] {
        for body in ["{}", "[]", "null", "5"] {
            let request = atlas.request(method.clone(), path).body(body);
            errors(request.send().await.unwrap(), 422).await;
        }
    }
}
