//! What the targets share: a machine that always answers the same, answers of servers, and what must hold of
//! findings.

use std::ffi::OsString;
use std::io;

use atlas_post_processor::atlas::{Request, Response, Saved, TransportError};
use atlas_post_processor::diagnostic::Diagnostic;
use atlas_post_processor::packing::{Entry, Files, Reader, Stamp, Time};
use atlas_post_processor::post_processor::PostProcessor;
use atlas_post_processor::platform::Platform;
use atlas_post_processor::run::{Build, Run};
use atlas_post_processor::steps::Outcome;

/// The token of the environment, which nothing may show.
pub const TOKEN: &str = "fuzz.atlasv1.s3cr3t";

/// Where Atlas is.
pub const ATLAS: &str = "https://atlas.example/";

/// A file that is packed.
pub const FILE: &str = "/out/disk.img";
const CONTENT: &[u8] = b"no gzip";

/// A machine that always answers the same.
pub struct Machine;

impl Platform for Machine {
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

/// The token goes to Atlas alone, and nothing but a file goes anywhere else, or comes from there.
pub fn check_request(request: &Request) {
    let has_token = request.headers.iter().any(|h| h.value.contains(TOKEN));
    let is_to_atlas = request.url.starts_with(ATLAS);
    assert!(!has_token || is_to_atlas, "{}", request.url);
    assert!(is_to_atlas || request.sensitive_url, "{}", request.url);
    assert!(request.url.starts_with("https://"), "{}", request.url);
}

/// What comes of a request. The first byte says what happens, the second with which status; the rest is
/// the body, after lines of headers that begin with `#`.
pub fn outcome(piece: &[u8], request: &Request) -> Outcome {
    let (kind, rest) = piece.split_first().unwrap_or((&b'2', &[]));
    let error = match kind {
        b'r' => TransportError::Refused,
        b'i' => TransportError::Interrupted,
        b't' => TransportError::Timeout,
        b'l' => TransportError::ResponseTooLarge,
        b'o' => TransportError::Other(String::from_utf8_lossy(rest).into_owned()),
        _ => return Outcome::Answered(response(*kind, rest, request)),
    };
    Outcome::NoAnswer(error)
}

fn response(kind: u8, rest: &[u8], request: &Request) -> Response {
    let (low, rest) = rest.split_first().unwrap_or((&0, &[]));
    let status = match kind {
        b'3' => 300 + u16::from(*low % 16),
        b'4' => 400 + u16::from(*low % 64),
        b'5' => 500 + u16::from(*low % 16),
        _ => 200 + u16::from(*low % 8),
    };
    let text = String::from_utf8_lossy(rest).into_owned();
    let mut body = text.as_str();
    let mut headers = Vec::new();
    while let Some((line, after)) = body.strip_prefix('#').and_then(|text| text.split_once('\n')) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        headers.push((name.to_owned(), value.trim().to_owned()));
        body = after;
    }
    let key = request.headers.iter().find(|h| h.name == "Idempotency-Key");
    let key = key.filter(|_| kind == b'k');
    headers.extend(key.map(|h| ("Idempotency-Key".to_owned(), h.value.clone())));
    let saves = matches!(status, 200 | 206);
    let offset = request.save_at.filter(|_| saves);
    Response {
        status,
        headers,
        sent: request.body.length(),
        saved: offset.map(|offset| Saved {
            size: offset.saturating_add(body.len() as u64),
            sha256: (kind != b'b').then(|| "0".repeat(64)),
            error: (kind == b'b').then_some(TransportError::Interrupted),
        }),
        body: match offset {
            Some(_) => Vec::new(),
            None => body.into(),
        },
        ..Response::default()
    }
}
