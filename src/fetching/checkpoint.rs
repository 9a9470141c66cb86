//! How far a download has come, as a text that a later one goes on from.

use serde::Serialize;

use super::Fetch;
use crate::atlas::download::Part;
use crate::atlas::search::Wanted;
use crate::diagnostic::{Code, Diagnostic, Source};
use crate::json::{self, Value};

/// The form that is written. One that changes gets another number.
const FORM: u64 = 1;

#[derive(Serialize)]
struct Written<'a> {
    atlas_download: u64,
    /// `user/name/type`, at which Atlas.
    of: String,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    validator: Option<&'a str>,
}

/// What a checkpoint says.
pub(super) struct Saved {
    of: String,
    version: u64,
    validator: Option<String>,
}

impl Fetch {
    /// How far a download has come. Empty if there is nothing to go on with.
    pub fn checkpoint(&self) -> String {
        // The number is pinned when a download begins, in this run or in an earlier one.
        let (Some(part), Wanted::Number(version)) = (&self.part, &self.target.wanted) else {
            return String::new();
        };
        let written = Written {
            atlas_download: FORM,
            of: self.place(),
            version: *version,
            validator: part
                .validator
                .as_deref()
                .filter(|v| !self.secrets.are_in(v)),
        };
        // Fails for maps whose keys are no strings; there are none.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Goes on with what was downloaded before: the same version, though there may be a newer one.
    pub(super) fn restore(&mut self, written: Saved, saved: u64) -> Result<(), Diagnostic> {
        let is_same_version = match self.target.wanted {
            Wanted::Number(number) => number == written.version,
            Wanted::Latest | Wanted::Any | Wanted::Channel(_) => true,
        };
        if written.of != self.place() || !is_same_version {
            let message = format!(
                "the checkpoint is about another download: version {} of {}",
                written.version,
                written.of.escape_debug()
            );
            let finding = Diagnostic::error(Source::Checkpoint, Code::CheckpointMismatch, message);
            return Err(finding.help("finish that one first, or delete its checkpoint"));
        }
        self.target.wanted = Wanted::Number(written.version);
        self.part = Some(Part {
            saved,
            validator: written.validator,
        });
        Ok(())
    }

    /// What is downloaded, but for the version's number.
    fn place(&self) -> String {
        let slug = &self.target.slug;
        let parts = [
            slug.user.as_str(),
            slug.name.as_str(),
            self.target.artifact_type.as_str(),
        ];
        self.atlas.base_url.page(&parts)
    }
}

/// Reads a checkpoint.
///
/// # Errors
/// One diagnostic if it is none.
pub(super) fn read(text: &str) -> Result<Saved, Diagnostic> {
    let malformed = |what: &str| {
        let message = format!("not a checkpoint of a download: {what}");
        let finding = Diagnostic::error(Source::Checkpoint, Code::MalformedCheckpoint, message);
        finding.help("delete it to download the file from its start")
    };
    let document = json::parse(text, Source::Checkpoint, None)
        .map_err(|finding| malformed(&finding.message))?;
    let root = document.root();
    match root.get("atlas_download").and_then(Value::as_count) {
        Some(FORM) => {}
        Some(_) => return Err(malformed("another version of the component wrote it")),
        None => return Err(malformed("it has no `atlas_download`")),
    }
    let text = |key| root.get(key).and_then(Value::as_str).map(str::to_owned);
    let saved = || {
        Some(Saved {
            of: text("of")?,
            version: root.get("version")?.as_count()?,
            validator: text("validator"),
        })
    };
    saved().ok_or_else(|| malformed("something is missing in it"))
}
