//! `/openapi.json`: the API as OpenAPI describes it.
//!
//! Paths, methods and answers come from the table of routes and the types that are sent; what is read, and what
//! all paths have in common, stands in `description.json`. A body that is read as JSON is also read as a form.

#![allow(
    clippy::indexing_slicing,
    reason = "what is not in a JSON object reads as null, and is made by writing"
)]

use std::sync::Arc;

use axum::{Extension, Json};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, openapi::OpenApi};

use super::{error::Errors, problem::ProblemJson};

/// What is not generated.
const REST: &str = include_str!("description.json");

/// Where the schemas of a description are.
const SCHEMAS: &str = "/components/schemas";

/// A description.
pub(crate) type Description = Arc<Value>;

/// Tells this description, in the format of OpenAPI 3.1.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", tag = "description", security(()),
    responses((status = 200, description = "The description", body = Value)))]
pub(super) async fn show(Extension(description): Extension<Description>) -> Json<Value> {
    Json((*description).clone())
}

/// Completes the description of the routes.
pub(super) fn complete(routes: &OpenApi) -> Description {
    let mut description: Value = serde_json::from_str(REST).unwrap_or_default();
    let mut routes = serde_json::to_value(routes).unwrap_or_default();
    description["paths"] = routes["paths"].take();
    let generated = routes.pointer_mut(SCHEMAS).and_then(Value::as_object_mut);
    if let Some(schemas) = description
        .pointer_mut(SCHEMAS)
        .and_then(Value::as_object_mut)
    {
        schemas.extend(generated.map(std::mem::take).unwrap_or_default());
        for (name, schema) in [
            ("Errors", Errors::schema()),
            ("Problem", ProblemJson::schema()),
        ] {
            schemas.insert(name.to_owned(), json!(schema));
        }
    }
    let components = description["components"].clone();
    for (path, operations) in description["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            add_parameters(path, operation, &components["parameters"]);
            add_form(operation, &components);
            // A public artifact is read without a token.
            let is_artifact = ["/api/v1/artifacts/", "/api/v2/vagrant/"];
            let is_artifact = is_artifact.iter().any(|start| path.starts_with(start));
            if method == "get" && is_artifact {
                operation["security"] = json!([{}, {"token": []}, {"bearer": []}]);
            }
        }
    }
    Arc::new(description)
}

/// Adds the path's parameters that the operation itself does not describe, and what is known about the query's.
fn add_parameters(path: &str, operation: &mut Value, known: &Value) {
    let known = |name: &str, place: &str| {
        let is_known = known[name]["in"] == place;
        is_known.then(|| json!({"$ref": format!("#/components/parameters/{name}")}))
    };
    let described = operation["parameters"].take();
    let described = described.as_array().map_or(&[][..], Vec::as_slice);
    let is_described = |name: &str| {
        described
            .iter()
            .any(|it| it["in"] == "path" && it["name"] == name)
    };
    let of_path = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let missing = of_path
        .filter(|name| !is_described(name))
        .filter_map(|name| known(name, "path"));
    let described = described.iter().map(|parameter| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let is_query = parameter["in"] == "query";
        is_query
            .then(|| known(name, "query"))
            .flatten()
            .unwrap_or_else(|| parameter.clone())
    });
    operation["parameters"] = missing.chain(described).collect();
}

/// Adds to a body of JSON the same as a form. No body may be left out.
fn add_form(operation: &mut Value, components: &Value) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    body["required"] = true.into();
    let Some(content) = body["content"].as_object_mut() else {
        return;
    };
    let json = content.get("application/json");
    let schema = json.and_then(|json| json["schema"]["$ref"].as_str()?.rsplit('/').next());
    let Some(schema) = schema.and_then(|name| components["schemas"].get(name)) else {
        return;
    };
    if schema.get("anyOf").is_some() {
        // A document is no form.
        return;
    }
    let mut form = json!({"type": "object", "properties": {}, "required": [], "additionalProperties": {"type": "string"}});
    add_fields(&mut form, "", schema, true);
    let form = json!({ "schema": form });
    content.insert("application/x-www-form-urlencoded".to_owned(), form);
}

/// Adds the fields of an object; those of an object within are named `outer[inner]`.
fn add_fields(form: &mut Value, prefix: &str, schema: &Value, is_required: bool) {
    let required = |name: &str| {
        let names = schema["required"].as_array();
        is_required && names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let full_name = match prefix {
            "" => name.clone(),
            prefix => format!("{prefix}[{name}]"),
        };
        if let Some(fields) = field["properties"].as_object() {
            add_fields(form, &full_name, field, required(name));
            // An object is in a form if one of its fields is.
            if required(name) && field.get("required").is_none() {
                let fields = fields
                    .keys()
                    .map(|field| json!({"required": [format!("{full_name}[{field}]")]}));
                form["anyOf"] = fields.collect();
            }
        } else if let Some(values) = field.get("additionalProperties") {
            let pattern = full_name.replace('[', "\\[").replace(']', "\\]");
            form["patternProperties"] = json!({format!("^{pattern}\\[[^\\[\\]]+\\]$"): values});
        } else {
            if let Some(names) = form["required"].as_array_mut().filter(|_| required(name)) {
                names.push(full_name.as_str().into());
            }
            form["properties"][full_name] = as_text(field);
        }
    }
}

/// What of a field a form can say: texts.
fn as_text(field: &Value) -> Value {
    let is_text = |value: &Value| value.is_string() && value != "null";
    let mut text: Map<_, _> = field.as_object().cloned().unwrap_or_default();
    for (key, keeps) in [
        ("enum", &is_text as &dyn Fn(&Value) -> bool),
        ("type", &is_text),
        ("anyOf", &|schema: &Value| schema["type"] != "null"),
    ] {
        if let Some(values) = text.get_mut(key).and_then(Value::as_array_mut) {
            values.retain(keeps);
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_the_json_says() {
        let components: Value = serde_json::from_str::<Value>(REST).unwrap()["components"].take();
        let body = json!({"$ref": "#/components/schemas/NewVersion"});
        let mut operation =
            json!({"requestBody": {"content": {"application/json": {"schema": body}}}});
        add_form(&mut operation, &components);
        let form =
            &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
        assert_eq!(form["required"], json!(["artifact_version[id]"]));
        let properties = &form["properties"];
        assert_eq!(
            properties["artifact_version[build_id]"]["type"],
            json!(["integer", "string"])
        );
        assert_eq!(
            properties["artifact_version[file]"]["enum"],
            json!(["true", "1", "false", "0", ""])
        );
        let metadata = r"^artifact_version\[metadata\]\[[^\[\]]+\]$";
        assert_eq!(form["patternProperties"][metadata]["type"], "string");
    }
}
