//! Files, their names, parts of them and versions that are not what they say.

use serde_json::{Value, json};

use super::support::hostile_atlas::answer;
use super::{CONTENT, HALF, SIZE, SLUG, attempts, broken_off, download, listing, run};

#[test]
fn files_of_another_length() {
    let long = [CONTENT, b"and more"].concat();
    let size = SIZE.to_string();
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    let chunks = format!("{}0\r\n\r\n", chunk.repeat(20));
    let chunked = [("Transfer-Encoding", "chunked")];
    let differs = "it has more bytes; nothing of it is kept";
    for (file, wanted) in [
        (answer(200, &[], &long), Some(differs)),
        (answer(200, &chunked, chunks.as_bytes()), Some(differs)),
        (answer(200, &[], &CONTENT[..HALF]), Some("")),
        (answer(200, &chunked, b"3\r\ncon\r\n0\r\n\r\n"), Some("")),
        (
            answer(200, &chunked, b"7fffffffffffffff\r\ncontent"),
            Some("could not download the file of"),
        ),
        (answer(200, &chunked, b"zz\r\ncontent"), Some("")),
        // What is behind the end belongs to nothing.
        (answer(200, &[("Content-Length", &size)], &long), None),
        (
            answer(200, &[("Content-Length", "18446744073709551616")], CONTENT),
            Some(""),
        ),
        (
            answer(200, &[("Content-Length", "9223372036854775807")], CONTENT),
            Some("the connection broke"),
        ),
        (answer(200, &[("Content-Length", "-1")], CONTENT), Some("")),
        (
            answer(
                200,
                &[("Content-Length", "3"), ("Content-Length", "19")],
                CONTENT,
            ),
            Some(""),
        ),
    ] {
        let head = String::from_utf8_lossy(&file[..60]).into_owned();
        for ended in download(listing(json!({})), file) {
            match wanted {
                Some(wanted) => ended.fails(wanted),
                None => ended.succeeds(),
            }
            assert!(ended.said.len() < 20_000, "{head}");
        }
    }
}

#[test]
fn names_of_files_that_play_tricks() {
    let long = format!("\"{}\"", "x".repeat(70_000));
    let medium = format!("\"{}\"", "x".repeat(7000));
    for etag in [
        &long,
        &medium,
        "\"\u{1}\u{1b}[2J\u{7}\"",
        "\"\u{202e}é\"",
        "\"a\" b\"",
        "\"",
        "",
    ] {
        let whole = answer(200, &[("ETag", etag)], CONTENT);
        let files = vec![broken_off(&[("ETag", etag)]), whole];
        for ended in attempts("3", listing(json!({})), files) {
            // An HTTP library may refuse what is no header, or a very long one.
            let is_clear = ended.code == Some(0) || ended.said.contains("error[");
            assert!(is_clear, "{}: {}", ended.by, ended.said);
            assert!(
                ended.said.len() < 20_000,
                "{}: {} bytes",
                ended.by,
                ended.said.len()
            );
            if let Some(value) = ended
                .requests
                .iter()
                .find_map(|r| r.headers.get("if-range"))
            {
                let is_sane =
                    value.len() < 2000 && value.bytes().all(|byte| byte.is_ascii_graphic());
                assert!(is_sane, "{}: {value:?}", ended.by);
            }
        }
    }
}

#[test]
fn parts_that_are_not_what_they_say() {
    let (end, rest) = (SIZE - 1, &CONTENT[HALF..]);
    let right = format!("bytes {HALF}-{end}/{SIZE}");
    let etag = ("ETag", "\"a\"");
    let other = [b"X", &rest[1..]].concat();
    for (range, body) in [
        (format!("bytes 0-{end}/{SIZE}"), rest),
        (format!("bytes {}-{end}/{SIZE}", HALF + 1), rest),
        (format!("bytes {HALF}-{end}/{}", SIZE + 1), rest),
        (format!("bytes {HALF}-{end}/1"), rest),
        (format!("bytes {HALF}-3/{SIZE}"), rest),
        (format!("bytes {HALF}-{end}/18446744073709551616"), rest),
        (
            "bytes 18446744073709551615-18446744073709551615/*".to_owned(),
            rest,
        ),
        (format!("bytes */{SIZE}"), rest),
        ("bytes".to_owned(), rest),
        (String::new(), rest),
        (right.clone(), CONTENT),
        (right.clone(), b""),
        (right.clone(), &other),
        (right, rest),
    ] {
        let part = answer(206, &[("Content-Range", &range), etag], body);
        let whole = answer(200, &[etag], CONTENT);
        let files = vec![broken_off(&[etag]), part.clone(), part, whole];
        for ended in attempts("4", listing(json!({})), files) {
            let is_clear = ended.code == Some(0) || ended.said.contains("error[");
            assert!(is_clear, "{range}: {}", ended.said);
        }
    }
    // Nobody asked for a part.
    for range in [
        format!("bytes 0-{end}/{SIZE}"),
        format!("bytes 3-{end}/{SIZE}"),
    ] {
        let part = answer(206, &[("Content-Range", &range)], CONTENT);
        download(listing(json!({})), part);
    }
}

#[test]
fn versions_that_are_none() {
    let none = "the answer is not Atlas's";
    for number in [
        "-1",
        "1.5",
        "1e300",
        "\"3\"",
        "null",
        "[1]",
        "9223372036854775808",
        "18446744073709551616",
    ] {
        let number: Value = serde_json::from_str(number).unwrap();
        for ended in download(
            listing(json!({"version": number})),
            answer(200, &[], CONTENT),
        ) {
            ended.fails(none);
        }
    }
    for ended in download(listing(json!({"version": 0})), answer(200, &[], CONTENT)) {
        ended.fails(none);
    }
}

#[test]
fn a_version_with_a_million_bytes_of_metadata() {
    let metadata = json!({"x": "y".repeat(1_000_000)});
    for ended in run(&["find", SLUG], {
        let metadata = metadata.clone();
        move |_, _| listing(json!({"metadata": metadata}))
    }) {
        ended.succeeds();
    }
    for ended in download(
        listing(json!({"metadata": metadata})),
        answer(200, &[], CONTENT),
    ) {
        ended.succeeds();
        assert!(
            ended.said.len() < 20_000,
            "{}: {} bytes",
            ended.by,
            ended.said.len()
        );
    }
    let too_much = json!({"x": "y".repeat(2_000_000)});
    for ended in download(
        listing(json!({"metadata": too_much})),
        answer(200, &[], CONTENT),
    ) {
        ended.fails("the answer is larger than any that Atlas gives");
    }
    // What is there instead is told in a few words.
    let search = listing(json!({"metadata": metadata, "version": 7}));
    for ended in run(&["find", &format!("{SLUG}/3")], move |_, _| search.clone()) {
        ended.fails("is not there");
        assert!(
            ended.said.len() < 20_000,
            "{}: {} bytes",
            ended.by,
            ended.said.len()
        );
    }
}
