//! The pages as browsers get them.

use std::{collections::HashMap, path::Path};

use reqwest::{
    Client, Response,
    header::{ACCEPT, COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Options, Server, access::Access, database::Database, logins, slug::Segment, start};

const TOKEN: &str = "administrator.atlasv1.token";
const PASSWORD: &str = "correct horse";

/// A registry with two artifacts of `acme`, where `ann` owns, `will` writes, and `rita` reads.
struct Registry {
    _directory: TempDir,
    server: Server,
    database: Database,
    client: Client,
}

impl Registry {
    async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let directory = TempDir::new().unwrap();
        let server = start(Options::new(directory.path()).token(TOKEN))
            .await
            .unwrap();
        let registry = Self {
            database: database(directory.path()).await,
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            _directory: directory,
            server,
        };
        for name in ["web", "worker"] {
            registry.create("acme", name).await;
        }
        let password = logins::hashed(PASSWORD).unwrap();
        let members = [
            ("ann", Access::Own),
            ("will", Access::Write),
            ("rita", Access::Read),
        ];
        let acme = Segment::parse("Organisation", "acme").unwrap();
        for (name, access) in members {
            registry.database.set_user(name, &password).await.unwrap();
            let set = registry.database.set_member(&acme, name, Some(access));
            set.await.unwrap();
        }
        registry.database.set_user("otto", &password).await.unwrap();
        registry
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// A request to the API, which must succeed.
    async fn api(&self, path: &str, body: &Value) -> Value {
        let url = self.url(&format!("/api/v1{path}"));
        let request = self.client.post(url).header("X-Atlas-Token", TOKEN);
        let answer = request.json(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn create(&self, user: &str, name: &str) {
        let body = json!({"artifact": {"username": user, "name": name}});
        self.api("/artifacts", &body).await;
    }

    async fn publish(&self, slug: &str, metadata: Value) {
        let body = json!({"artifact_version": {"id": "x", "metadata": metadata}});
        self.api(&format!("/artifacts/{slug}"), &body).await;
    }

    fn browser(&self) -> Browser<'_> {
        Browser {
            registry: self,
            cookie: String::new(),
        }
    }

    async fn logged_in(&self, user: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.log_in(user, PASSWORD, "/").await;
        assert_eq!(answer.status(), 303);
        browser
    }
}

async fn database(directory: &Path) -> Database {
    Database::open(&Options::new(directory)).await.unwrap()
}

/// A browser: it keeps the cookie, and shows what it last got.
struct Browser<'a> {
    registry: &'a Registry,
    cookie: String,
}

impl Browser<'_> {
    async fn get(&mut self, path: &str) -> (u16, String) {
        let request = self.registry.client.get(self.registry.url(path));
        let answer = self.send(request).await;
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let request = request
            .header(ACCEPT, "text/html,*/*;q=0.8")
            .header(COOKIE, &self.cookie);
        let answer = request.send().await.unwrap();
        if let Some(cookie) = answer.headers().get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        answer
    }

    /// Sends a form with what hides in the forms of a page.
    async fn post(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let (_, html) = self.get(page).await;
        let csrf = html
            .split_once("name=\"csrf\" value=\"")
            .map(|(_, rest)| rest);
        let csrf = csrf
            .and_then(|rest| rest.get(..64))
            .unwrap_or_default()
            .to_owned();
        let mut form: HashMap<_, _> = fields.iter().copied().collect();
        form.entry("csrf").or_insert(&csrf);
        let request = self.registry.client.post(self.registry.url(path));
        self.send(request.form(&form)).await
    }

    async fn log_in(&mut self, user: &str, password: &str, next: &str) -> Response {
        let fields = [("user", user), ("password", password), ("next", next)];
        self.post("/login", "/login", &fields).await
    }

    /// Does something with version 1 of `acme/web/box`.
    async fn manage(&mut self, action: &str, fields: &[(&str, &str)]) -> u16 {
        let mut all = vec![
            ("action", action),
            ("artifact_type", "box"),
            ("version", "1"),
        ];
        all.extend_from_slice(fields);
        let answer = self.post("/", "/acme/web", &all).await;
        if answer.status() == 303 {
            assert_eq!(answer.headers()[LOCATION], "/acme/web");
        }
        answer.status().as_u16()
    }
}

#[tokio::test]
async fn logging_in_takes_a_form_of_this_server_and_the_right_password() {
    let registry = Registry::start().await;
    let mut browser = registry.browser();
    let wrong = browser.log_in("ann", "wrong", "/").await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.text().await.unwrap().contains("is wrong"));
    assert_eq!(browser.log_in("nobody", PASSWORD, "/").await.status(), 401);
    assert_eq!(browser.get("/settings/tokens").await.0, 401);

    let from_elsewhere = [("user", "ann"), ("password", PASSWORD), ("csrf", "")];
    let answer = browser.post("/login", "/login", &from_elsewhere).await;
    assert_eq!(answer.status(), 400);

    let before = browser.cookie.clone();
    let right = browser.log_in("ann", PASSWORD, "/acme/web?type=box").await;
    assert_eq!(right.status(), 303);
    assert_eq!(right.headers()[LOCATION], "/acme/web?type=box");
    let cookie = right.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Path=/"));
    assert_ne!(browser.cookie, before, "the session before is nobody's");
    assert_eq!(browser.get("/settings/tokens").await.0, 200);

    let kept = browser.cookie.clone();
    assert_eq!(browser.post("/", "/logout", &[]).await.status(), 303);
    browser.cookie = kept;
    assert_eq!(browser.get("/settings/tokens").await.0, 401);

    let elsewhere = browser.log_in("ann", PASSWORD, "//evil.example").await;
    assert_eq!(elsewhere.headers()[LOCATION], "/");
}

#[tokio::test]
async fn pages_show_what_the_visitor_may_see() {
    let registry = Registry::start().await;
    registry
        .publish("acme/web/box", json!({"secret": "s3cr3t"}))
        .await;
    let (mut nobody, mut member, mut stranger) = (
        registry.browser(),
        registry.logged_in("rita").await,
        registry.logged_in("otto").await,
    );
    for path in ["/acme", "/acme/web", "/acme/none", "/none"] {
        let (status, page) = nobody.get(path).await;
        assert_eq!(status, 401, "{path}");
        assert!(page.contains("Log in to see this") && page.contains("<!DOCTYPE html>"));
        assert!(!page.contains("s3cr3t"));
        assert_eq!(stranger.get(path).await.0, 404, "{path}");
    }
    assert!(!nobody.get("/").await.1.contains("/acme/web"));
    assert!(!stranger.get("/").await.1.contains("/acme/web"));
    for path in ["/", "/acme", "/acme/web"] {
        let (status, page) = member.get(path).await;
        assert_eq!(status, 200, "{path}");
        assert!(page.contains("href=\"/acme/web\""), "{path}");
    }
    assert!(member.get("/acme/web").await.1.contains("s3cr3t"));
    assert_eq!(member.get("/acme/web?type=none").await.0, 404);

    let mut owner = registry.logged_in("ann").await;
    assert_eq!(owner.manage("visibility", &[("public", "1")]).await, 303);
    for browser in [&mut nobody, &mut stranger] {
        assert!(browser.get("/").await.1.contains("href=\"/acme/web\""));
        assert!(browser.get("/acme").await.1.contains("href=\"/acme/web\""));
        assert!(!browser.get("/acme").await.1.contains("/acme/worker"));
        assert!(browser.get("/acme/web").await.1.contains("s3cr3t"));
    }
}

#[tokio::test]
async fn versions_are_managed_by_those_who_may() {
    let registry = Registry::start().await;
    registry.publish("acme/web/box", json!(null)).await;
    let [mut ann, mut will, mut rita, mut otto] = [
        registry.logged_in("ann").await,
        registry.logged_in("will").await,
        registry.logged_in("rita").await,
        registry.logged_in("otto").await,
    ];
    let channel = [("channel", "production")];
    assert_eq!(otto.manage("move-channel", &channel).await, 404);
    assert_eq!(rita.manage("move-channel", &channel).await, 403);
    assert_eq!(
        registry.browser().manage("move-channel", &channel).await,
        400
    );
    let forged = [("channel", "production"), ("csrf", "0")];
    assert_eq!(will.manage("move-channel", &forged).await, 400);
    assert!(!will.get("/acme/web").await.1.contains("production</span>"));
    assert_eq!(will.manage("move-channel", &channel).await, 303);
    assert!(
        will.get("/acme/web")
            .await
            .1
            .contains("production</span> → v1")
    );
    assert_eq!(will.manage("move-channel", &[("channel", "7")]).await, 422);
    assert_eq!(will.manage("remove-channel", &channel).await, 303);
    assert!(!will.get("/acme/web").await.1.contains("production</span>"));

    assert_eq!(will.manage("revoke", &[("reason", " ")]).await, 422);
    let later = [("reason", "CVE-1"), ("at", "9999-01-02T03:04")];
    assert_eq!(will.manage("revoke", &later).await, 303);
    let page = will.get("/acme/web").await.1;
    assert!(page.contains("To be revoked") && page.contains("9999-01-02 03:04 UTC"));
    assert_eq!(will.manage("lift", &[]).await, 303);
    assert!(!will.get("/acme/web").await.1.contains("CVE-1"));
    assert_eq!(will.manage("revoke", &[("reason", "CVE-2")]).await, 303);
    assert!(
        rita.get("/acme/web")
            .await
            .1
            .contains("<b>Revoked</b> since")
    );

    assert_eq!(will.manage("delete", &[]).await, 403);
    assert_eq!(will.manage("visibility", &[("public", "1")]).await, 403);
    assert_eq!(ann.manage("nonsense", &[]).await, 422);
    assert_eq!(ann.manage("delete", &[]).await, 303);
    assert!(ann.get("/acme/web").await.1.contains("No versions yet"));
    assert_eq!(ann.manage("delete", &[]).await, 404);
}

#[tokio::test]
async fn a_token_is_made_shown_once_and_revoked() {
    let registry = Registry::start().await;
    let mut will = registry.logged_in("will").await;
    let path = "/settings/tokens";
    let make = |access| {
        [
            ("action", "make"),
            ("organisation", "acme"),
            ("description", "CI"),
            ("days", "30"),
            ("access", access),
        ]
    };
    let refused = will.post(path, path, &make("own")).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("needs own access"));
    let page = will
        .post(path, path, &make("write"))
        .await
        .text()
        .await
        .unwrap();
    let token = page.split_once("id=\"token\">").unwrap().1;
    let token = token.split_once('<').unwrap().0.to_owned();
    let list = will.get(path).await.1;
    assert!(list.contains("<h3>CI</h3>") && !list.contains(&token));

    let verify = async || {
        let url = registry.url("/api/v1/authenticate");
        let request = registry.client.get(url).header("X-Atlas-Token", &token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(verify().await, 200);
    let id = list.split_once("name=\"id\" value=\"").unwrap().1;
    let id = id.split_once('"').unwrap().0.to_owned();
    let revoke = [("action", "revoke"), ("id", id.as_str())];
    let mut rita = registry.logged_in("rita").await;
    assert_eq!(rita.post(path, path, &revoke).await.status(), 404);
    assert_eq!(verify().await, 200);
    assert_eq!(will.post(path, path, &revoke).await.status(), 303);
    assert_eq!(verify().await, 401);
    assert!(will.get(path).await.1.contains(">revoked<"));
}

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

#[tokio::test]
async fn browsers_get_errors_as_pages_and_programs_as_json() {
    let registry = Registry::start().await;
    let mut browser = registry.browser();
    for path in ["/a/b/c", "/api/v1/nothing", "/_style/other.css"] {
        let page = browser.get(path).await.1;
        assert!(page.starts_with("<!DOCTYPE html>"), "{path}: {page}");
        let answer = registry
            .client
            .get(registry.url(path))
            .send()
            .await
            .unwrap();
        let errors: Value = answer.json().await.unwrap();
        assert!(errors["errors"][0].is_string(), "{path}");
    }
    let request = registry.client.delete(registry.url("/"));
    assert_eq!(browser.send(request).await.status(), 405);
    let page = browser.get("/").await.1;
    let style = page.split_once("stylesheet\" href=\"").unwrap().1;
    let style = style.split_once('"').unwrap().0;
    let answer = registry
        .client
        .get(registry.url(style))
        .send()
        .await
        .unwrap();
    assert!(
        answer.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn vagrant_finds_boxes_and_a_session_downloads() {
    let registry = Registry::start().await;
    for version in ["", "1.2.3"] {
        let metadata = json!({"provider": "libvirt", "version": version, "description": "A *box*"});
        let body = json!({"artifact_version": {"id": "x", "file": true, "metadata": metadata}});
        let version = registry.api("/artifacts/acme/web/vagrant.box", &body).await;
        let upload = registry
            .client
            .put(version["upload_path"].as_str().unwrap());
        upload.body("content").send().await.unwrap();
    }
    let ask = async |token: &str| {
        let request = registry.client.get(registry.url("/acme/web"));
        let request = request
            .header(ACCEPT, "application/json")
            .bearer_auth(token);
        request.send().await.unwrap()
    };
    assert_eq!(ask("wrong").await.status(), 401);
    let boxes: Value = ask(TOKEN).await.json().await.unwrap();
    assert_eq!(boxes["name"], "acme/web");
    assert_eq!(boxes["description"], "A *box*");
    let numbers: Vec<_> = boxes["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| &v["version"])
        .collect();
    assert_eq!(numbers, ["1.2.3", "0.1.0"]);
    let provider = &boxes["versions"][0]["providers"][0];
    assert_eq!(provider["name"], "libvirt");
    assert_eq!(provider["checksum_type"], "sha256");
    assert_eq!(provider["checksum"].as_str().unwrap().len(), 64);
    let path = "/api/v1/artifacts/acme/web/vagrant.box/2/file";
    assert_eq!(provider["url"], registry.url(path));

    let mut rita = registry.logged_in("rita").await;
    assert!(
        rita.get("/acme/web")
            .await
            .1
            .contains(&format!("href=\"{path}\""))
    );
    assert_eq!(rita.get(path).await, (200, "content".to_owned()));
    assert_eq!(registry.browser().get(path).await.0, 401);
    let mut ann = registry.logged_in("ann").await;
    let delete = registry
        .client
        .delete(registry.url("/api/v1/artifacts/acme/web/vagrant.box/2"));
    assert_eq!(ann.send(delete).await.status(), 401, "a session only reads");
}

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
