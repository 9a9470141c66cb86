//! Searching for versions.

use serde_json::{Value, json};

use crate::support::{Atlas, errors};

/// Four versions: 1 and 2 of build 7, 3 of build 9, 4 of build 8.
async fn atlas() -> Atlas {
    let atlas = Atlas::start().await;
    for (build, metadata) in [
        (7, json!({"os": "linux", "stage": "test"})),
        (7, json!({"os": "linux"})),
        (9, json!({"os": "bsd", "stage": "a b&c"})),
        (8, Value::Null),
    ] {
        atlas
            .publish(
                "t",
                json!({"id": "x", "build_id": build, "metadata": metadata}),
            )
            .await;
    }
    atlas
}

#[tokio::test]
async fn versions_are_found_by_version_and_build() {
    let atlas = atlas().await;
    for (query, wanted) in [
        ("", &[4][..]),
        ("version=any&build=any", &[4]),
        ("version=latest", &[4]),
        ("version=2", &[2]),
        ("version=5", &[]),
        ("build=7", &[2]),
        ("build=7&version=latest", &[2]),
        ("build=7&version=3", &[]),
        ("build=latest", &[3]),
        ("build=latest&version=latest", &[3]),
        ("build=1", &[]),
        ("build=latest&version=2", &[2]),
        ("version=production", &[]),
        ("unknown=1", &[4]),
    ] {
        assert_eq!(atlas.found("t", query).await, wanted, "{query}");
    }
    assert_eq!(atlas.found("other", "").await, [] as [i64; 0]);
}

#[tokio::test]
async fn versions_are_found_by_metadata() {
    let atlas = atlas().await;
    for (query, wanted) in [
        ("metadata.1.key=os", &[3][..]),
        (
            "metadata.1.key=os&metadata.1.value=943febbf-589f-401b-8f25-58f6d8786848",
            &[3],
        ),
        ("metadata.1.key=os&metadata.1.value=linux", &[2]),
        (
            "metadata.1.key=os&metadata.1.value=linux&version=latest",
            // The latest is another one.
            &[],
        ),
        (
            "metadata.1.key=os&metadata.1.value=linux&build=latest",
            &[2],
        ),
        (
            "metadata.2.value=linux&metadata.1.key=stage&metadata.2.key=os",
            &[1],
        ),
        ("metadata.1.key=stage&metadata.1.value=a+b%26c", &[3]),
        ("metadata.1.key=os&metadata.1.value=", &[]),
        ("metadata.1.key=none", &[]),
    ] {
        assert_eq!(atlas.found("t", query).await, wanted, "{query}");
    }
}

/// From the acceptance tests of Terraform's provider, which takes exactly one version.
#[tokio::test]
async fn terraform_finds_exactly_one_version() {
    let atlas = Atlas::start().await;
    for arch in ["x86", "x64"] {
        atlas
            .publish("t", json!({"id": arch, "metadata": {"arch": arch}}))
            .await;
    }
    for (query, wanted) in [
        ("version=any", 2),
        ("version=any&metadata.1.key=arch&metadata.1.value=x86", 1),
        ("version=any&metadata.1.key=arch", 2),
        ("version=latest", 2),
        ("build=latest", 2),
        ("build=latest&metadata.1.key=arch&metadata.1.value=x86", 1),
    ] {
        assert_eq!(atlas.found("t", query).await, [wanted], "{query}");
    }
    let x86 = "version=latest&metadata.1.key=arch&metadata.1.value=x86";
    assert_eq!(atlas.found("t", x86).await, [] as [i64; 0]);
}

#[tokio::test]
async fn an_amazon_version_is_found_by_what_it_shows() {
    let atlas = Atlas::start().await;
    atlas
        .publish("aws.ami", json!({"id": "eu-west-1:ami-1"}))
        .await;
    assert_eq!(
        atlas
            .found("aws.ami", "metadata.1.key=ami_id&metadata.1.value=ami-1")
            .await,
        [1]
    );
}

#[tokio::test]
async fn a_found_version_tells_its_file_and_no_upload() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let answer = atlas
        .get("/artifacts/hashicorp/web/t/search?version=latest")
        .await;
    let body: Value = answer.json().await.unwrap();
    let versions = body["versions"].as_array().unwrap();
    assert_eq!(
        versions.len(),
        1,
        "version 2 is not complete, so 1 is the latest"
    );
    assert_eq!(
        body["incomplete"],
        json!([2]),
        "but it is told that 2 is there"
    );
    let version = &versions[0];
    assert_eq!(
        (&version["version"], &version["file"], &version["size"]),
        (&json!(1), &json!(true), &json!(7))
    );
    assert_eq!(version["sha256"].as_str().unwrap().len(), 64);
    assert!(version["created_at"].as_str().unwrap().ends_with('Z'));
    assert!(version.get("upload_path").is_none() && version.get("upload_token").is_none());
}

#[tokio::test]
async fn a_search_that_cannot_be_read_is_refused() {
    let atlas = Atlas::start().await;
    for query in [
        "version=a%20b",
        "version=01",
        "version=%2B1",
        "build=%2B7",
        "metadata.01.key=a",
        "build=1.0",
        "metadata.0.key=a",
        "metadata.x.key=a",
        "metadata.1.value=a",
    ] {
        errors(
            atlas
                .get(&format!("/artifacts/hashicorp/web/t/search?{query}"))
                .await,
            422,
        )
        .await;
    }
    errors(atlas.get("/artifacts/hashicorp/none/t/search").await, 404).await;
}
