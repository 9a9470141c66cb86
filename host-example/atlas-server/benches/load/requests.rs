//! How many requests are answered in a second.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::RngExt;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::json;

use crate::{
    Rates,
    fill::ORGANISATIONS,
    process::{Process, TOKEN},
};

/// How many ask at once.
pub const CLIENTS: usize = 8;

/// For how long each is measured.
const TIME: Duration = Duration::from_secs(5);

pub async fn rates(server: &Process, artifacts: u32) -> Rates {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::new();
    let request = |method: Method, path: &str| {
        let url = format!("{}{path}", server.url);
        client.request(method, url).header("x-atlas-token", TOKEN)
    };
    let artifact = || {
        let number = rand::rng().random_range(1..=artifacts);
        format!(
            "/api/v1/artifacts/org{}/a{number}/t",
            number % ORGANISATIONS
        )
    };
    let search = |query: &str| request(Method::GET, &format!("{}/search?{query}", artifact()));
    let body = json!({"artifact_version": {"id": "x", "metadata": {"arch": "arm"}}});
    let arch = "metadata.1.key=arch&metadata.1.value";
    vec![
        (
            "search version=latest",
            rate(|| search("version=latest")).await,
        ),
        (
            "search metadata, 2nd newest",
            rate(|| search(&format!("version=any&{arch}=arm"))).await,
        ),
        (
            "search metadata, none has it",
            rate(|| search(&format!("version=any&{arch}=none"))).await,
        ),
        ("search build=latest", rate(|| search("build=latest")).await),
        (
            "list the versions",
            rate(|| request(Method::GET, &artifact())).await,
        ),
        (
            "page: search by name",
            rate(|| {
                let number = rand::rng().random_range(1..=artifacts);
                request(Method::GET, &format!("/?q=a{number}"))
            })
            .await,
        ),
        (
            "page: search by metadata",
            rate(|| request(Method::GET, "/?metadata=arch%3Dx64")).await,
        ),
        (
            "create a version",
            rate(|| request(Method::POST, &artifact()).json(&body)).await,
        ),
    ]
}

async fn rate(request: impl Fn() -> RequestBuilder) -> f64 {
    let start = Instant::now();
    let clients = (0..CLIENTS).map(async |_| {
        let mut answered = 0.0;
        while start.elapsed() < TIME {
            let answer = request().send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            answer.bytes().await.unwrap();
            answered += 1.0;
        }
        answered
    });
    let answered: f64 = join_all(clients).await.into_iter().sum();
    answered / start.elapsed().as_secs_f64()
}
