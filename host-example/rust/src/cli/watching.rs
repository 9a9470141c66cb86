//! Shows a publication while it goes on: what is done, how far packing or an upload is, and, if asked for,
//! every request and answer without its secrets.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use atlas_host::{Body, Observer, Pause, Request, Response, TransportError};
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use super::masking::{Mask, sounds_secret};
use super::show;

/// Where no bar can move, progress is a line every so often.
const LINE_INTERVAL: Duration = Duration::from_secs(3);
const REDACTED: &str = "[redacted]";
/// Where an upload goes is as good as a token.
const SECRET_FIELD: &str = "upload_path";

/// Shows a publication to people.
pub(crate) struct Watching<'a> {
    verbose: u8,
    mask: &'a Mask,
    /// Secrets that were sent: a server may repeat them anywhere.
    sent: Mutex<BTreeSet<String>>,
    progress: Mutex<Progress>,
}

/// How the packing or upload that is under way is shown.
enum Progress {
    None,
    Bar(ProgressBar),
    Lines { last: Instant },
}

impl<'a> Watching<'a> {
    pub(crate) fn new(verbose: u8, mask: &'a Mask) -> Self {
        Self {
            verbose,
            mask,
            sent: Mutex::default(),
            progress: Mutex::new(Progress::None),
        }
    }

    /// Takes the bar from the screen.
    pub(crate) fn end(&self) {
        self.set_progress(|progress| {
            if let Progress::Bar(bar) = &progress {
                bar.finish_and_clear();
            }
            Progress::None
        });
    }

    fn set_progress(&self, change: impl FnOnce(Progress) -> Progress) {
        if let Ok(mut progress) = self.progress.lock() {
            *progress = change(std::mem::replace(&mut *progress, Progress::None));
        }
    }

    fn show_progress(&self, bytes: u64, of: u64) {
        self.set_progress(|progress| match progress {
            Progress::None if show::on_terminal() => Progress::Bar(bar(of)),
            Progress::None => Progress::Lines {
                last: Instant::now(),
            },
            Progress::Bar(bar) => {
                bar.set_position(bytes);
                Progress::Bar(bar)
            }
            Progress::Lines { last } if last.elapsed() >= LINE_INTERVAL => {
                let percent = bytes.saturating_mul(100).checked_div(of).unwrap_or(100);
                show::line(&format!("  {percent}% of {}", HumanBytes(of)));
                Progress::Lines {
                    last: Instant::now(),
                }
            }
            lines @ Progress::Lines { .. } => lines,
        });
    }

    fn log(&self, text: &str) {
        let mut text = self.mask.text(text);
        if let Ok(sent) = self.sent.lock() {
            for secret in sent.iter() {
                text = text.replace(secret, REDACTED);
            }
        }
        show::line(&text);
    }

    /// Takes note of the secrets of a request, as they are and as JSON writes them.
    fn learn(&self, request: &Request) {
        let Ok(mut sent) = self.sent.lock() else {
            return;
        };
        let headers = request.headers.iter().filter(|header| header.sensitive);
        let headers = headers.map(|header| header.value.as_str());
        let url = request.sensitive_url.then_some(request.url.as_str());
        for secret in headers.chain(url).filter(|secret| !secret.is_empty()) {
            let in_json = Value::from(secret).to_string();
            sent.insert(in_json.trim_matches('"').to_owned());
            sent.insert(secret.to_owned());
        }
    }

    fn log_json(&self, body: &[u8]) {
        if self.verbose > 1
            && let Ok(mut value) = serde_json::from_slice::<Value>(body)
        {
            redact(&mut value);
            self.log(&format!("    {value}"));
        }
    }
}

impl Observer for Watching<'_> {
    fn sending(&self, request: &Request) {
        self.end();
        self.learn(request);
        self.log(&request.purpose);
        if self.verbose > 0 {
            self.log(&format!("  > {} {}", request.method, shown_url(request)));
            for header in &request.headers {
                let value = if header.sensitive {
                    REDACTED
                } else {
                    &header.value
                };
                self.log(&format!("  > {}: {value}", header.name));
            }
            match &request.body {
                Body::Empty => {}
                Body::Bytes(bytes) => self.log_json(bytes),
                Body::File(path) => self.log(&format!("  > the file {path}")),
                Body::Archive => self.log("  > the archive"),
            }
        }
    }

    fn waiting(&self, pause: &Pause) {
        let after = Duration::from_millis(pause.ms);
        self.log(&format!("  {}; trying again in {after:.1?}", pause.reason));
    }

    fn packing(&self, files: &[String]) {
        match files {
            [file] => self.log(&format!("pack {file}")),
            files => self.log(&format!("pack {} files", files.len())),
        }
    }

    fn packed(&self, bytes: u64, of: u64) {
        self.show_progress(bytes, of);
    }

    fn sent(&self, bytes: u64, of: u64) {
        self.show_progress(bytes, of);
    }

    fn answered(
        &self,
        request: &Request,
        outcome: Result<&Response, &TransportError>,
        took: Duration,
    ) {
        self.end();
        match outcome {
            Err(error) if self.verbose > 0 => self.log(&format!("  no answer: {error}")),
            Ok(response) if self.verbose > 0 => {
                self.log(&format!("  < {} after {took:.1?}", response.status));
                for (name, value) in &response.headers {
                    let secret = request.sensitive_url || is_secret_header(name);
                    let value = if secret { REDACTED } else { value };
                    self.log(&format!("  < {name}: {value}"));
                }
                self.log_json(&response.body);
            }
            Ok(_) | Err(_) => {}
        }
    }
}

fn bar(size: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    let template = "  {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// The URL, or only its origin if the rest is a secret.
fn shown_url(request: &Request) -> String {
    if !request.sensitive_url {
        return request.url.clone();
    }
    match reqwest::Url::parse(&request.url) {
        Ok(url) => format!("{}/{REDACTED}", url.origin().ascii_serialization()),
        Err(_) => REDACTED.to_owned(),
    }
}

/// Answers do not say which of their headers are secret.
fn is_secret_header(name: &str) -> bool {
    sounds_secret(name)
        || ["location", "set-cookie"]
            .iter()
            .any(|n| name.eq_ignore_ascii_case(n))
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == SECRET_FIELD || sounds_secret(name) {
                    *value = Value::from(REDACTED);
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secret_urls_are_shown_as_their_origin() {
        let mut request = Request {
            purpose: String::new(),
            method: "PUT".to_owned(),
            url: "https://user:pw@store.example:8443/secret?x".to_owned(),
            sensitive_url: true,
            headers: Vec::new(),
            body: Body::Empty,
            timeout_ms: 1,
            response_limit: 1,
        };
        assert_eq!(shown_url(&request), "https://store.example:8443/[redacted]");
        request.url = "nonsense".to_owned();
        assert_eq!(shown_url(&request), "[redacted]");
    }

    #[test]
    fn upload_paths_and_tokens_are_redacted_in_json() {
        let mut value = json!({"a": [{"upload_path": "x", "upload_token": "y", "id": "z"}]});
        redact(&mut value);
        let wanted = json!({"a": [{"upload_path": REDACTED, "upload_token": REDACTED, "id": "z"}]});
        assert_eq!(value, wanted);
    }
}
