//! Tests of what is shown, and of what is not.

use super::*;
use crate::atlas::{Body, Header, Method, Response, TransportError};
use crate::platform::fixed::Fixed;

const TOKEN: &str = "tok.atlasv1.S3CR3T";
const UPLOAD_URL: &str = "https://store.example/_bin/630e42d9-2364-2412?sig=abcdefghijkl";

fn reporter(verbosity: u8) -> Reporter {
    let style = Style {
        color: false,
        width: None,
        verbosity,
    };
    let variables = [
        ("pass_key", "hunter22"),
        ("region", "eu-west-1"),
        ("k_key", "abc"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Reporter::new(style, &variables, &Fixed::env(&[("ATLAS_TOKEN", TOKEN)]))
}

fn request(url: &str, sensitive_url: bool) -> Request {
    Request {
        purpose: "find artifact a/b".into(),
        method: Method::Get,
        url: url.into(),
        sensitive_url,
        headers: vec![
            Header::plain("User-Agent", "x"),
            Header {
                name: "X-Atlas-Token".into(),
                value: "another.T0K3N".into(),
                sensitive: true,
            },
        ],
        body: Body::Bytes(br#"{"artifact": {"name": "b"}}"#.to_vec()),
        connect_timeout_ms: 1,
        idle_timeout_ms: 1,
        answer_timeout_ms: 1,
        response_limit: 1,
        save_at: None,
        save_limit: 0,
    }
}

fn answer(headers: &[(&str, &str)], body: &str) -> Outcome {
    let headers = headers.iter();
    Outcome::Answered(Response {
        status: 200,
        headers: headers
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        body: body.into(),
        ..Response::default()
    })
}

fn finding(pointer: &str, position: Option<Position>) -> Finding {
    Finding {
        severity: Severity::Error,
        code: "unknown-key".into(),
        source: Source::Template,
        pointer: pointer.into(),
        position,
        message: "the post-processor has no `artefact`".into(),
        help: Some("did you mean `artifact`?".into()),
    }
}

fn at(line: u32, column: u32, length: u32) -> Option<Position> {
    Some(Position {
        line,
        column,
        length,
    })
}

#[test]
fn a_finding_is_shown_with_its_line() {
    let mut reporter = reporter(0);
    let text = "{\n \"ü\": \"token\", \"token\": \"abc\", \"artefact\": 1\n}";
    reporter.document(Source::Template, "template.json".into(), text.as_bytes());
    let shown = reporter.diagnostics(vec![finding("/post-processors/0/artefact", at(2, 32, 10))]);
    let wanted = [
        "error[unknown-key]: the post-processor has no `artefact`",
        " --> template.json:2:32",
        "  |",
        "2 |  \"ü\": \"token\", \"token\": \"***\", \"artefact\": 1",
        "  |                                ^^^^^^^^^^ /post-processors/0/artefact",
        "  |",
        "  = help: did you mean `artifact`?",
        "",
    ];
    assert_eq!(shown, wanted);
}

#[test]
fn places_beyond_the_text_and_no_place_have_no_line() {
    for position in [None, at(9, 9, 9)] {
        let mut reporter = reporter(0);
        reporter.document(Source::Template, "template.json".into(), b"{}");
        let shown = reporter
            .diagnostics(vec![finding("/a", position)])
            .join("\n");
        assert!(shown.contains("note: at /a in template.json"), "{shown}");
        assert!(!shown.contains("-->"), "{shown}");
    }
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let style = Style {
        color: false,
        width: Some(60),
        verbosity: 0,
    };
    let mut reporter = Reporter::new(style, &[], &Fixed::default());
    let text = format!("{}\"here\"{}", "界 ".repeat(5000), "x".repeat(5000));
    reporter.document(Source::Template, "t".into(), text.as_bytes());
    let shown = reporter.diagnostics(vec![finding("", at(1, 10_001, 6))]);
    let line = shown.iter().find(|line| line.starts_with("1 |")).unwrap();
    let marks = shown.iter().find(|line| line.contains('^')).unwrap();
    assert!(
        line.chars().count() < 70 && line.contains("\"here\""),
        "{line}"
    );
    // A mark stands below each character, those of East Asia being twice as wide.
    let before = line.split("\"here\"").next().unwrap();
    let wide = before.chars().filter(|c| *c == '界').count();
    assert_eq!(marks.find('^').unwrap(), before.chars().count() + wide);
    assert!(marks.ends_with("^^^^^^"), "{marks}");
}

#[test]
fn marks_that_turn_text_round_are_replaced() {
    let mut reporter = reporter(0);
    reporter.document(
        Source::Template,
        "t".into(),
        "{\"a\u{202e}b\": 1}\t\u{7}".as_bytes(),
    );
    let shown = reporter.diagnostics(vec![finding("/a\u{202e}b", at(1, 2, 5))]);
    let shown = shown.join("\n");
    assert!(shown.contains("{\"a\u{fffd}b\": 1} \u{fffd}"), "{shown}");
    assert!(!shown.contains('\u{202e}'), "{shown}");
}

#[test]
fn a_hundred_findings_are_shown_and_the_rest_counted() {
    let mut reporter = reporter(0);
    let mut shown = reporter.diagnostics(vec![finding("/a", None); 70]);
    shown.extend(reporter.diagnostics(vec![finding("/a", None); 50]));
    let titles = shown.iter().filter(|line| line.starts_with("error"));
    assert_eq!(titles.count(), 100);
    assert_eq!(shown.last().unwrap(), "20 more findings are not shown.");
    let report = reporter.finish(&Ending::Refused);
    assert_eq!(report.messages, ["120 errors; nothing was sent."]);
    assert!(report.json.contains("\"omitted\": 20"), "{}", report.json);
    assert_eq!(report.exit_status, 2);
}

#[test]
fn what_a_server_repeats_is_not_shown() {
    let mut reporter = reporter(2);
    let mut shown = reporter.sending(&request("https://atlas.example/x", false));
    let tokens = [TOKEN, "another.T0K3N", "ANOTHER.t0k3n"];
    for token in tokens {
        let escaped = token.replace('o', "\\u006f").replace('O', "\\u004f");
        let body =
            format!(r#"{{"{token}": ["{token}"], "a": "{token}", "b{escaped}": "x{escaped}"}}"#);
        shown.extend(reporter.outcome(&answer(&[(token, "x"), ("x", token)], &body), 12));
        shown.extend(reporter.outcome(&Outcome::NoAnswer(TransportError::Other(token.into())), 1));
        shown.push(reporter.redact(token));
    }
    let failure = Failure {
        code: "rejected".into(),
        message: format!("no {TOKEN}"),
        published: Vec::new(),
    };
    let report = reporter.finish(&Ending::Failed(failure));
    shown.extend(report.messages);
    shown.push(report.json);
    let shown = shown.join("\n").to_lowercase();
    assert!(!shown.contains("u006f"), "{shown}");
    for token in tokens {
        assert!(!shown.contains(&token.to_lowercase()), "{shown}");
    }
    assert!(shown.contains("x-atlas-token: [redacted]"), "{shown}");
    assert!(
        shown.contains("{\"artifact\": {\"name\": \"b\"}}"),
        "{shown}"
    );
    assert!(shown.contains("< 200 after 12ms"), "{shown}");
}

#[test]
fn where_an_upload_goes_is_not_shown() {
    let mut reporter = reporter(2);
    let body = format!(r#"{{"version": 1, "upload_path": "{UPLOAD_URL}"}}"#);
    let mut shown = reporter.outcome(&answer(&[], &body), 1);
    assert!(shown.join("").contains("\"version\": 1"), "{shown:?}");
    shown.extend(reporter.sending(&request(UPLOAD_URL, true)));
    assert!(
        shown.contains(&"  > GET https://store.example/[redacted]".to_owned()),
        "{shown:?}"
    );
    let further = "https://store.example/_bin/further-0123456789";
    shown.extend(reporter.outcome(&answer(&[("Location", further), ("Via", "/_bin/x")], ""), 1));
    for text in [
        UPLOAD_URL,
        "/_bin/630e42d9-2364-2412",
        "630E42D9-2364-2412",
        further,
    ] {
        shown.push(reporter.redact(&format!("at {text} it is")));
    }
    let shown = shown.join("\n").to_lowercase();
    for secret in ["_bin", "630e42d9", "abcdefghijkl", "further"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[test]
fn secret_variables_are_not_shown_and_short_ones_are_no_secrets() {
    let mut reporter = reporter(0);
    assert_eq!(
        reporter.redact("HUNTER22 in eu-west-1, abc"),
        "[redacted] in eu-west-1, abc"
    );
    reporter.document(Source::Template, "t".into(), br#"["hunter22", "x"]"#);
    let shown = reporter.diagnostics(vec![finding("", at(1, 13, 3))]);
    assert!(
        shown.contains(&"1 | [\"********\", \"x\"]".to_owned()),
        "{shown:?}"
    );
}

#[test]
fn secrets_that_overlap_are_hidden_as_a_whole() {
    let variables = [("a_key", "ääab"), ("b_key", "abcdef"), ("c_key", "abcd")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let style = Style {
        color: false,
        width: None,
        verbosity: 0,
    };
    let reporter = Reporter::new(style, &variables, &Fixed::default());
    assert_eq!(
        reporter.redact("<ääabcdef|abcd>"),
        "<[redacted]|[redacted]>"
    );
    assert_eq!(reporter.secrets.mask("<ääab>ABCDEF"), "<****>******");
}

#[test]
fn results_are_lines_and_json() {
    let receipt = Receipt {
        slug: "a/b/aws.ami/3".into(),
        tag: "a/b".into(),
        artifact_type: "aws.ami".into(),
        version: 3,
        id: "x".into(),
        url: "https://atlas.example/a/b".into(),
        size: None,
        sha256: None,
        confirmed: true,
    };
    let report = reporter(0).finish(&Ending::Done(Achievement::Published(vec![receipt])));
    assert_eq!(
        report.lines,
        ["a/b/aws.ami (v3)  https://atlas.example/a/b"]
    );
    assert_eq!((report.messages.len(), report.exit_status), (0, 0));
    let json: serde_json::Value = serde_json::from_str(&report.json).unwrap();
    assert_eq!(json["receipts"][0]["slug"], "a/b/aws.ami/3");
    assert_eq!(json["status"], "published");
    assert!(json.get("error").is_none());
    let valid = reporter(0).finish(&Ending::Valid);
    assert_eq!(valid.messages, ["The template is valid."]);
    assert_eq!(
        valid.json,
        "{\n  \"diagnostics\": [],\n  \"status\": \"valid\"\n}"
    );
}

#[test]
fn unreadable_files_are_findings() {
    let mut reporter = reporter(0);
    let shown = reporter.unreadable(Source::Checkpoint, "c.json".into(), &FileError::InUse);
    let title = "error[file-in-use]: c.json: another process is using it";
    assert_eq!(shown.first().unwrap(), title);
    let shown = reporter.unreadable(Source::Template, "t.json".into(), &FileError::NotFound);
    assert_eq!(
        shown,
        ["error[unreadable-file]: t.json: it does not exist", ""]
    );
    assert_eq!(
        reporter.finish(&Ending::Refused).messages,
        ["2 errors; nothing was sent."]
    );
}
