//! A server that means harm, or is none: each of its answers gets a clear error in every host, what was
//! sent to Atlas goes nowhere else, and no secret that it repeats is shown.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};
use support::atlas::TOKEN;
use support::host::{Host, said};
use support::hosts::{self, CommandHost};
use support::scripted_atlas::ScriptedAtlas;

/// What came of a publication: exit status, what was said, the requests.
type Published = (Option<i32>, String, Vec<Value>);

/// Publishes a file by each host with a server that gives one such answer, and otherwise behaves.
fn publish(fault: &Value) -> Vec<Published> {
    let hosts = hosts::all().iter();
    hosts.map(|host| publish_by(host, fault)).collect()
}

fn publish_by(by: &CommandHost, fault: &Value) -> Published {
    let atlas = ScriptedAtlas::start(&json!({"existing": ["hashicorp/foobar"], "faults": [fault]}));
    let host = Host::new("disk.image");
    host.write("disk", b"content");
    host.artifact("packer.file", "File", &["disk"]);
    let mut command = host.command_of(by, "publish");
    command
        .args(["--artifact", "artifact.json", "--attempts", "1", "-vv"])
        .arg("template.json")
        .env("ATLAS_ADDRESS", atlas.url())
        .env("ATLAS_TOKEN", TOKEN);
    let output = command.output().unwrap();
    (output.status.code(), said(&output), atlas.finish())
}

/// Publishing fails, with an error that says this. Nothing comes after the request.
fn fails(on: &str, status: u16, headers: Value, body: &str, wanted: &str) {
    let fault = json!({"on": on, "status": status, "headers": headers, "body": body});
    for (code, said, requests) in publish(&fault) {
        assert_eq!(code, Some(1), "{on}: {said}");
        assert!(said.contains(wanted), "{on}: {wanted}: {said}");
        let last = requests.last().unwrap();
        let is_search = last["path"].as_str().unwrap().ends_with("/search");
        let method = last["method"].as_str().unwrap();
        assert!(on.starts_with(method) || is_search, "{on}: {last}");
    }
}

#[test]
fn answers_that_are_none() {
    let unreadable = "the answer is not Atlas's";
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let many = format!("[{}1]", "1,".repeat(300_000));
    let bodies = [
        "",
        "<html>gateway</html>",
        "{\"artifact\": {\"username\": \"hashi",
        "[]",
        "null",
        "\u{0}\u{1}\u{2}",
        nested.as_str(),
        many.as_str(),
    ];
    for body in bodies {
        fails("GET artifact", 200, json!({}), body, unreadable);
    }
    for body in [
        "{}",
        r#"{"version": "3"}"#,
        r#"{"version": -3}"#,
        r#"{"version": 1e300}"#,
        r#"{"version": null}"#,
        r#"{"version": [3]}"#,
    ] {
        fails("POST version", 200, json!({}), body, unreadable);
    }
}

#[test]
fn answers_that_are_too_long() {
    let long = " ".repeat(2 << 20);
    let wanted = "the answer is larger than any that Atlas gives";
    for on in ["GET authenticate", "GET artifact", "POST version"] {
        fails(on, 200, json!({}), &long, wanted);
    }
}

#[test]
fn errors_that_play_tricks() {
    let tricks = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}evil";
    let errors = json!({"errors": [tricks, tricks.repeat(1000)]}).to_string();
    let fault = json!({"on": "POST version", "status": 422, "body": errors});
    for (code, said, _) in publish(&fault) {
        assert_eq!(code, Some(1));
        let shown = said.split("error[").nth(1).unwrap();
        assert!(shown.len() < 2000, "{shown}");
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
    }
}

#[test]
fn a_server_that_repeats_the_token() {
    for status in [400, 401, 403, 418, 422, 501] {
        let body = json!({"errors": [format!("no {TOKEN}!")]}).to_string();
        let location = format!("http://evil.example/?t={TOKEN}");
        let headers = json!({"Location": location, "X-Echo": TOKEN});
        fails("GET artifact", status, headers, &body, "error[");
    }
}

/// Anywhere in an answer, as it is and in another letter case; `said` sees that it is not shown.
#[test]
fn a_server_that_repeats_the_token_anywhere() {
    for token in [TOKEN.to_owned(), TOKEN.to_uppercase()] {
        let bodies = [
            json!({"artifact": {"tag": token}, "x": [{"y": token}]}),
            json!({"artifact": {}, token.as_str(): 1}),
            json!({"error": token}),
        ];
        for body in bodies {
            let headers =
                json!({token.as_str(): "x", "X-Echo": token, "Via": format!("1.1 {token}")});
            let body = body.to_string();
            let fault =
                json!({"on": "GET artifact", "status": 200, "headers": headers, "body": body});
            for (code, said, _) in publish(&fault) {
                assert!(matches!(code, Some(0 | 1)), "{said}");
                assert!(said.contains("[redacted]"), "{said}");
            }
        }
    }
}

/// Whoever knows where an upload goes can upload: neither the URL nor what follows its origin is shown.
#[test]
fn a_server_that_repeats_where_an_upload_goes() {
    let body = r#"{"where": "at @PATH@", "again": "http://elsewhere.example@PATH@?sig=1"}"#;
    for status in [400, 403, 500, 307, 308] {
        let fault = json!({
            "on": "PUT binstore", "status": status, "body": body,
            "headers": {"Location": "ftp://elsewhere.example@PATH@", "X-Echo": "@PATH@"},
        });
        for (code, said, requests) in publish(&fault) {
            let upload = requests.iter().find(|request| request["method"] == "PUT");
            let path = upload.unwrap()["path"].as_str().unwrap();
            let key = path.rsplit('/').next().unwrap();
            assert_eq!(code, Some(1), "{status}: {said}");
            assert!(!said.contains(path) && !said.contains(key), "{key}: {said}");
        }
    }
}

#[test]
fn a_location_that_is_very_long() {
    let headers = json!({"Location": format!("https://elsewhere.example/{}", "x".repeat(70_000))});
    let fault = json!({"on": "GET artifact", "status": 302, "headers": headers});
    for (code, said, _) in publish(&fault) {
        assert_eq!(code, Some(1));
        let shown = said.split("error[").nth(1).unwrap();
        assert!(shown.len() < 1000, "{} bytes", shown.len());
    }
}

#[test]
fn a_server_that_wants_us_to_wait_too_long() {
    let headers = json!({"Retry-After": "86400"});
    fails("GET artifact", 503, headers, "", "86400 s");
}

#[test]
fn upload_paths_that_lead_astray() {
    for (path, wanted) in [
        ("file:///etc/passwd", "is a `file:` URL"),
        ("/etc/passwd", "is not an absolute URL"),
        ("javascript:alert(1)", "is a `javascript:` URL"),
        (
            "http://user:pass@127.0.0.1/x",
            "holds a user name or password",
        ),
        ("http://", "is not an absolute URL"),
        ("", "is not an absolute URL"),
    ] {
        let body = json!({"version": 1, "upload_path": path}).to_string();
        fails("POST version", 200, json!({}), &body, wanted);
    }
    let none = r#"{"version": 1, "upload_path": 7}"#;
    fails("POST version", 200, json!({}), none, "has no `upload_path`");
}

#[test]
fn an_upload_path_in_an_answer_that_can_not_be_read_is_not_shown() {
    let inner = json!({"version": 1, "upload_path": "http://127.0.0.1:1/_binstore/secret"});
    let body = json!({"artifact_version": inner}).to_string();
    let fault = json!({"on": "POST version", "status": 200, "body": body});
    for (code, said, _) in publish(&fault) {
        assert_eq!(code, Some(1), "{said}");
        assert!(!said.contains("_binstore/secret"), "{said}");
    }
}

#[test]
fn redirects_that_lead_astray() {
    // Whoever listens here is not Atlas, and must not be asked anything.
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = elsewhere.local_addr().unwrap();
    let asked = thread::spawn(move || drop(elsewhere.accept()));
    for location in [
        format!("http://{address}/"),
        format!("//{address}/"),
        "https://127.0.0.1:1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
    ] {
        for (on, status) in [
            ("GET authenticate", 302),
            ("GET artifact", 307),
            ("POST version", 308),
        ] {
            let headers = json!({"Location": location});
            fails(on, status, headers, "", "the server redirects to");
        }
    }
    assert!(!asked.is_finished(), "another server was asked");
}

#[test]
fn redirects_in_a_circle() {
    let fault = json!({
        "on": "GET authenticate", "nth": (1..100).collect::<Vec<_>>(), "status": 302,
        "headers": {"Location": "/api/v1/authenticate"},
    });
    for (code, said, requests) in publish(&fault) {
        assert_eq!(code, Some(1));
        assert!(said.contains("the server redirects to"), "{said}");
        assert_eq!(requests.len(), 6);
    }
}
