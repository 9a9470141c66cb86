//! HEAD: the headers of a GET, without the body.

use reqwest::Method;

use crate::support::Atlas;

#[tokio::test]
async fn whatever_is_read_answers_head() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    for path in [
        "/authenticate",
        "/artifacts/hashicorp/web",
        "/artifacts/hashicorp/web/t",
        "/artifacts/hashicorp/web/t/search",
        "/artifacts/hashicorp/web/t/file",
        "/artifacts/hashicorp/web/t/channels",
        "/artifacts/hashicorp/web/t/1",
        "/artifacts/hashicorp/web/t/1/file",
        "/artifacts/hashicorp/web/t/1/attestations",
        "/tokens",
        "/audit",
    ] {
        let get = atlas.get(path).await;
        let head = atlas.request(Method::HEAD, path).send().await.unwrap();
        assert!(head.status() == 200 && get.status() == 200, "{path}");
        for name in ["content-type", "content-length", "etag"] {
            assert_eq!(
                head.headers().get(name),
                get.headers().get(name),
                "{path} {name}"
            );
        }
        assert_eq!(head.bytes().await.unwrap().len(), 0, "{path}");
    }
}
