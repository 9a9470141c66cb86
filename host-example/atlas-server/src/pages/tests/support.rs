//! A registry with people in it, and their browsers.

use std::collections::HashMap;

use reqwest::{
    Client, Response,
    header::{ACCEPT, COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Options, Server, access::Access, database::Database, logins, slug::Segment, start};

/// The administrator's.
pub(super) const TOKEN: &str = "administrator.atlasv1.token";

/// Everybody's.
pub(super) const PASSWORD: &str = "correct horse";

/// A registry with two artifacts of `acme`, where `ann` owns, `will` writes, and `rita` reads.
pub(super) struct Registry {
    _directory: TempDir,
    pub(super) server: Server,
    database: Database,
    pub(super) client: Client,
}

impl Registry {
    pub(super) async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let directory = TempDir::new().unwrap();
        let options = Options::new(directory.path()).token(TOKEN);
        let server = start(options.clone()).await.unwrap();
        let registry = Self {
            database: Database::open(&options).await.unwrap(),
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

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// A request to the API, which must succeed.
    pub(super) async fn api(&self, path: &str, body: &Value) -> Value {
        let url = self.url(&format!("/api/v1{path}"));
        let request = self.client.post(url).header("X-Atlas-Token", TOKEN);
        let answer = request.json(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub(super) async fn create(&self, user: &str, name: &str) {
        let body = json!({"artifact": {"username": user, "name": name}});
        self.api("/artifacts", &body).await;
    }

    pub(super) async fn publish(&self, slug: &str, metadata: Value) {
        let body = json!({"artifact_version": {"id": "x", "metadata": metadata}});
        self.api(&format!("/artifacts/{slug}"), &body).await;
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser {
            registry: self,
            cookie: String::new(),
        }
    }

    pub(super) async fn logged_in(&self, user: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.log_in(user, PASSWORD, "/").await;
        assert_eq!(answer.status(), 303);
        browser
    }
}

/// A browser: it keeps the cookie, and shows what it last got.
pub(super) struct Browser<'a> {
    registry: &'a Registry,
    pub(super) cookie: String,
}

impl Browser<'_> {
    pub(super) async fn get(&mut self, path: &str) -> (u16, String) {
        let request = self.registry.client.get(self.registry.url(path));
        let answer = self.send(request).await;
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    }

    pub(super) async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
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
    pub(super) async fn post(
        &mut self,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Response {
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

    pub(super) async fn log_in(&mut self, user: &str, password: &str, next: &str) -> Response {
        let fields = [("user", user), ("password", password), ("next", next)];
        self.post("/login", "/login", &fields).await
    }

    /// Does something with version 1 of `acme/web/box`.
    pub(super) async fn manage(&mut self, action: &str, fields: &[(&str, &str)]) -> u16 {
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
