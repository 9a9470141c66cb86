//! The description of the API as a page: what can be asked for, and what is answered.

#![allow(
    clippy::indexing_slicing,
    reason = "what is not in a JSON object reads as null, and is made by writing"
)]

use maud::{Markup, html};
use serde_json::Value;

use super::layout::{Page, Viewer};

/// The page.
pub(super) fn render(viewer: Option<&Viewer>, description: &Value) -> Markup {
    let page = Page {
        title: "API",
        viewer,
        path: "/docs",
    };
    page.render(&html! {
        h1 { "API" }
        p.lead { (prose(&description["info"]["description"])) }
        p.lead { "The same for programs: " a href="/openapi.json" { "openapi.json" } }
        @for tag in list(&description["tags"]) {
            section.type {
                h2 { (prose(&tag["description"])) }
                @for (path, operations) in fields(&description["paths"]) {
                    @for (method, operation) in fields(operations) {
                        @if list(&operation["tags"]).contains(&tag["name"]) {
                            (self::operation(description, method, path, operation))
                        }
                    }
                }
            }
        }
        section.type {
            h2 { "What is sent and read" }
            @for (name, schema) in fields(&description["components"]["schemas"]) {
                article id=(name) {
                    h3 { (name) }
                    p.lead { (prose(&schema["description"])) }
                    (members(schema))
                }
            }
        }
    })
}

fn operation(description: &Value, method: &str, path: &str, operation: &Value) -> Markup {
    html! {
        article id=(text(&operation["operationId"])) {
            h3.mono { (method.to_uppercase()) " " (path) }
            p.lead { (prose(&operation["summary"])) }
            @if operation.get("description").is_some() { p.lead { (prose(&operation["description"])) } }
            dl.facts {
                @for parameter in list(&operation["parameters"]) {
                    @let parameter = resolved(description, parameter);
                    dt { code { (text(&parameter["name"])) } " (" (text(&parameter["in"])) ")" }
                    dd { (prose(&parameter["description"])) " " (kind(&parameter["schema"])) }
                }
                @for (content_type, content) in fields(&operation["requestBody"]["content"]) {
                    dt { "Body" }
                    dd { code { (content_type) } " " (kind(&content["schema"])) }
                }
                @for (status, answer) in fields(&operation["responses"]) {
                    dt { (status) }
                    dd {
                        (prose(&answer["description"]))
                        @for (content_type, content) in fields(&answer["content"]) {
                            " " code { (content_type) } " " (kind(&content["schema"]))
                        }
                        @for (header, _) in fields(&answer["headers"]) { " " code { (header) } }
                    }
                }
            }
        }
    }
}

/// The members of an object, and of the objects in it.
fn members(schema: &Value) -> Markup {
    html! {
        dl.facts {
            @for (name, member) in fields(&schema["properties"]) {
                dt { code { (name) } }
                dd { (kind(member)) " " (prose(&member["description"])) @if member.get("properties").is_some() { (members(member)) } }
            }
        }
        @for alternative in list(&schema["anyOf"]) { (members(alternative)) }
    }
}

/// What a value is, in some words.
fn kind(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        return html! { a href={ "#" (name) } { (name) } };
    }
    if let Some(item) = schema.get("items") {
        return html! { "list of " (kind(item)) };
    }
    let alternatives = [&schema["anyOf"], &schema["oneOf"]]
        .into_iter()
        .flat_map(list);
    let kinds: Vec<_> = match &schema["type"] {
        Value::String(kind) => vec![html! { (kind) }],
        Value::Array(kinds) => kinds.iter().map(|kind| html! { (text(kind)) }).collect(),
        _ => alternatives.map(kind).collect(),
    };
    let values: Vec<_> = list(&schema["enum"])
        .iter()
        .chain(schema.get("const"))
        .map(Value::to_string)
        .collect();
    html! {
        @for (n, kind) in kinds.iter().enumerate() { @if n > 0 { " or " } (kind) }
        @for (n, value) in values.iter().enumerate() { @if n > 0 { ", " } code { (value) } }
        @if let Some(format) = schema["format"].as_str() { " (" (format) ")" }
    }
}

fn resolved<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    let path = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'));
    path.and_then(|path| description.pointer(path))
        .unwrap_or(value)
}

/// Text in which what stands between backticks is code.
fn prose(value: &Value) -> Markup {
    html! {
        @for (n, part) in text(value).split('`').enumerate() {
            @if n % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::layout::tests::{HOSTILE, assert_harmless};
    use serde_json::json;

    #[test]
    fn what_is_described_is_shown_as_text() {
        let schema = json!({"type": "object", "properties": {"member": {"type": ["string", "null"], "description": HOSTILE}}});
        let answer = json!({"description": HOSTILE, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}});
        let operation = json!({
            "operationId": "show_thing", "summary": "Shows `it`.", "tags": ["things"],
            "parameters": [{"$ref": "#/components/parameters/name"}], "responses": {"200": answer},
        });
        let page = render(
            None,
            &json!({
                "tags": [{"name": "things", "description": "Things"}],
                "paths": {"/things/{name}": {"get": operation}},
                "components": {
                    "schemas": {"Thing": schema},
                    "parameters": {"name": {"name": "name", "in": "path", "description": "Which", "schema": {"type": "string"}}},
                },
            }),
        );
        let page = page.into_string();
        assert_harmless(&page);
        for shown in [
            "<article id=\"show_thing\"><h3 class=\"mono\">GET /things/{name}</h3>",
            "Shows <code>it</code>.",
            "<dt><code>name</code> (path)</dt><dd>Which string</dd>",
            "<a href=\"#Thing\">Thing</a>",
            "<article id=\"Thing\">",
            "<dt><code>member</code></dt><dd>string or null ",
        ] {
            assert!(page.contains(shown), "{shown} in {page}");
        }
    }
}
