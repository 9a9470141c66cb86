//! A database that cannot be used: what is wrong is told at once, and without the password.

use std::time::{Duration, Instant};

use atlas_server::Options;

use crate::cluster;

/// The pool's own patience is longer.
const SOON: Duration = Duration::from_secs(25);

#[tokio::test]
async fn what_is_wrong_is_named() {
    let known = cluster::database("known");
    let unknown = known.replace("/known?", "/unknown?");
    // Nobody listens there.
    let refused = "postgres://user:hush-hush@127.0.0.1:1/atlas".to_owned();
    for (url, place, problem) in [
        (refused, "127.0.0.1:1", "refused"),
        (unknown, "atlas-postgres-", "\"unknown\" does not exist"),
    ] {
        let start = Instant::now();
        let directory = tempfile::tempdir().unwrap();
        let options = Options::new(directory.path()).database(url);
        let error = atlas_server::start(options).await.unwrap_err().to_string();
        assert!(error.contains(place) && error.contains(problem), "{error}");
        assert!(!error.contains("hush"), "{error}");
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    }
}
