//! Tests of what a template selects, and of everything that is found in a bad one.

use super::*;
use crate::platform::fixed::Fixed;

const ATLAS: &str = r#"{"type": "atlas"}"#;

fn template(post_processors: &str) -> String {
    format!(
        r#"{{"builders": [{{"type": "a"}}, {{"type": "b", "name": "c"}}],
            "post-processors": [{post_processors}]}}"#
    )
}

fn select_with(
    text: &str,
    build: Option<&str>,
    variables: &[(&str, &str)],
) -> Result<Selection, Vec<Diagnostic>> {
    let run = Run {
        variables: variables
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect(),
        template_path: Some("templates/t.json".into()),
        ..Run::default()
    };
    select(text, run, build, &Fixed::env(&[("HOME", "/home/me")]))
}

fn selected(post_processors: &str, build: &str) -> Vec<(String, bool)> {
    let selection = select_with(&template(post_processors), Some(build), &[]).unwrap();
    let all = selection.post_processors.into_iter();
    all.map(|p| (p.origin.unwrap().pointer, p.chained))
        .collect()
}

fn found(text: &str, build: Option<&str>) -> Vec<String> {
    let findings = match select_with(text, build, &[]) {
        Ok(selection) => selection.warnings,
        Err(findings) => findings,
    };
    let all = findings
        .iter()
        .map(|f| format!("{} {}", f.code.as_str(), f.pointer));
    all.collect()
}

#[test]
fn strings_objects_and_sequences_in_order() {
    let text = format!(r#""atlas", {ATLAS}, ["compress", {ATLAS}, "x", "atlas"], "vagrant-cloud""#);
    let plain = |p: &str, chained| (format!("/post-processors/{p}"), chained);
    let all = [
        plain("0", false),
        plain("1", false),
        plain("2/1", false),
        plain("2/3", true),
    ];
    assert_eq!(selected(&text, "a"), all);
}

#[test]
fn a_configuration_is_cut_out_with_its_place() {
    let text = "{\"builders\": [{\"type\": \"a\"}],\n \"post-processors\": [\n  {\"type\": \"atlas\", \"é\": 1} ]}";
    let selection = select_with(text, None, &[]).unwrap();
    let [post_processor] = &selection.post_processors[..] else {
        panic!("{selection:?}")
    };
    assert_eq!(post_processor.config, "{\"type\": \"atlas\", \"é\": 1}");
    let origin = post_processor.origin.as_ref().unwrap();
    assert_eq!((origin.line, origin.column), (3, 3));
    assert_eq!(selection.build.name, "a");
    assert_eq!(selection.build.builder_type, "a");
}

#[test]
fn only_and_except_know_raw_names() {
    let only = r#"{"type": "atlas", "only": ["c"]}"#;
    let except = r#"{"type": "atlas", "except": ["c"], "keep_input_artifact": true}"#;
    let text = format!("{only}, {except}");
    assert_eq!(selected(&text, "a"), [("/post-processors/1".into(), false)]);
    assert_eq!(selected(&text, "c"), [("/post-processors/0".into(), false)]);
    let chain = format!("[{only}, {ATLAS}]");
    assert_eq!(
        selected(&chain, "a"),
        [("/post-processors/0/1".into(), false)]
    );
    let both = r#"{"type": "atlas", "only": ["a"], "except": ["b"]}"#;
    assert_eq!(
        found(&template(both), Some("a")),
        [
            "only-except /post-processors/0/except",
            "only-except /post-processors/0/except/0"
        ]
    );
}

#[test]
fn builds_are_chosen_by_name() {
    assert_eq!(found(&template(ATLAS), None), ["ambiguous-build /builders"]);
    assert_eq!(
        found(&template(ATLAS), Some("b")),
        ["no-such-build /builders"]
    );
    let text = r#"{"variables": {"n": "x"}, "builders": [{"type": "a", "name": "{{user `n`}}-1"}],
                   "post-processors": [{"type": "atlas", "only": ["{{user `n`}}-1"]}]}"#;
    let selection = select_with(text, Some("x-1"), &[]).unwrap();
    assert_eq!(selection.build.name, "x-1");
    assert_eq!(selection.post_processors.len(), 1);
    assert_eq!(
        found(r#"{"builders": []}"#, None),
        ["no-such-build /builders"]
    );
    assert_eq!(found("{}", None), ["no-such-build "]);
}

#[test]
fn variables_are_given_or_have_defaults() {
    let text = r#"{"builders": [{"type": "a"}], "variables":
        {"given": "{{nonsense", "null": null, "env": "{{env `HOME`}}/x", "plain": "p",
         "time": "{{timestamp}} {{template_dir}}"}}"#;
    let given = [("given", "{{raw}}"), ("null", "n"), ("undeclared", "u")];
    let selection = select_with(text, None, &given).unwrap();
    let variables: Vec<_> = selection.build.run.variables.into_iter().collect();
    let wanted = [
        ("env", "/home/me/x"),
        ("given", "{{raw}}"),
        ("null", "n"),
        ("plain", "p"),
        ("time", "1795414013 /work/templates"),
        ("undeclared", "u"),
    ];
    assert_eq!(variables, wanted.map(|(k, v)| (k.to_owned(), v.to_owned())));
    assert_eq!(
        found(text, None),
        [
            "interpolation /variables/given",
            "missing-variable /variables/null"
        ]
    );
    let own = [
        "ATLAS_ADDRESS",
        "ATLAS_BUILD_ID",
        "ATLAS_COMPILE_ID",
        "ATLAS_TOKEN",
    ];
    assert_eq!(environment("{"), own);
    assert_eq!(environment(text), [&own[..], &["HOME"]].concat());
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let text = r#"{
        "_comment": {"a": 1}, "bulders": [], "description": 5, "min_packer_version": "99.0",
        "variables": {"n": 5, "u": "{{user `x`}}"},
        "builders": [{"type": "a"}, {"type": "a"}, {"name": "x"}, 7],
        "provisioners": [{}, {"type": "shell", "only": ["nobody"]}],
        "post-processors": [5, [["atlas"]], {"artifact": "x"}, {"type": "atlas", "only": "a"}]
    }"#;
    assert_eq!(
        found(text, None),
        [
            "unknown-key /bulders",
            "wrong-type /description",
            "packer-version /min_packer_version",
            "wrong-type /variables/n",
            "interpolation /variables/u",
            "duplicate-builder /builders/1",
            "missing-field /builders/2",
            "wrong-type /builders/3",
            "missing-field /provisioners/0",
            "only-except /provisioners/1/only/0",
            "wrong-type /post-processors/0",
            "wrong-type /post-processors/1/0",
            "missing-field /post-processors/2",
            "wrong-type /post-processors/3/only",
        ]
    );
    assert_eq!(found("[]", None)[0], "wrong-type ");
    assert_eq!(found("{\"a\":", None), ["syntax "]);
}

#[test]
fn atlas_beside_a_maker_is_warned_of() {
    let warned = |text: &str| found(&template(text), Some("a"));
    let beside = ["beside-sequence /post-processors/0"];
    assert_eq!(warned(&format!(r#"{ATLAS}, "vagrant""#)), beside);
    assert_eq!(warned(&format!(r#"{ATLAS}, ["artifice", "x"]"#)), beside);
    assert_eq!(
        warned(&format!(r#"[{ATLAS}, "vagrant"]"#)),
        ["beside-sequence /post-processors/0/0"]
    );
    assert!(warned(&format!(r#"["vagrant", {ATLAS}]"#)).is_empty());
    assert!(warned(&format!(r#"{ATLAS}, {{"type": "vagrant", "only": ["c"]}}"#)).is_empty());
}

#[test]
fn duplicates_in_configurations_are_left_to_them() {
    let text = r#"{"builders": [{"type": "a", "x": 1, "x": 2}],
                   "post-processors": [{"type": "atlas", "token": "a", "token": "b"}]}"#;
    assert_eq!(found(text, None), ["duplicate-key /builders/0"]);
}

#[test]
fn a_build_with_nothing_to_publish() {
    let text = template("\"manifest\"");
    let selection = select_with(&text, Some("a"), &[]).unwrap();
    assert!(selection.post_processors.is_empty());
    let [warning] = &selection.warnings[..] else {
        panic!("{:?}", selection.warnings)
    };
    assert_eq!(warning.code, Code::NothingToPublish);
    assert_eq!(warning.pointer, "/post-processors");
    let message = "the build `a` has no `atlas` post-processor: there is nothing to publish";
    assert_eq!(warning.message, message);
    let none = r#"{"builders": [{"type": "a"}]}"#;
    assert_eq!(found(none, None), ["nothing-to-publish "]);
}

#[test]
fn a_template_in_hcl_is_named() {
    for (path, text) in [
        ("t.json", "packer {\n  required_plugins {}\n}"),
        ("t.pkr.hcl", "<<nothing known"),
    ] {
        let run = Run {
            template_path: Some(path.into()),
            ..Run::default()
        };
        let findings = select(text, run, None, &Fixed::default()).unwrap_err();
        assert_eq!(findings[0].code, Code::Syntax);
        assert!(findings[0].message.contains("HCL2"), "{findings:?}");
        assert!(
            findings[0]
                .help
                .as_ref()
                .unwrap()
                .contains("packer-plugin-atlas")
        );
    }
    let broken = select_with("{]", None, &[]).unwrap_err();
    assert!(broken[0].message.starts_with("not JSON"));
}

mod scale;

mod wild {
    //! Any text is selected from or refused.

    use proptest::prelude::*;

    use super::*;

    /// Texts that look like a template, with anything in the places of values.
    fn any_template() -> impl Strategy<Value = String> {
        let value = prop_oneof![
            Just("null".to_owned()),
            Just("5".to_owned()),
            Just("\"atlas\"".to_owned()),
            Just(ATLAS.to_owned()),
            Just("[]".to_owned()),
            r#""\{\{[a-z `"|()]{0,20}\}\}""#.prop_map(|s: String| s),
            r#"\{"(type|name|only|TYPE|token)": ("a"|"atlas"|\["a"\]|7|\{\})\}"#
                .prop_map(|s: String| s),
        ];
        let list =
            prop::collection::vec(value.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(",")));
        let any_value = prop_oneof![value, list.clone()];
        (any_value.clone(), list, any_value.clone(), any_value).prop_map(|(a, b, c, d)| {
            format!(
                r#"{{"builders": {a}, "post-processors": {b}, "variables": {{"v": {c}}}, "provisioners": {d}}}"#
            )
        })
    }

    proptest! {
        #[test]
        fn any_text(text in ".*", build in ".{0,5}") {
            let _ = select_with(&text, Some(&build), &[]);
            let _ = environment(&text);
        }

        #[test]
        fn near_templates(text in any_template()) {
            let _ = select_with(&text, None, &[("v", "x")]);
            let _ = environment(&text);
        }
    }
}
