//! What is found, and lists that go on.

use serde_json::json;

use super::support::Registry;

#[tokio::test]
async fn the_search_finds_by_name_type_and_metadata() {
    let registry = Registry::start().await;
    let mut rita = registry.logged_in("rita").await;
    registry
        .publish("acme/web/box", json!({"arch": "arm"}))
        .await;
    registry
        .publish("acme/web/box", json!({"arch": "x64", "a\"b": "c_d,{"}))
        .await;
    registry
        .publish(
            "acme/worker/aws.ami",
            json!({"arch": "x64", "note": "\"arch\":\"arm\""}),
        )
        .await;
    let mut found = async |query: &str| {
        let page = rita.get(&format!("/?{query}")).await.1;
        ["web", "worker"].map(|name| page.contains(&format!("href=\"/acme/{name}\"")))
    };
    for (query, wanted) in [
        ("", [true, true]),
        ("q=ACME%2FW", [true, true]),
        ("q=e%2Fweb", [true, false]),
        ("q=w_b", [false, false]),
        ("q=%25", [false, false]),
        ("type=box", [true, false]),
        ("type=bo", [false, false]),
        ("metadata=arch%3Dx64", [true, true]),
        ("metadata=arch%3Darm", [false, false]),
        ("metadata=arch%3Dx6", [false, false]),
        ("metadata=a%22b%3Dc_d,%7B", [true, false]),
        ("metadata=b%3Dc_d,%7B", [false, false]),
        ("metadata=arch%3Dx64&type=aws.ami", [false, true]),
        ("after=acme%2Fweb", [false, true]),
        ("metadata=nonsense", [false, false]),
    ] {
        assert_eq!(found(query).await, wanted, "{query}");
    }
}

#[tokio::test]
async fn long_lists_have_pages() {
    let registry = Registry::start().await;
    let mut rita = registry.logged_in("rita").await;
    for number in 0..29 {
        registry.create("acme", &format!("n{number:02}")).await;
    }
    for (first, next) in [("/", "/?after=acme%2Fweb"), ("/acme", "/acme?after=web")] {
        let page = rita.get(first).await.1;
        assert!(page.contains(&format!("href=\"{next}\"")), "{page}");
        assert!(page.contains("/acme/web") && !page.contains("/acme/worker"));
        let page = rita.get(next).await.1;
        assert!(
            page.contains("/acme/worker")
                && !page.contains("/acme/web\"")
                && !page.contains("More")
        );
    }
    for _ in 0..60 {
        registry.publish("acme/web/box", json!(null)).await;
    }
    let page = rita.get("/acme/web").await.1;
    assert!(page.contains("60 versions") && page.contains("v51<") && !page.contains("v50<"));
    let page = rita.get("/acme/web?type=box").await.1;
    assert!(page.contains("v11<") && !page.contains("v10<") && page.contains("before=11"));
    let page = rita.get("/acme/web?type=box&before=11").await.1;
    assert!(page.contains("v10<") && page.contains("v1<") && !page.contains("v11<"));
    assert_eq!(rita.get("/acme/web?before=x").await.0, 422);
}
