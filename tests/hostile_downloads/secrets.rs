//! No secret that is repeated is shown, and the token goes nowhere else.

use serde_json::json;

use super::support::atlas::TOKEN;
use super::support::hostile_atlas::{HostileAtlas, answer};
use super::support::hosts;
use super::{CONTENT, SLUG, broken_off, download, listing, run, version};

/// `said` sees that it is not shown, neither in what is told nor in the result.
#[test]
fn a_search_that_repeats_the_token() {
    for token in [TOKEN.to_owned(), TOKEN.to_uppercase()] {
        let via = format!("1.1 {token}");
        let headers = [
            (token.as_str(), "x"),
            ("X-Echo", token.as_str()),
            ("Via", &via),
        ];
        let listed = version(json!({
            "id": token, "slug": token, "metadata": {token.as_str(): "x", "x": token}, "sha256": token,
        }));
        for (status, body) in [
            (200, json!({"versions": [listed]})),
            (200, json!({"versions": [], "x": token})),
            (400, json!({"errors": [format!("no {token}!")]})),
            (403, json!({token.as_str(): token})),
        ] {
            let body = body.to_string();
            let search = answer(status, &headers, body.as_bytes());
            let commands = [
                &["find", SLUG, "--json"][..],
                &["find", SLUG, "--field", "id"],
                &["find", SLUG, "--metadata", "x=y", "--attempts", "1"],
                &["download", SLUG, "--output", "box", "--json"],
            ];
            // What is listed, each of them may show.
            let count = if status == 200 { commands.len() } else { 1 };
            for words in &commands[commands.len() - count..] {
                let search = search.clone();
                for ended in run(words, move |_, _| search.clone()) {
                    assert!(ended.said.contains("[redacted]"), "{}", ended.said);
                }
            }
        }
    }
}

#[test]
fn a_file_that_repeats_the_token() {
    let etag = format!("\"{TOKEN}\"");
    let digest = format!("sha-256=:{TOKEN}:");
    let location = format!("ftp://elsewhere.example/{TOKEN}");
    let headers = [
        ("ETag", etag.as_str()),
        ("Repr-Digest", &digest),
        ("Location", &location),
        ("X-Echo", TOKEN),
    ];
    for status in [302, 401, 403, 404, 418, 500] {
        let body = json!({"errors": [format!("no {TOKEN}!")]}).to_string();
        for ended in download(
            listing(json!({})),
            answer(status, &headers, body.as_bytes()),
        ) {
            ended.fails("error[");
        }
    }
    for ended in download(listing(json!({})), answer(200, &headers, CONTENT)) {
        ended.succeeds();
    }
    // What is kept does not hold it either.
    let words = [
        "download",
        SLUG,
        "--output",
        "box",
        "--resume",
        "checkpoint",
        "--attempts",
        "1",
    ];
    let file = broken_off(&headers);
    for ended in run(&words, move |kind, _| match kind {
        "GET search" => listing(json!({})),
        _ => file.clone(),
    }) {
        ended.fails("the connection broke");
    }
}

#[test]
fn a_redirect_to_another_server() {
    const PATH: &str = "/secret-path-0123456789?sig=abcdef";
    let shouted = format!("not at {PATH}, {}", &PATH[1..23]);
    for (there, is_there) in [
        (answer(200, &[("X-At", PATH)], CONTENT), true),
        (answer(403, &[("X-At", PATH)], shouted.as_bytes()), false),
        (answer(302, &[("Location", PATH)], b""), false),
        (
            answer(
                302,
                &[("Location", "file:///etc/passwd")],
                shouted.as_bytes(),
            ),
            false,
        ),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let there = there.clone();
            let elsewhere = HostileAtlas::start(move |_, _| there.clone());
            let location = format!("{}{PATH}", elsewhere.url());
            let file = answer(status, &[("Location", &location)], b"");
            for ended in download(listing(json!({})), file) {
                let is_done = ended.code == Some(0);
                assert_eq!(is_done, is_there, "{}: {}", ended.by, ended.said);
                let is_shown = ["secret-path", "abcdef"]
                    .iter()
                    .any(|w| ended.said.contains(w));
                assert!(!is_shown, "{}: {}", ended.by, ended.said);
            }
            let asked = elsewhere.requests();
            assert!(asked.len() >= hosts::all().len());
            for request in asked {
                let mut values = request.headers.values();
                assert!(
                    !values.any(|value| value.contains(TOKEN)),
                    "the token is sent on"
                );
            }
            if !is_there {
                break;
            }
        }
    }
}

#[test]
fn redirects_that_lead_astray() {
    let elsewhere = HostileAtlas::start(|_, _| listing(json!({})));
    let other = format!("{}/secret-path", elsewhere.url());
    // A search goes nowhere else, since the token goes with it.
    for location in [
        other.as_str(),
        &other["http:".len()..],
        "file:///etc/passwd",
    ] {
        let search = answer(302, &[("Location", location)], b"");
        for ended in download(search, answer(200, &[], CONTENT)) {
            ended.fails("the server redirects to");
            assert_eq!(ended.requests.len(), 1);
        }
    }
    let with_password = other.replace("http://", "http://user:pass@");
    let long = format!("/{}", "x".repeat(9000));
    for location in [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://[",
        &with_password,
        &long,
        "",
    ] {
        let file = answer(302, &[("Location", location)], CONTENT);
        for ended in download(listing(json!({})), file) {
            ended.fails("error[");
            assert!(!ended.said.contains("secret-path"), "{}", ended.said);
        }
    }
    assert!(elsewhere.requests().is_empty(), "another server was asked");
}
