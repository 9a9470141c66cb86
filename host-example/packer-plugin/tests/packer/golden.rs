//! The golden cases through Packer: with the plugin, Packer sends what its own post-processor sent.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use sha3::Shake128;
use sha3::digest::{ExtendableOutput, Update, XofReader};

use super::support::describe::describe;
use super::support::scripted_atlas::ScriptedAtlas;
use super::workshop::{Ended, Workshop};

/// A case, and what is to come of it.
pub struct Case {
    case: Value,
    wanted: Value,
}

/// All cases, by name.
pub fn cases() -> Vec<(String, Case)> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let read =
        |path: PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let entries = fs::read_dir(golden.join("cases")).unwrap();
    let mut cases: Vec<(String, Case)> = entries
        .map(|entry| {
            let file = entry.unwrap().path();
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let case = read(file);
            let reference = case["reference"].as_str().unwrap_or(&name);
            let mut wanted = read(golden.join("traces").join(format!("{reference}.json")));
            for (key, value) in case["expect"].as_object().into_iter().flatten() {
                wanted[key] = value.clone();
            }
            (name, Case { case, wanted })
        })
        .collect();
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!cases.is_empty());
    cases
}

/// Plays a case. The error says what is not as it should be.
pub fn check(Case { case, wanted }: &Case) -> Result<(), String> {
    let atlas = ScriptedAtlas::start(&case["server"]);
    let workshop = Workshop::new();
    let ended = play(case, &atlas, &workshop);
    let url = atlas.url().to_owned();
    let requests = Value::from(atlas.finish()).to_string();
    let requests = requests
        .replace(&url, "@URL@")
        .replace(workshop.root().to_str().unwrap(), "@DIR@");
    let got = comparable(&serde_json::from_str(&requests).unwrap(), case);
    let wanted_requests = comparable(&own_file(&wanted["requests"], case), case);

    let output = ended.output.to_lowercase();
    let texts = |key: &str| case[key].as_array().cloned().unwrap_or_default();
    let is_there = |text: &Value| output.contains(&text.as_str().unwrap().to_lowercase());
    let fault = if wanted["ok"] != (ended.status == Some(0)) {
        format!("the status is {:?}", ended.status)
    } else if case["compare"].as_str().unwrap_or("requests") == "requests" && got != wanted_requests
    {
        let shown = |value: &Value| format!("{value:#}");
        format!("got {}\nwanted {}", shown(&got), shown(&wanted_requests))
    } else if let Some(text) = texts("output_has").iter().find(|text| !is_there(text)) {
        format!("the output lacks {text}")
    } else if let Some(text) = texts("output_lacks").iter().find(|text| is_there(text)) {
        format!("the output has {text}")
    } else {
        return Ok(());
    };
    Err(format!("{fault}\n{}", ended.output))
}

fn play(case: &Value, atlas: &ScriptedAtlas, workshop: &Workshop) -> Ended {
    let root = workshop.root();
    let fill = |text: &str| {
        let text = text.replace("@URL@", atlas.url());
        text.replace("@DIR@", root.to_str().unwrap())
    };
    for (name, spec) in case["files"].as_object().into_iter().flatten() {
        make_file(&root.join(name), spec);
    }
    let template = match case["template_text"].as_str() {
        Some(text) => text.to_owned(),
        None => case["template"].to_string(),
    };
    workshop.write("template.json", fill(&template).as_bytes());
    workshop.write(
        "artifact.json",
        fill(&case["artifact"].to_string()).as_bytes(),
    );
    let mut packer = workshop.packer(&["build", "-color=false"]);
    for (name, value) in case["vars"].as_object().into_iter().flatten() {
        packer
            .arg("-var")
            .arg(format!("{name}={}", value.as_str().unwrap()));
    }
    packer.arg("template.json");
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        packer.env(name, fill(value.as_str().unwrap()));
    }
    workshop.run(packer)
}

fn make_file(path: &Path, spec: &Value) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(target) = spec["link"].as_str() {
        return symlink(target, path).unwrap();
    }
    fs::write(path, content(spec)).unwrap();
    if let Some(mode) = spec["mode"].as_str() {
        let mode = u32::from_str_radix(mode, 8).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// A file's content: a text, or so many bytes that depend on a seed alone.
fn content(spec: &Value) -> Vec<u8> {
    let data = match spec["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => {
            let mut hasher = Shake128::default();
            hasher.update(spec["seed"].as_str().unwrap_or("x").as_bytes());
            let mut data = vec![0; usize::try_from(spec["size"].as_u64().unwrap()).unwrap()];
            hasher.finalize_xof().read(&mut data);
            data
        }
    };
    if spec["gzip"] != true {
        return data;
    }
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::default());
    gzip.write_all(&data).unwrap();
    gzip.finish().unwrap()
}

/// Requests with the case's own file where one is sent as it is: compressors differ.
fn own_file(requests: &Value, case: &Value) -> Value {
    let mut requests = requests.clone();
    let mut files = case["files"].as_object().into_iter().flatten();
    if let Some((_, spec)) = files.next() {
        for request in requests.as_array_mut().unwrap() {
            if request["body"].get("bytes").is_some() {
                request["body"] = describe(&content(spec), "");
            }
        }
    }
    requests
}

/// Requests without what may differ from client to client: searches, how long a request says that it
/// is, how a body is named, the archive's directories, and metadata that depends on the time. Tokens
/// are verified first: the original did it for all post-processors when Packer configured them, this
/// one when its turn comes, so that `packer validate` sends nothing.
fn comparable(requests: &Value, case: &Value) -> Value {
    let is_search = |request: &Value| request["path"].as_str().unwrap().ends_with("/search");
    let mut requests = requests.as_array().unwrap().clone();
    requests.retain(|request| !is_search(request));
    requests.sort_by_key(|request| request["path"] != "/api/v1/authenticate");
    for request in &mut requests {
        let is_upload = request["path"].as_str().unwrap().contains("/_binstore");
        let content_type = request["content_type"].as_str().filter(|_| !is_upload);
        let content_type = content_type.and_then(|text| text.split(';').next());
        request["content_type"] = json!(content_type.map(str::trim));
        request.as_object_mut().unwrap().remove("length_declared");
        if let Some(members) = request.pointer_mut("/body/archive") {
            let members = members.as_array_mut().unwrap();
            members.retain(|member| member["type"] != "5");
        }
        if let Some(version) = request.pointer_mut("/body/json/artifact_version") {
            let mut metadata = version["metadata"].as_object().cloned().unwrap_or_default();
            for name in case["volatile"].as_array().into_iter().flatten() {
                let name = name.as_str().unwrap();
                if metadata.contains_key(name) {
                    metadata.insert(name.to_owned(), json!("~"));
                }
            }
            version["metadata"] = metadata.into();
        }
    }
    requests.into()
}
