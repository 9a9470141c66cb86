//! The pages in a real browser.

use std::path::Path;

use serde_json::json;

use super::support::{PASSWORD, Registry};

#[tokio::test]
async fn a_person_logs_in_publishes_and_manages_with_a_browser() {
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node");
    if !node.join("node_modules/playwright-core").exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "npm ci has not run in {}",
            node.display()
        );
        eprintln!("host-example/node is not installed: no browser looks at the pages");
        return;
    }
    let registry = Registry::start().await;
    let person = json!({"url": registry.server.url(), "user": "ann", "password": PASSWORD});
    let output = tokio::process::Command::new("node")
        .args(["--test", "test/pages.test.js"])
        .current_dir(node)
        .env("ATLAS_PAGES", person.to_string())
        .output();
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}
