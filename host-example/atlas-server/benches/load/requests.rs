//! How many requests are answered in a second, and how that changes with what is in the database.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::RngExt;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    fill::ORGANISATIONS,
    process::{Process, TOKEN},
    settings::{Settings, median},
};

/// How many ask at once.
const CLIENTS: usize = 8;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A kind of request.
type Kind = (&'static str, fn(&Target) -> RequestBuilder);

const KINDS: [Kind; 9] = [
    ("search version=latest", |target| {
        target.search("version=latest")
    }),
    ("search version=any, arch=arm", |target| {
        target.search("version=any&metadata.1.key=arch&metadata.1.value=arm")
    }),
    ("search, no version has it", |target| {
        target.search("version=any&metadata.1.key=arch&metadata.1.value=none")
    }),
    ("search build=latest", |target| {
        target.search("build=latest")
    }),
    ("search version=50", |target| target.search("version=50")),
    ("list the versions", |target| {
        target.request(Method::GET, &target.artifact())
    }),
    ("page: artifacts by name", |target| {
        target.request(Method::GET, &format!("/?q=a{}", target.number()))
    }),
    ("page: artifacts by metadata", |target| {
        target.request(Method::GET, "/?metadata=arch%3Dx64")
    }),
    ("create a version", |target| {
        let body = json!({"artifact_version": {"id": "x", "metadata": {"arch": "arm"}}});
        target.request(Method::POST, &target.artifact()).json(&body)
    }),
];

/// A server, and whoever asks it.
pub struct Target {
    _directory: TempDir,
    server: Process,
    client: Client,
    artifacts: u32,
}

impl Target {
    pub fn new(directory: TempDir, server: Process, artifacts: u32) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        Self {
            _directory: directory,
            server,
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
            artifacts,
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url);
        self.client
            .request(method, url)
            .header("x-atlas-token", TOKEN)
    }

    fn search(&self, query: &str) -> RequestBuilder {
        self.request(Method::GET, &format!("{}/search?{query}", self.artifact()))
    }

    fn number(&self) -> u32 {
        rand::rng().random_range(1..=self.artifacts)
    }

    /// The path of one of its artifacts.
    fn artifact(&self) -> String {
        let number = self.number();
        let organisation = number % ORGANISATIONS;
        format!("/api/v1/artifacts/org{organisation}/a{number}/t")
    }

    async fn measure(&self, request: fn(&Self) -> RequestBuilder, slice: Duration) -> Figures {
        let (start, cpu) = (Instant::now(), self.server.cpu());
        let clients = (0..CLIENTS).map(async |_| {
            let mut answered = 0_u32;
            while start.elapsed() < slice {
                let answer = request(self).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                answer.bytes().await.unwrap();
                answered += 1;
            }
            answered
        });
        let answered = join_all(clients).await.into_iter().sum::<u32>();
        let answered = f64::from(answered);
        Figures {
            rate: answered / start.elapsed().as_secs_f64(),
            cpu: (self.server.cpu() - cpu).as_secs_f64() * 1e6 / answered,
        }
    }
}

/// How many answers a second there are, and how many microseconds the server computes for one.
struct Figures {
    rate: f64,
    cpu: f64,
}

/// Asks all in turns, and prints a line for each kind of request.
pub async fn compare(targets: &[Target], settings: &Settings) {
    println!("Answers a second to {CLIENTS} clients, and the server's CPU time for one:");
    print!("{:>30}", "artifacts");
    for target in targets {
        print!("{:>10}{:>10}", target.artifacts, "");
    }
    println!("  growth of the CPU time");
    for (name, request) in KINDS {
        let mut figures: Vec<Vec<Figures>> = targets.iter().map(|_| Vec::new()).collect();
        for _ in 0..settings.rounds {
            for (target, figures) in targets.iter().zip(&mut figures) {
                figures.push(target.measure(request, settings.slice).await);
            }
        }
        print!("{name:>30}");
        let cpu = figures.iter().map(|figures| {
            let rate = median(figures.iter().map(|figures| figures.rate));
            let cpu = median(figures.iter().map(|figures| figures.cpu));
            print!("{rate:>10.0}{cpu:>7.0} µs");
            cpu
        });
        let cpu: Vec<f64> = cpu.collect();
        println!("{:>8.2}", cpu[cpu.len() - 1] / cpu[0]);
    }
}
