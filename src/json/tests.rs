//! Tests of places and of what is refused.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Code, Source};
use crate::post_processor::Origin;

fn at(text: &str, needle: &str) -> (String, u32, u32) {
    let document = parse(text, Source::Template, None).unwrap();
    let start = text.find(needle).unwrap();
    let position = document.position(&(start..start + needle.len()));
    (document.pointer(start), position.line, position.column)
}

#[test]
fn values_and_keys_know_their_place() {
    let text = "{\n \"a/b\": [1, {\"ü~\": \"x\"}],\n \"c\": null }";
    assert_eq!(at(text, "\"a/b\""), ("/a~1b".into(), 2, 2));
    assert_eq!(at(text, "1"), ("/a~1b/0".into(), 2, 10));
    assert_eq!(at(text, "\"x\""), ("/a~1b/1/ü~0".into(), 2, 20));
    assert_eq!(at(text, "\"c\""), ("/c".into(), 3, 2));
    assert_eq!(at(text, "}],"), ("/a~1b/1".into(), 2, 23));
}

#[test]
fn a_piece_points_into_the_whole() {
    let origin = Origin {
        pointer: "/post-processors/0".into(),
        line: 7,
        column: 5,
    };
    let text = "{\"a\":\n1}";
    let document = parse(text, Source::Template, Some(&origin)).unwrap();
    let key = document.position(&(1..4));
    assert_eq!((key.line, key.column, key.length), (7, 6, 3));
    let value = document.position(&(6..7));
    assert_eq!((value.line, value.column), (8, 1));
    assert_eq!(document.pointer(6), "/post-processors/0/a");
}

#[test]
fn broken_text_points_at_the_place() {
    let text = "{\"ü\": 1,\n \"a\": [2,]}";
    let error = parse(text, Source::Template, None).unwrap_err();
    assert_eq!(error.code, Code::Syntax);
    assert_eq!(error.message, "not JSON: trailing comma");
    let position = error.position.unwrap();
    assert_eq!((position.line, position.column), (2, 10));
    let end = parse("{\"a\"", Source::Template, None)
        .unwrap_err()
        .position
        .unwrap();
    assert_eq!((end.line, end.column), (1, 4));
}

#[test]
fn the_last_of_equal_keys_wins() {
    let document = parse(r#"{"a": 1, "b": 2, "\u0061": 3}"#, Source::Template, None).unwrap();
    let Kind::Object(members) = &document.root().kind else {
        panic!("not an object")
    };
    let keys: Vec<_> = members.iter().map(|m| m.key.as_str()).collect();
    assert_eq!(keys, ["b", "a"]);
    assert!(matches!(members[1].value.kind, Kind::Number(n) if n == 3.0));
    assert_eq!(document.duplicates()[0].span, 1..4);
}

#[test]
fn wild_texts_are_refused_in_words() {
    let deep = "[".repeat(200_000);
    assert_eq!(
        parse(&deep, Source::Template, None).unwrap_err().code,
        Code::Syntax
    );
    let many = format!("[{}0]", "0,".repeat(MANY));
    assert_eq!(
        parse(&many, Source::Template, None).unwrap_err().code,
        Code::TooLarge
    );
    let large = format!("\"{}\"", "x".repeat(9 << 20));
    assert_eq!(
        parse(&large, Source::Template, None).unwrap_err().code,
        Code::TooLarge
    );
    assert_eq!(
        parse(r#""\ud800""#, Source::Template, None)
            .unwrap_err()
            .code,
        Code::Syntax
    );
    assert_eq!(
        parse("1e999", Source::Template, None).unwrap_err().code,
        Code::Syntax
    );
}

const MANY: usize = 300_000;

/// The tree as `serde_json` would have it, to compare.
fn plain(value: &Value) -> serde_json::Value {
    match &value.kind {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool(b) => (*b).into(),
        Kind::Number(n) => serde_json::json!(n),
        Kind::String(s) => s.clone().into(),
        Kind::Array(items) => items.iter().map(plain).collect(),
        Kind::Object(members) => serde_json::Value::Object(
            members
                .iter()
                .map(|m| (m.key.clone(), plain(&m.value)))
                .collect(),
        ),
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-1e9..1e9).prop_map(|f: f64| serde_json::json!(f)),
        ".*".prop_map(|s: String| s.into()),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(".*", inner, 0..6)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let _ = parse(&text, Source::Template, None);
    }

    #[test]
    fn near_json_is_read_or_refused(text in r#"[\[\]{}",:0-9eE+\-.truefalsn\\u \n]*"#) {
        let _ = parse(&text, Source::Template, None);
    }

    #[test]
    fn the_tree_is_the_same_as_serdes(value in any_json(), pretty: bool) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let document = parse(&text, Source::Template, None).unwrap();
        prop_assert_eq!(plain(document.root()), value);
    }
}
