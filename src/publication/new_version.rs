//! From an artifact that exists to a new version of it with its file.

use super::Publication;
use super::payload::Payload;
use super::pieces::Pieces;
use super::state::{Lost, Plan, Sent, State, Upload};
use crate::atlas::create_version::Version;
use crate::atlas::upload_url::UploadUrl;
use crate::packing;
use crate::platform::Platform;
use crate::steps::{Failure, FailureCode};

impl Publication {
    /// Files are looked at, and packed, before the version is made, so that none is made in vain.
    pub(super) fn new_version(&mut self, platform: &dyn Platform) -> Result<State, Failure> {
        let files = &self.job()?.artifact(self.receipts.last()).files;
        if let Some(packed) = self.packed.as_ref().filter(|p| p.plan.files == *files) {
            let payload = Payload::Archive { size: packed.size };
            return self.begin_version(payload, packed.plan.fingerprint.clone());
        }
        let planned = packing::plan(platform.files(), files, &packing::Options::default())
            .map_err(|error| Failure::files(FailureCode::FileUnreadable, &error.diagnostic()))?;
        let fingerprint = planned.fingerprint();
        match planned {
            packing::Payload::None => self.begin_version(Payload::None, fingerprint),
            packing::Payload::AsIs { path, size, .. } => {
                self.begin_version(Payload::AsIs { path, size }, fingerprint)
            }
            packing::Payload::Archive(_) => {
                self.same_files(&fingerprint)?;
                let files = files.clone();
                Ok(State::Pack(Plan { files, fingerprint }))
            }
        }
    }

    /// A version that was begun by an earlier publication is made of the same files, or not at all.
    fn same_files(&self, fingerprint: &str) -> Result<(), Failure> {
        let job = self.job()?;
        let progress = &job.progress;
        let was_asked = progress.in_doubt || progress.made.is_some();
        match was_asked && progress.files != fingerprint {
            true => Err(Failure::files_changed(&job.page())),
            false => Ok(()),
        }
    }

    /// What is uploaded is known: the version comes next.
    pub(super) fn begin_version(
        &mut self,
        payload: Payload,
        fingerprint: String,
    ) -> Result<State, Failure> {
        self.same_files(&fingerprint)?;
        let has_file = !matches!(payload, Payload::None);
        let body = self.job()?.request_body(self.receipts.last(), has_file);
        let job = self.job_mut()?;
        job.progress.files = fingerprint;
        job.progress.request_body = Some(body);
        Ok(match (job.progress.made, job.key_is_known) {
            (Some(version), false) if has_file => State::FindUpload(payload, version),
            (Some(version), false) => return self.published(version, None, None),
            (_, true) => State::NewVersion(payload),
            (None, false) if job.progress.in_doubt => State::FindLost(payload, Lost::broken_off()),
            (None, false) => State::FindLatest(payload),
        })
    }

    /// The version is there: its file comes next, if there is one.
    pub(super) fn on_version_created(
        &mut self,
        payload: Payload,
        version: Version,
    ) -> Result<State, Failure> {
        let number = version.version;
        let job = self.job_mut()?;
        job.progress.in_doubt = false;
        // Its upload may have begun, too.
        let was_made = job.progress.made.is_some();
        if let Some(before) = job.progress.made.filter(|before| *before != number) {
            let (before, now) = (job.version_slug(before), job.version_slug(number));
            return Err(Failure::made_twice(&before, &now));
        }
        job.progress.made = Some(number);
        let Some((source, size)) = payload.source() else {
            return self.published(number, None, None);
        };
        let url = UploadUrl::parse(version.upload_path.as_deref(), &job.atlas.base_url)
            .map_err(|error| Failure::upload_path(&job.version_slug(number), &error))?;
        let sent = Sent {
            version: number,
            size,
        };
        let pieces = version
            .is_resumable
            .then(|| Box::new(Pieces::new(&url, &source, size, was_made)));
        Ok(State::Upload(Upload {
            sent,
            url,
            source,
            pieces,
            may_expire: was_made,
            in_doubt: false,
        }))
    }

    pub(super) fn on_uploaded(
        &mut self,
        sent: Sent,
        sha256: Option<String>,
    ) -> Result<State, Failure> {
        self.published(sent.version, Some(sent.size), sha256)
    }

    fn published(
        &mut self,
        version: u64,
        size: Option<u64>,
        sha256: Option<String>,
    ) -> Result<State, Failure> {
        let previous = self.receipts.last();
        let receipt = self.job()?.receipt(previous, version, size, sha256);
        self.receipts.push(receipt);
        Ok(self.next_job())
    }

    /// The first job that is not published yet, or the end.
    pub(super) fn next_job(&mut self) -> State {
        self.current = self.receipts.len();
        if self.current < self.jobs.len() {
            return State::Find;
        }
        self.current = 0;
        match self.confirm {
            true => State::Confirm,
            false => State::Done,
        }
    }
}
