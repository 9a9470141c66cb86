//! What the module promises as a whole: Go's answers, help in its errors, and bounds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::vectors::VECTORS;
use super::{InterpolationError, Scope, Template, render};

fn in_scope<T>(use_it: impl FnOnce(&Scope<'_>) -> T) -> T {
    let variables = [
        ("token", "s3cret"),
        ("x", "1"),
        ("empty", ""),
        ("name", "Zürich <&> \"q\""),
    ];
    let variables = variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let environment = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
    let random = |bytes: &mut [u8]| {
        for (byte, value) in bytes.iter_mut().zip(1..) {
            *byte = value;
        }
    };
    use_it(&Scope {
        build_name: Some("web"),
        build_type: Some("amazon-ebs"),
        template_path: Some("../templates/./a.json"),
        working_directory: Some("/work/dir"),
        packer_version: "1.2.5",
        started_at: 1_531_998_305,
        variables: Some(&variables),
        environment: Some(&environment),
        random: &random,
    })
}

fn rendered(text: &str) -> Result<String, InterpolationError> {
    in_scope(|scope| render(text, scope))
}

fn failed(text: &str) -> InterpolationError {
    match rendered(text) {
        Ok(text) => panic!("no error but {text:.80}"),
        Err(error) => error,
    }
}

#[test]
fn answers_as_go_does() {
    for (text, expected) in VECTORS {
        let result = rendered(text);
        assert_eq!(result.as_deref().ok(), *expected, "{text} gives {result:?}");
    }
}

#[test]
fn nothing_is_available_in_an_empty_scope() {
    let scope = Scope {
        build_name: None,
        build_type: Some(""),
        template_path: None,
        working_directory: None,
        packer_version: "1.2.5",
        started_at: 0,
        variables: None,
        environment: None,
        random: &|_| {},
    };
    for text in [
        "{{build_name}}",
        "{{build_type}}",
        "{{template_dir}}",
        "{{pwd}}",
        "{{user `x`}}",
        "{{env `HOME`}}",
    ] {
        let error = render(text, &scope).unwrap_err();
        assert!(error.message.contains("here"), "{text}: {error}");
        assert_eq!(error.offset, 2, "{text}");
        assert!(error.help.is_some(), "{text}");
    }
    let relative = Scope {
        template_path: Some("a.json"),
        ..scope
    };
    assert!(render("{{template_dir}}", &relative).is_err());
    let absolute = Scope {
        template_path: Some("/srv/./packer/a.json"),
        ..scope
    };
    let directory = render("{{template_dir}}", &absolute).unwrap();
    assert_eq!(directory, "/srv/packer");
}

#[test]
fn errors_tell_where_and_what_to_do() {
    for (text, place, message, help) in [
        (
            "ab{{usr `x`}}",
            "usr",
            "function `usr`",
            "did you mean `user`?",
        ),
        ("{{tiemstamp}}", "tiemstamp", "not defined", "`timestamp`"),
        (
            "{{atlas_token}}",
            "atlas_token",
            "not defined",
            "{{user `atlas_token`}}",
        ),
        (
            "{{user}}",
            "user",
            "takes 1 argument, not 0",
            "{{user `…`}}",
        ),
        ("{{user 17}}", "17", "takes a string as argument 1", "…"),
        (
            "{{timestamp 1}}",
            "timestamp",
            "takes no arguments",
            "{{timestamp}}",
        ),
        ("{{isotime `a` `b`}}", "isotime", "takes one layout", "2006"),
        ("é{{$x}}", "$x", "variable `$x`", "{{user `x`}}"),
        ("x {{user `a`", "{{", "never closed", "}}"),
        ("{{user \"a}}", "\"", "never closed", "raw string"),
        ("{{if true}}a", "if", "never ended", "{{end}}"),
        ("a{{end}}", "end", "closes nothing", "{{if"),
        ("{{print (1}}", "(", "never closed", "`)`"),
        ("{{1 == 2}}", "=", "not expected", "`eq`"),
        (
            "{{eq (user `x`) 1}}",
            "eq",
            "cannot be compared",
            "(user `x`) `1`",
        ),
        (
            "{{template `t`}}",
            "template `t`",
            "not defined",
            "{{define `t`}}",
        ),
        ("{{/* a }}", "{{/*", "never closed", "*/}}"),
        ("{{range `abc`}}{{end}}", "`abc`", "no elements", "`with`"),
        ("{{user | upper}}", "user", "takes 1 argument, not 0", "…"),
    ] {
        let error = failed(text);
        let covered = text.get(error.offset..error.offset + error.length);
        assert_eq!(covered, Some(place), "{text}: {error:?}");
        assert!(error.message.contains(message), "{text}: {error:?}");
        assert!(error.help.unwrap().contains(help), "{text}");
    }
}

#[test]
fn finds_the_literals_of_calls() {
    let template = Template::parse(
        "{{env `A`}}{{if eq (env \"B\") `no`}}{{`C` | env}}{{else}}{{env (user `no`)}}{{end}}\
         {{define `t`}}{{with env `D` | upper}}{{.}}{{end}}{{end}}{{$x := `no`}}{{env $x}}",
    )
    .unwrap();
    assert_eq!(template.literal_arguments("env"), ["A", "B", "C", "D"]);
    assert_eq!(template.literal_arguments("user"), ["no"]);
    assert!(template.literal_arguments("nope").is_empty());
}

#[test]
fn nesting_has_a_limit() {
    let (parentheses, blocks) = (
        |n: usize| format!("{{{{{}1{}}}}}", "(".repeat(n), ")".repeat(n)),
        |n: usize| "{{if 1}}".repeat(n) + "x" + &"{{end}}".repeat(n),
    );
    assert_eq!(rendered(&parentheses(90)).unwrap(), "1");
    assert_eq!(rendered(&blocks(90)).unwrap(), "x");
    for text in [
        parentheses(101),
        parentheses(100_000),
        blocks(101),
        blocks(100_000),
    ] {
        assert!(failed(&text).message.contains("levels deep"));
    }
    let chain = "{{if 0}}".to_owned() + &"{{else if 0}}".repeat(10_000) + "{{else}}x{{end}}";
    assert_eq!(rendered(&chain).unwrap(), "x");
}

#[test]
fn variables_and_definitions_have_a_most() {
    let variables = |n: usize| "{{if 1}}{{$x := 1}}{{end}}{{$y := 2}}".repeat(n) + "{{$y}}";
    let definitions = |n: usize| -> String {
        (1..n)
            .map(|n| format!("{{{{define `{n}`}}}}x{{{{end}}}}"))
            .collect()
    };
    assert_eq!(rendered(&variables(249)).unwrap(), "2");
    assert_eq!(rendered(&definitions(250)).unwrap(), "");
    for text in [variables(251), definitions(251)] {
        let error = failed(&text);
        assert!(error.message.contains("more than 250"), "{error}");
    }
}

#[test]
fn the_deepest_template_fits_a_small_stack() {
    let body = "{{if 1}}{{with 1}}".repeat(40) + &"(".repeat(10);
    let body = body.replacen(
        "((((((((((",
        " {{print ((((((((1))))))))}}{{template `t` .}}",
        1,
    );
    let text = format!(
        "{{{{define `t`}}}}{body}{}{{{{end}}}}{{{{template `t`}}}}",
        "{{end}}{{end}}".repeat(40)
    );
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let error = thread.spawn(move || failed(&text)).unwrap().join().unwrap();
    assert!(error.message.contains("levels deep"), "{error}");
}

#[test]
fn templates_that_never_end_are_stopped() {
    assert!(
        failed("{{template `root`}}")
            .message
            .contains("levels deep")
    );
    let halves = "{{define `t`}}{{if .}}{{template `t` slice . 1}}{{template `t` slice . 1}}\
                  {{end}}{{end}}{{template `t` printf `%60d` 1}}";
    assert!(failed(halves).message.contains("too long to evaluate"));
}

#[test]
fn texts_have_a_longest() {
    let doubled = "{{$x := `0123456789abcdef`}}".to_owned() + &"{{$x = print $x $x}}".repeat(30);
    for text in [
        doubled.as_str(),
        "{{printf `%9999999d` 1}}",
        "{{printf `%.9999999d` 1}}",
        "{{printf `%.9999999f` 1.5}}",
        "{{printf `%9999999s%9999999s%9999999s` `a` `b` `c`}}",
        "{{printf `%600000d%600000d` 1 2}}",
        "{{$x := printf `%600000d` 1}}{{$x}}{{$x}}",
        "{{printf `%600000d` 1 | html | printf `%q%q` `a`}}{{printf `%900000x` `a`}}",
    ] {
        assert!(failed(text).message.contains("longer than 1 MiB"), "{text}");
    }
    let long = "x".repeat(3 << 20);
    assert_eq!(rendered(&long).unwrap(), long);
}

#[test]
fn bytes_that_are_not_text_become_replacement_characters() {
    assert_eq!(
        rendered(r#"{{"a\xff\xe2\x82b"}}"#).unwrap(),
        "a\u{fffd}\u{fffd}\u{fffd}b"
    );
}

#[test]
fn a_parsed_template_renders_anew_in_each_scope() {
    let template = Template::parse("{{user `a`}}").unwrap();
    for value in ["1", "2"] {
        let variables = BTreeMap::from([("a".to_owned(), value.to_owned())]);
        let scoped = in_scope(|scope| {
            template.render(&Scope {
                variables: Some(&variables),
                ..*scope
            })
        });
        assert_eq!(scoped.unwrap(), value);
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{{",
        "{{",
        "{{- ",
        "}}",
        "}}",
        " -}}",
        " ",
        " ",
        "\n",
        "|",
        "(",
        ")",
        ".",
        ".A",
        "$",
        "$x",
        ":=",
        "=",
        ",",
        "\"%d\"",
        "`x`",
        "'c'",
        "1",
        "-1",
        "2.5",
        "1e9",
        "0x",
        "_",
        "if ",
        "else",
        "end",
        "with ",
        "range ",
        "define ",
        "template ",
        "block ",
        "break",
        "nil",
        "true",
        "user ",
        "env ",
        "print ",
        "printf ",
        "index ",
        "slice ",
        "len ",
        "eq ",
        "lt ",
        "and ",
        "or ",
        "not ",
        "html ",
        "isotime ",
        "upper ",
        "uuid",
        "timestamp",
        "/*",
        "*/",
        "é",
        "\\",
        "%",
        "*",
        "[1]",
        "text",
        "{",
        "}",
        "\u{2028}",
    ])
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".*") {
        let _ = rendered(&text);
        let _ = rendered(&format!("{{{{{text}}}}}"));
    }

    #[test]
    fn any_tokens_are_survived(tokens in prop::collection::vec(token(), 0..40)) {
        let text = tokens.concat();
        if let Err(error) = rendered(&text) {
            prop_assert!(error.length >= 1);
            prop_assert!(error.offset <= text.len());
            prop_assert!(text.is_char_boundary(error.offset));
        }
    }

    #[test]
    fn any_format_is_survived(
        format in "[%#+ 0-9.*a-zA-Z\\[\\]é-]{0,12}",
        number in any::<i64>(),
        float in any::<f64>().prop_filter("a constant", |f| f.is_finite()),
    ) {
        let _ = rendered(&format!("{{{{printf `%{format}` {number} {float:e} `héllo` true}}}}"));
    }

    #[test]
    fn any_layout_is_survived(layout in "[0-9JMZPp_.,:amneth -]{0,20}", at in any::<u64>()) {
        let text = format!("{{{{isotime `{layout}`}}}}");
        let at = in_scope(|scope| render(&text, &Scope { started_at: at, ..*scope }));
        prop_assert!(at.is_ok());
    }

    #[test]
    fn text_without_actions_stays_as_it_is(text in ".*") {
        prop_assume!(!text.contains("{{"));
        prop_assert_eq!(rendered(&text), Ok(text.clone()));
        let parsed = Template::parse(&text).unwrap();
        prop_assert_eq!(in_scope(|scope| parsed.render(scope)), Ok(text));
    }
}
