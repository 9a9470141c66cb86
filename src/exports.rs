//! The contract's exports: values in and out of the core, and nothing else.

#![expect(unsafe_code, reason = "the bindings pass values through linear memory")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::capability::Wasi;
use crate::surroundings::Surroundings;
use crate::{
    artifact, build, configuration, diagnostic, packing, post_processor, publication, template,
};

wit_bindgen::generate!({ world: "post-processor", path: "wit" });

use self::atlas::post_processor::types as wit;
use self::exports::atlas::post_processor as exported;
use exported::{packing as packing_wit, publishing};

struct Component;

export!(Component);

impl exported::configuration::Guest for Component {
    fn schema() -> String {
        configuration::SCHEMA.into()
    }

    fn validate(
        post_processor: wit::PostProcessor,
        build: wit::Build,
    ) -> Result<Vec<wit::Diagnostic>, Vec<wit::Diagnostic>> {
        let wasi = Wasi::default();
        let mut build = build::Build::from(build);
        build.run = build.run.settled(&wasi);
        match configuration::read(&post_processor.into(), &build, &wasi) {
            Ok((_, warnings)) => Ok(all(warnings)),
            Err(findings) => Err(all(findings)),
        }
    }
}

impl exported::template::Guest for Component {
    fn environment(template: String) -> Vec<String> {
        template::environment(&template)
    }

    fn select(
        template: String,
        run: wit::Run,
        build_name: Option<String>,
    ) -> Result<exported::template::Selection, Vec<wit::Diagnostic>> {
        match template::select(
            &template,
            run.into(),
            build_name.as_deref(),
            &Wasi::default(),
        ) {
            Ok(selection) => Ok(exported::template::Selection {
                build: selection.build.into(),
                post_processors: all(selection.post_processors),
                warnings: all(selection.warnings),
            }),
            Err(findings) => Err(all(findings)),
        }
    }
}

impl exported::artifacts::Guest for Component {
    fn from_record(text: String) -> Result<wit::Artifact, Vec<wit::Diagnostic>> {
        artifact::from_record(&text).map(Into::into).map_err(all)
    }

    fn from_manifest(
        text: String,
        build_name: String,
    ) -> Result<wit::Artifact, Vec<wit::Diagnostic>> {
        let artifact = artifact::from_manifest(&text, &build_name);
        artifact.map(Into::into).map_err(all)
    }
}

impl publishing::Guest for Component {
    type Publication = Publication;
}

/// The contract's resource. A component runs on one thread, so a cell is enough.
struct Publication(RefCell<publication::Publication>);

impl publishing::GuestPublication for Publication {
    fn begin(
        post_processors: Vec<wit::PostProcessor>,
        build: wit::Build,
        artifact: wit::Artifact,
        options: Option<publishing::Options>,
    ) -> Result<publishing::Publication, Vec<wit::Diagnostic>> {
        start(post_processors, build, artifact, options, None)
    }

    fn resume(
        post_processors: Vec<wit::PostProcessor>,
        build: wit::Build,
        artifact: wit::Artifact,
        options: Option<publishing::Options>,
        checkpoint: String,
    ) -> Result<publishing::Publication, Vec<wit::Diagnostic>> {
        start(post_processors, build, artifact, options, Some(checkpoint))
    }

    fn checkpoint(&self) -> String {
        self.0.borrow().checkpoint()
    }

    fn warnings(&self) -> Vec<wit::Diagnostic> {
        all(self.0.borrow().warnings().to_vec())
    }

    fn next(&self) -> publishing::Step {
        match self.0.borrow().next() {
            publication::Step::Send(request) => publishing::Step::Send(request.into()),
            publication::Step::Pack(files) => publishing::Step::Pack(files),
            publication::Step::Wait(pause) => publishing::Step::Wait(publishing::Pause {
                ms: pause.ms,
                reason: pause.reason,
            }),
            publication::Step::Done(receipts) => publishing::Step::Done(all(receipts)),
            publication::Step::Failed(failure) => publishing::Step::Failed(failure.into()),
        }
    }

    fn respond(&self, outcome: publishing::Outcome) {
        let outcome = match outcome {
            publishing::Outcome::Answered(response) => {
                publication::Outcome::Answered(response.into())
            }
            publishing::Outcome::NoAnswer(error) => publication::Outcome::NoAnswer(error.into()),
            publishing::Outcome::Packed(size) => publication::Outcome::Packed(size),
            publishing::Outcome::NotPacked(reason) => publication::Outcome::NotPacked(reason),
            publishing::Outcome::Waited => publication::Outcome::Waited,
        };
        self.0.borrow_mut().respond(outcome, &Wasi::default());
    }
}

fn start(
    post_processors: Vec<wit::PostProcessor>,
    build: wit::Build,
    artifact: wit::Artifact,
    options: Option<publishing::Options>,
    checkpoint: Option<String>,
) -> Result<publishing::Publication, Vec<wit::Diagnostic>> {
    let post_processors: Vec<post_processor::PostProcessor> = all(post_processors);
    let wasi = Wasi::default();
    let mut build = build::Build::from(build);
    build.run = build.run.settled(&wasi);
    let artifact = artifact.into();
    let options = options.map(Into::into).unwrap_or_default();
    use publication::Publication as Core;
    let begun = match &checkpoint {
        None => Core::begin(&post_processors, &build, &artifact, options, &wasi),
        Some(text) => Core::resume(&post_processors, &build, &artifact, options, text, &wasi),
    };
    begun
        .map(|begun| publishing::Publication::new(Publication(RefCell::new(begun))))
        .map_err(all)
}

impl packing_wit::Guest for Component {
    type Archive = Archive;
}

/// The contract's resource.
struct Archive(RefCell<packing::Archive>);

impl packing_wit::GuestArchive for Archive {
    fn plan(files: Vec<String>, level: u8) -> Result<packing_wit::Archive, String> {
        let level = packing::Level::new(level).map_err(in_words)?;
        let options = packing::Options { level };
        let planned = packing::plan(Wasi::default().files(), &files, &options).map_err(in_words)?;
        match planned {
            packing::Payload::Archive(archive) => {
                Ok(packing_wit::Archive::new(Archive(RefCell::new(archive))))
            }
            _ => Err("these files are published as they are, without an archive".into()),
        }
    }

    fn sources(&self) -> Vec<String> {
        let archive = self.0.borrow();
        archive.members().iter().map(|m| m.path.clone()).collect()
    }

    fn set_permissions(&self, permissions: Vec<u32>) -> Result<(), String> {
        self.0
            .borrow_mut()
            .set_permissions(&permissions)
            .map_err(in_words)
    }

    fn fingerprint(&self) -> String {
        self.0.borrow().fingerprint()
    }

    fn size(&self) -> u64 {
        self.0.borrow().len()
    }

    fn blocks(&self) -> u32 {
        self.0.borrow().blocks()
    }

    fn block(&self, index: u32) -> Result<packing_wit::Block, String> {
        let block = self
            .0
            .borrow()
            .block(index, Wasi::default().files())
            .map_err(in_words)?;
        Ok(packing_wit::Block {
            data: block.data,
            crc32: block.crc32,
            length: block.length,
        })
    }

    fn trailer(&self, sums: Vec<(u32, u64)>) -> Result<Vec<u8>, String> {
        self.0.borrow().trailer(&sums).map_err(in_words)
    }
}

fn in_words(error: packing::PackError) -> String {
    error.to_string()
}

/// Pairs as a map. They are put in one by one: collecting would sort them, with code that is larger
/// than all that goes through it.
fn map(pairs: Vec<(String, String)>) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

fn all<T: Into<U>, U>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(Into::into).collect()
}

impl From<diagnostic::Diagnostic> for wit::Diagnostic {
    fn from(finding: diagnostic::Diagnostic) -> Self {
        Self {
            severity: match finding.severity {
                diagnostic::Severity::Error => wit::Severity::Error,
                diagnostic::Severity::Warning => wit::Severity::Warning,
            },
            code: finding.code.as_str().into(),
            pointer: finding.pointer,
            position: finding.position.map(|position| wit::Position {
                line: position.line,
                column: position.column,
                length: position.length,
            }),
            message: finding.message,
            help: finding.help,
        }
    }
}

impl From<wit::Run> for build::Run {
    fn from(run: wit::Run) -> Self {
        Self {
            template_path: run.template_path,
            working_directory: run.working_directory,
            packer_version: run.packer_version,
            started_at: run.started_at,
            variables: map(run.variables),
        }
    }
}

impl From<build::Run> for wit::Run {
    fn from(run: build::Run) -> Self {
        Self {
            template_path: run.template_path,
            working_directory: run.working_directory,
            packer_version: run.packer_version,
            started_at: run.started_at,
            variables: run.variables.into_iter().collect(),
        }
    }
}

impl From<wit::Build> for build::Build {
    fn from(build: wit::Build) -> Self {
        Self {
            name: build.name,
            builder_type: build.builder_type,
            run: build.run.into(),
        }
    }
}

impl From<build::Build> for wit::Build {
    fn from(build: build::Build) -> Self {
        Self {
            name: build.name,
            builder_type: build.builder_type,
            run: build.run.into(),
        }
    }
}

impl From<wit::PostProcessor> for post_processor::PostProcessor {
    fn from(post_processor: wit::PostProcessor) -> Self {
        Self {
            config: post_processor.config,
            origin: post_processor.origin.map(|o| post_processor::Origin {
                pointer: o.pointer,
                line: o.line,
                column: o.column,
            }),
            chained: post_processor.chained,
        }
    }
}

impl From<post_processor::PostProcessor> for wit::PostProcessor {
    fn from(post_processor: post_processor::PostProcessor) -> Self {
        Self {
            config: post_processor.config,
            origin: post_processor.origin.map(|o| wit::Origin {
                pointer: o.pointer,
                line: o.line,
                column: o.column,
            }),
            chained: post_processor.chained,
        }
    }
}

impl From<wit::Artifact> for artifact::Artifact {
    fn from(artifact: wit::Artifact) -> Self {
        Self {
            builder_id: artifact.builder_id,
            id: artifact.id,
            files: artifact.files,
            metadata: artifact.metadata.map(map),
            artifact_type: artifact.artifact_type,
        }
    }
}

impl From<artifact::Artifact> for wit::Artifact {
    fn from(artifact: artifact::Artifact) -> Self {
        Self {
            builder_id: artifact.builder_id,
            id: artifact.id,
            files: artifact.files,
            metadata: artifact.metadata.map(|m| m.into_iter().collect()),
            artifact_type: artifact.artifact_type,
        }
    }
}

impl From<publishing::Options> for publication::Options {
    fn from(options: publishing::Options) -> Self {
        let patience = options.patience.map(|given| publication::Patience {
            attempts: given.attempts,
            total_ms: given.total_ms,
        });
        Self {
            patience: patience.unwrap_or_default(),
            confirm: options.confirm,
        }
    }
}

impl From<crate::atlas::Request> for publishing::Request {
    fn from(request: crate::atlas::Request) -> Self {
        Self {
            purpose: request.purpose,
            method: request.method.into(),
            url: request.url,
            sensitive_url: request.sensitive_url,
            headers: all(request.headers),
            body: match request.body {
                crate::atlas::Body::Empty => publishing::Body::Empty,
                crate::atlas::Body::Bytes(bytes) => publishing::Body::Bytes(bytes),
                crate::atlas::Body::File(path) => publishing::Body::File(path),
                crate::atlas::Body::Archive => publishing::Body::Archive,
            },
            timeout_ms: request.timeout_ms,
            response_limit: request.response_limit,
        }
    }
}

impl From<crate::atlas::Header> for publishing::Header {
    fn from(header: crate::atlas::Header) -> Self {
        Self {
            name: header.name.into(),
            value: header.value,
            sensitive: header.sensitive,
        }
    }
}

impl From<publishing::Response> for crate::atlas::Response {
    fn from(response: publishing::Response) -> Self {
        Self {
            status: response.status,
            headers: response.headers,
            body: response.body,
            sent_sha256: response.sent_sha256,
        }
    }
}

impl From<publishing::TransportError> for crate::atlas::TransportError {
    fn from(error: publishing::TransportError) -> Self {
        match error {
            publishing::TransportError::Refused => Self::Refused,
            publishing::TransportError::Dns => Self::Dns,
            publishing::TransportError::Tls(text) => Self::Tls(text),
            publishing::TransportError::Timeout => Self::Timeout,
            publishing::TransportError::Interrupted => Self::Interrupted,
            publishing::TransportError::ResponseTooLarge => Self::ResponseTooLarge,
            publishing::TransportError::BodyUnreadable(text) => Self::BodyUnreadable(text),
            publishing::TransportError::Other(text) => Self::Other(text),
        }
    }
}

impl From<publication::Receipt> for publishing::Receipt {
    fn from(receipt: publication::Receipt) -> Self {
        Self {
            tag: receipt.tag,
            artifact_type: receipt.artifact_type,
            version: receipt.version,
            id: receipt.id,
            url: receipt.url,
            size: receipt.size,
            sha256: receipt.sha256,
            confirmed: receipt.confirmed,
        }
    }
}

impl From<publication::Failure> for publishing::Failure {
    fn from(failure: publication::Failure) -> Self {
        Self {
            code: failure.code.as_str().into(),
            message: failure.message,
            published: all(failure.published),
        }
    }
}
