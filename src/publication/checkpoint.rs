//! How far a publication has come, as a text that a later one goes on from.
//!
//! It holds what can't be asked for again: which versions are made, and the keys of their requests.
//! Tokens and upload paths are not in it: the former come with the configuration, the latter from
//! Atlas, again.

use serde::Serialize;

use super::job::{Job, VersionProgress};
use super::{Publication, State};
use crate::atlas::IdempotencyKey;
use crate::atlas::create_version::NewVersion;
use crate::diagnostic::{Code, Diagnostic, Source};
use crate::json::{self, Kind, Value};

/// The form that is written. One that changes gets another number.
const FORM: u64 = 1;

#[derive(Serialize)]
struct Written<'a> {
    atlas_checkpoint: u64,
    jobs: Vec<WrittenJob<'a>>,
}

#[derive(Serialize)]
struct WrittenJob<'a> {
    page: String,
    artifact_type: &'a str,
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<&'a NewVersion>,
    files: &'a str,
    before: Option<u64>,
    in_doubt: bool,
    made: Option<u64>,
    published: bool,
    size: Option<u64>,
    sha256: Option<&'a str>,
}

/// What a checkpoint says of one job.
#[derive(Debug)]
pub(super) struct SavedJob {
    pub(super) page: String,
    pub(super) artifact_type: String,
    pub(super) key: IdempotencyKey,
    pub(super) progress: VersionProgress,
    pub(super) published: bool,
    pub(super) size: Option<u64>,
    pub(super) sha256: Option<String>,
}

impl Publication {
    /// How far it has come. To be kept before the next step is done, whatever that is.
    pub fn checkpoint(&self) -> String {
        let jobs = self.jobs.iter().enumerate();
        let written = Written {
            atlas_checkpoint: FORM,
            jobs: jobs.map(|(index, job)| self.written(index, job)).collect(),
        };
        // Fails for maps whose keys are no strings; there are none.
        let text = serde_json::to_string(&written).unwrap_or_default();
        self.tokens.redact(&text)
    }

    fn written<'a>(&'a self, index: usize, job: &'a Job) -> WrittenJob<'a> {
        let Job {
            configuration,
            key,
            progress,
            ..
        } = job;
        let is_asked = index == self.current
            && matches!(self.state, State::NewVersion(_) | State::FindLost(..));
        let receipt = self.receipts.get(index);
        WrittenJob {
            page: job.page(),
            artifact_type: configuration.artifact_type.as_str(),
            key: key.as_str(),
            declared: progress
                .request_body
                .as_ref()
                .filter(|d| !self.has_secret(d)),
            files: &progress.files,
            before: progress.before,
            in_doubt: progress.in_doubt || is_asked,
            made: progress.made,
            published: receipt.is_some(),
            size: receipt.and_then(|receipt| receipt.size),
            sha256: receipt.and_then(|receipt| receipt.sha256.as_deref()),
        }
    }

    /// Whether what is said of a version holds a token. It is left out then, and follows from the
    /// configuration again.
    fn has_secret(&self, body: &NewVersion) -> bool {
        let metadata = body.metadata.iter().flatten();
        let mut texts = metadata.flat_map(|(key, value)| [key, value]);
        self.tokens.are_in(&body.id) || texts.any(|text| self.tokens.are_in(text))
    }
}

/// Reads a checkpoint.
///
/// # Errors
/// One diagnostic if it is none.
pub(super) fn read(text: &str) -> Result<Vec<SavedJob>, Diagnostic> {
    let malformed = |what: &str| {
        let help = "delete it to publish again; first see in Atlas what was published";
        Diagnostic::error(
            Source::Checkpoint,
            Code::MalformedCheckpoint,
            format!("not a checkpoint: {what}"),
        )
        .help(help)
    };
    let document = json::parse(text, Source::Checkpoint, None)
        .map_err(|finding| malformed(&finding.message))?;
    let form = document.root().get("atlas_checkpoint");
    match form.and_then(Value::as_count) {
        Some(FORM) => {}
        Some(_) => return Err(malformed("another version of the component wrote it")),
        None => return Err(malformed("it has no `atlas_checkpoint`")),
    }
    let jobs = document.root().get("jobs").and_then(Value::as_list);
    jobs.and_then(|jobs| jobs.iter().map(saved).collect())
        .ok_or_else(|| malformed("something is missing in `jobs`"))
}

fn saved(job: &Value) -> Option<SavedJob> {
    let text = |key| job.get(key).and_then(Value::as_str).map(str::to_owned);
    let flag = |key| matches!(job.get(key).map(|v| &v.kind), Some(Kind::Bool(true)));
    let count = |key| job.get(key).and_then(Value::as_count);
    let request_body = match job.get("declared") {
        Some(value) => Some(declared(value)?),
        None => None,
    };
    let saved = SavedJob {
        page: text("page")?,
        artifact_type: text("artifact_type")?,
        key: IdempotencyKey::parse(&text("key")?)?,
        progress: VersionProgress {
            request_body,
            files: text("files")?,
            before: count("before"),
            in_doubt: flag("in_doubt"),
            made: count("made"),
        },
        published: flag("published"),
        size: count("size"),
        sha256: text("sha256"),
    };
    (!saved.published || saved.progress.made.is_some()).then_some(saved)
}

fn declared(value: &Value) -> Option<NewVersion> {
    let number = |key| match value.get(key)?.kind {
        Kind::Number(n) => Some(n as i64),
        _ => None,
    };
    let metadata = match &value.get("metadata")?.kind {
        Kind::Null => None,
        Kind::Object(members) => {
            let mut metadata = std::collections::BTreeMap::new();
            for member in members {
                metadata.insert(member.key.clone(), member.value.as_str()?.to_owned());
            }
            Some(metadata)
        }
        _ => return None,
    };
    Some(NewVersion {
        build_id: number("build_id")?,
        compile_id: number("compile_id")?,
        file: matches!(value.get("file")?.kind, Kind::Bool(true)),
        id: value.get("id")?.as_str()?.into(),
        metadata,
    })
}
