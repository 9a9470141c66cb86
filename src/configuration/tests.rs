//! Tests of what a configuration becomes, and of everything that is found in a bad one.

use super::*;
use crate::atlas::DEFAULT_BASE_URL;
use crate::platform::fixed::Fixed;
use crate::post_processor::Origin;
use crate::run::Run;

type Outcome = Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>>;

fn read_with(config: &str, platform: &Fixed) -> Outcome {
    let post_processor = PostProcessor {
        config: config.into(),
        origin: None,
        chained: false,
    };
    let variables = [("t", "tok"), ("one", "1")];
    let build = Build {
        name: "vm".into(),
        builder_type: "amazon-ebs".into(),
        run: Run {
            variables: variables.map(|(k, v)| (k.into(), v.into())).into(),
            ..Run::default()
        }
        .with_defaults(platform),
    };
    read(&post_processor, &build, platform)
}

fn accepted(config: &str) -> Configuration {
    read_with(config, &Fixed::default()).unwrap().0
}

/// Codes, pointers and places of what is found.
fn found(config: &str, platform: &Fixed) -> Vec<String> {
    let findings = match read_with(config, platform) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings,
    };
    findings
        .iter()
        .map(|f| match f.position {
            Some(p) => format!("{} {} {}:{}", f.code.as_str(), f.pointer, p.line, p.column),
            None => f.code.as_str().to_owned(),
        })
        .collect()
}

#[test]
fn the_documented_configuration() {
    let configuration = accepted(
        r#"{"type": "atlas", "token": "{{user `t`}}", "artifact": "hashicorp/foobar",
            "artifact_type": "aws.ami", "metadata": {"created_at": "{{timestamp}}"}}"#,
    );
    assert_eq!(configuration.artifact.to_string(), "hashicorp/foobar");
    assert_eq!(configuration.artifact_type.as_str(), "aws.ami");
    assert_eq!(configuration.token.header_value(), "tok");
    let url = configuration.base_url.endpoint(&["authenticate"]);
    assert_eq!(url, "https://atlas.hashicorp.com/api/v1/authenticate");
    let metadata = configuration.metadata.unwrap();
    assert_eq!(metadata["created_at"], "1795414013");
    assert_eq!((configuration.build_id, configuration.compile_id), (0, 0));
}

#[test]
fn weak_types_and_keys_of_any_case() {
    let configuration = accepted(
        r#"{"TOKEN": 5, "Artifact": "a/b", "artifact_Type": true, "atlas_url": null,
            "artifact_type_override": "true", "name": "x", "only": ["a"], "packer_x": {},
            "metadata": [{"n": 1.5, "t": true}, {"t": false, "{{build_name}}": null}]}"#,
    );
    assert_eq!(configuration.token.header_value(), "5");
    assert_eq!(configuration.artifact_type.as_str(), "1");
    assert!(configuration.artifact_type_override);
    let metadata: Vec<_> = configuration.metadata.unwrap().into_iter().collect();
    let pairs = [("n", "1.5"), ("t", "0"), ("vm", "")];
    assert_eq!(metadata, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
}

#[test]
fn null_and_empty_metadata_differ() {
    let with = |metadata: &str| {
        let start = r#"{"token": "t", "artifact": "a/b", "artifact_type": "c""#;
        accepted(&format!("{start}{metadata}}}")).metadata
    };
    assert_eq!(with(""), None);
    assert_eq!(with(r#", "metadata": null"#), None);
    assert_eq!(with(r#", "metadata": {}"#), Some(BTreeMap::new()));
    assert_eq!(with(r#", "metadata": []"#), Some(BTreeMap::new()));
}

#[test]
fn the_environment_fills_in() {
    let environment = Fixed::env(&[
        ("ATLAS_TOKEN", " env \n"),
        ("ATLAS_ADDRESS", "http://127.0.0.1:80/"),
        ("ATLAS_BUILD_ID", "0x1f"),
        ("ATLAS_COMPILE_ID", ""),
    ]);
    let text = r#"{"token": "{{user `undeclared`}}", "artifact": "a/b", "artifact_type": "c"}"#;
    let (configuration, warnings) = read_with(text, &environment).unwrap();
    assert_eq!(configuration.token.header_value(), "env");
    assert_eq!(configuration.base_url.page(&["x"]), "http://127.0.0.1/x");
    assert_eq!((configuration.build_id, configuration.compile_id), (31, 0));
    assert!(warnings.is_empty());
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let environment = Fixed::env(&[("ATLAS_BUILD_ID", "seven"), ("ATLAS_COMPILE_ID", "x")]);
    let text = "{\n  \"artefact\": \"a/b\",\n  \"artifact\": \"../admin\",\n  \"artifact_type\": \"\",\n  \
                \"atlas_url\": \"ftp://x\",\n  \"metadata\": {\"a\": {}, \"b\": \"{{nope}}\"}\n}";
    assert_eq!(
        found(text, &environment),
        [
            "missing-token  1:1",
            "unknown-key /artefact 2:3",
            "malformed-slug /artifact 3:15",
            "missing-field /artifact_type 4:20",
            "malformed-url /atlas_url 5:16",
            "wrong-type /metadata/a 6:21",
            "interpolation /metadata/b 6:33",
            "malformed-build-id",
            "malformed-build-id",
        ]
    );
}

#[test]
fn what_is_missing() {
    let config = |origin| PostProcessor {
        config: "\"atlas\"".into(),
        origin,
        chained: false,
    };
    let origin = Origin {
        pointer: "/post-processors/0".into(),
        line: 3,
        column: 9,
    };
    let findings = read(&config(Some(origin)), &Build::default(), &Fixed::default()).unwrap_err();
    let messages: Vec<_> = findings.iter().map(|f| f.message.as_str()).collect();
    let missing = [
        "`artifact` must be set",
        "`artifact_type` must be set",
        "there is no token to publish with",
    ];
    assert_eq!(messages, missing);
    for finding in &findings {
        let position = finding.position.unwrap();
        assert_eq!(finding.pointer, "/post-processors/0");
        assert_eq!((position.line, position.column), (3, 9));
    }
}

#[test]
fn a_token_from_the_environment_needs_an_address() {
    let bare = r#"{"artifact": "a/b", "artifact_type": "c"}"#;
    let token = ("ATLAS_TOKEN", "secret");
    assert_eq!(found(bare, &Fixed::env(&[token])), ["no-address  1:1"]);
    let findings = read_with(bare, &Fixed::env(&[token])).unwrap_err();
    assert_eq!(findings[0].source, Source::Configuration);
    let named = [token, ("ATLAS_ADDRESS", DEFAULT_BASE_URL)];
    assert!(found(bare, &Fixed::env(&named)).is_empty());
    let with =
        |key: &str, value: &str| bare.replacen('{', &format!(r#"{{"{key}": "{value}", "#), 1);
    assert!(found(&with("atlas_url", DEFAULT_BASE_URL), &Fixed::env(&[token])).is_empty());
    assert!(found(&with("token", "t"), &Fixed::default()).is_empty());
    assert_eq!(found(bare, &Fixed::default()), ["missing-token  1:1"]);
    let bad = [token, ("ATLAS_ADDRESS", "ftp://x")];
    assert_eq!(found(bare, &Fixed::env(&bad)), ["malformed-url"]);
}

#[test]
fn numbers_that_lose_digits_are_warned_of() {
    let text = r#"{"token": "t", "artifact": "a/b", "artifact_type": "c",
        "metadata": {"n": 9007199254740993, "m": 1.50, "s": "9007199254740993"}}"#;
    let (configuration, warnings) = read_with(text, &Fixed::default()).unwrap();
    assert_eq!(configuration.metadata.unwrap()["n"], "9007199254740992");
    let [warning] = &warnings[..] else {
        panic!("{warnings:?}")
    };
    assert_eq!(warning.code, Code::ImpreciseNumber);
    assert_eq!(warning.pointer, "/metadata/n");
}

#[test]
fn findings_are_about_the_input_that_they_stand_in() {
    let environment = Fixed::env(&[
        ("ATLAS_BUILD_ID", "x"),
        ("ATLAS_TOKEN", "a b"),
        ("ATLAS_ADDRESS", "http://atlas.example"),
    ]);
    let origin = Origin {
        pointer: "/post-processors/0".into(),
        line: 1,
        column: 1,
    };
    for (origin, own) in [
        (None, Source::Configuration),
        (Some(origin), Source::Template),
    ] {
        for config in [r#"{"artifact": "{{", "x": 1, "x": 2}"#, "{", "[]"] {
            let post_processor = PostProcessor {
                config: config.into(),
                origin: origin.clone(),
                chained: false,
            };
            let findings = read(&post_processor, &Build::default(), &environment).unwrap_err();
            for finding in &findings {
                let source = match finding.position {
                    Some(_) => own,
                    None => Source::Environment,
                };
                assert_eq!(finding.source, source, "{finding:?}");
            }
            let elsewhere = findings.iter().filter(|f| f.position.is_none()).count();
            assert_eq!(elsewhere, if config.len() > 2 { 3 } else { 0 });
        }
    }
}

#[test]
fn keys_that_are_set_twice() {
    let base = r#""token": "t", "artifact_type": "c""#;
    let (configuration, warnings) = read_with(
        &format!(r#"{{{base}, "artifact": "a/b", "artifact": "c/d"}}"#),
        &Fixed::default(),
    )
    .unwrap();
    assert_eq!(configuration.artifact.to_string(), "c/d");
    assert_eq!(warnings[0].code, Code::DuplicateKey);
    assert_eq!(warnings[0].position.unwrap().column, 38);
    let text = format!(r#"{{{base}, "Artifact": "a/b", "artifact": "c/d"}}"#);
    assert_eq!(
        found(&text, &Fixed::default()),
        ["unknown-key /Artifact 1:38"]
    );
}

#[test]
fn a_readable_token_is_warned_of() {
    let with = |url: &str| {
        let start = r#"{"token": "t", "artifact": "a/b", "artifact_type": "c""#;
        found(
            &format!(r#"{start}, "atlas_url": "{url}"}}"#),
            &Fixed::default(),
        )
    };
    assert_eq!(
        with("http://atlas.example"),
        ["insecure-url /atlas_url 1:70"]
    );
    assert!(with("http://127.0.0.1:1").is_empty());
    assert!(with("https://atlas.example/").is_empty());
}

#[test]
fn no_finding_shows_the_token() {
    let environment = Fixed::env(&[("ATLAS_TOKEN", "sec ret")]);
    for text in [
        r#"{"token": "sec\nret", "artifact": "x"}"#,
        r#"{"token": ["secret"]}"#,
        r#"{"artifact": "x"}"#,
    ] {
        let findings = read_with(text, &environment).unwrap_err();
        assert!(!format!("{findings:?}").contains("ret\""), "{findings:?}");
        assert!(!format!("{findings:?}").contains("sec"), "{findings:?}");
    }
}

#[test]
fn the_schema_has_the_same_keys() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let properties = schema["anyOf"][1]["properties"].as_object().unwrap();
    for key in keys::KEYS {
        assert!(properties.contains_key(key), "{key}");
    }
    for key in properties.keys() {
        let config = format!(r#"{{"{key}": null}}"#);
        let unknown = found(&config, &Fixed::default());
        assert!(!unknown.iter().any(|f| f.contains("unknown-key")), "{key}");
    }
}

mod wild {
    //! Any configuration is read or refused.

    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let text = prop_oneof![
            ".*",
            r"\{\{[a-z0-9 `|()]{0,20}\}\}",
            r"https?://[a-z@:/?#.\[\]0-9]{0,20}",
            r"[a-z./ ]{0,12}"
        ];
        prop_oneof![
            4 => text.clone().prop_map(|s: String| s.into()),
            1 => any::<f64>().prop_map(|f| serde_json::json!(f)),
            1 => any::<bool>().prop_map(Into::into),
            1 => prop::collection::btree_map(".{0,9}", text, 0..4)
                .prop_map(|m| serde_json::json!(m)),
            1 => Just(serde_json::json!([{"a": []}, 1, null])),
        ]
    }

    proptest! {
        #[test]
        fn any_values(
            values in prop::collection::vec(any_value(), keys::KEYS.len()),
            token in ".*",
            number in ".{0,9}",
        ) {
            let pairs = keys::KEYS.iter().map(|k| (*k).to_owned()).zip(values);
            let config = serde_json::Value::Object(pairs.collect()).to_string();
            let environment = [("ATLAS_TOKEN", &*token), ("ATLAS_BUILD_ID", &*number)];
            let _ = read_with(&config, &Fixed::env(&environment));
        }

        #[test]
        fn any_text(text in ".*") {
            let _ = read_with(&text, &Fixed::default());
            let _ = crate::artifact::from_record(&text);
            let _ = crate::artifact::from_manifest(&text, &text, &text);
        }
    }
}
