//! What the targets share: a machine that always answers the same, and what must hold of findings.

use std::ffi::OsString;
use std::io;

use atlas_post_processor::build::{Build, Run};
use atlas_post_processor::diagnostic::Diagnostic;
use atlas_post_processor::packing::{Entry, Files, Reader, Stamp, Time};
use atlas_post_processor::post_processor::PostProcessor;
use atlas_post_processor::surroundings::Surroundings;

/// The token of the environment, which nothing may show.
pub const TOKEN: &str = "fuzz.atlasv1.s3cr3t";

/// A file that is packed.
pub const FILE: &str = "/out/disk.img";
const CONTENT: &[u8] = b"no gzip";

/// A machine that always answers the same.
pub struct Machine;

impl Surroundings for Machine {
    fn environment(&self, name: &str) -> Option<String> {
        match name {
            "ATLAS_TOKEN" => Some(TOKEN.into()),
            "ATLAS_BUILD_ID" => Some("0x1f".into()),
            _ => None,
        }
    }

    fn now(&self) -> u64 {
        1_795_414_013
    }

    fn working_directory(&self) -> Option<String> {
        Some("/work".into())
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn files(&self) -> &dyn Files {
        self
    }
}

impl Files for Machine {
    fn inspect(&self, path: &str) -> io::Result<Entry> {
        match path {
            FILE => Ok(stamp()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn read_link(&self, _: &str) -> io::Result<OsString> {
        Err(io::ErrorKind::InvalidInput.into())
    }

    fn list(&self, _: &str) -> io::Result<Vec<OsString>> {
        Err(io::ErrorKind::NotADirectory.into())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Reader>> {
        match path {
            FILE => Ok(Box::new(Content)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

struct Content;

impl Reader for Content {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = CONTENT.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn inspect(&self) -> io::Result<Entry> {
        Ok(stamp())
    }
}

fn stamp() -> Entry {
    Entry::File(Stamp {
        size: CONTENT.len() as u64,
        modified: Time::default(),
    })
}

/// A build whose functions all have something to answer.
pub fn build() -> Build {
    Build {
        name: "vm".into(),
        builder_type: "virtualbox-iso".into(),
        run: Run {
            template_path: Some("/work/template.json".into()),
            working_directory: Some("/work".into()),
            packer_version: None,
            started_at: Some(1_795_414_013),
            variables: [("token".to_owned(), TOKEN.to_owned())].into(),
        },
    }
}

/// A post-processor with this configuration.
pub fn post_processor(config: &str) -> PostProcessor {
    PostProcessor {
        config: config.into(),
        origin: None,
        chained: false,
    }
}

/// Checks that findings are about the text, can be shown, and are not too many.
pub fn check(findings: &[Diagnostic], text: &str) {
    assert!(findings.len() <= 101, "{} findings", findings.len());
    let lines = text.split('\n').count() as u32;
    for finding in findings {
        assert!(!finding.message.is_empty());
        // What the text itself says may be repeated; the environment and variables may not.
        assert!(
            text.contains(TOKEN) || !format!("{finding:?}").contains(TOKEN),
            "{finding:?}"
        );
        if let Some(position) = finding.position {
            assert!((1..=lines).contains(&position.line), "{finding:?}");
            assert!(position.column >= 1 && position.length >= 1, "{finding:?}");
        }
    }
}
