//! The files of golden and conformance cases.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use flate2::{Compression, GzBuilder};
use serde_json::Value;
use sha3::Shake128;
use sha3::digest::{ExtendableOutput, Update, XofReader};

/// The time of every file and directory: archives hold it.
const MODIFIED: Duration = Duration::from_secs(1_700_000_000);

/// Makes the files of a case below a directory, the same to every bit on any machine.
pub fn make_files(case: &Value, root: &Path) {
    for (name, spec) in case["files"].as_object().into_iter().flatten() {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(target) = spec["link"].as_str() {
            std::os::unix::fs::symlink(target, path).unwrap();
            continue;
        }
        fs::write(&path, content(spec)).unwrap();
        settle(&path, spec["mode"].as_str().unwrap_or("644"));
    }
    settle_directories(root);
}

fn settle_directories(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            settle_directories(&entry.path());
            settle(&entry.path(), "755");
        }
    }
}

fn settle(path: &Path, mode: &str) {
    let mode = u32::from_str_radix(mode, 8).unwrap();
    let file = fs::File::open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + MODIFIED)
        .unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A file's content: a text, or so many bytes that depend on a seed alone.
pub fn content(spec: &Value) -> Vec<u8> {
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
    let level = match &spec["gzip"] {
        Value::Bool(true) => Compression::default(),
        // The same bytes with any release of the library.
        Value::String(stored) if stored == "stored" => Compression::none(),
        _ => return data,
    };
    let mut gzip = GzBuilder::new().write(Vec::new(), level);
    gzip.write_all(&data).unwrap();
    gzip.finish().unwrap()
}
