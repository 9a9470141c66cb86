//! Every request of a publication, and everything that can happen to it: a version is published
//! exactly once with the right bytes, or it is said what went wrong, and nothing is made twice.
//!
//! The component, the host's HTTP client and the server are the real ones, on real sockets. The
//! waits are the component's steps: here they take no time.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use atlas_host::{
    Artifact, Build, Failure, HttpClient, Options, Outcome, Packing, Patience, PostProcessor,
    PostProcessorConfig, Publication, Receipt, ReqwestClient, Run, Sandbox, Silent, Step,
};
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;
use support::atlas::{Atlas, TOKEN};
use support::faults::{Fault, FaultyAtlas, Plan};
use support::host::{Host, said};
use support::http::kind;
use support::side_by_side;

const FAULTS: [Fault; 20] = [
    Fault::Refused,
    Fault::ResetBeforeAnswer,
    Fault::ResetInBody,
    Fault::AnswerLost,
    Fault::AnswerCut,
    Fault::Silence,
    Fault::SilenceAfter,
    Fault::Status(408),
    Fault::Status(425),
    Fault::Status(429),
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::Status(504),
    Fault::StatusAfter(500),
    Fault::StatusAfter(502),
    Fault::StatusAfter(503),
    Fault::StatusAfter(504),
    Fault::Truncated,
    Fault::Html,
];

const REQUESTS: [&str; 6] = [
    "GET authenticate",
    "GET artifact",
    "POST artifact",
    "POST version",
    "PUT binstore",
    "GET search",
];

const ATTEMPTS: usize = 3;

/// One publication with one fault.
#[derive(Debug, Clone, Copy)]
struct Case {
    plan: Plan,
    has_file: bool,
}

impl Case {
    fn on(&self, request: &str) -> bool {
        self.plan.on == Some(request)
    }

    /// Whether Atlas did what was asked, and the answer is not one.
    fn is_done_unseen(&self) -> bool {
        matches!(
            self.plan.fault,
            Fault::AnswerLost
                | Fault::AnswerCut
                | Fault::SilenceAfter
                | Fault::StatusAfter(_)
                | Fault::Truncated
                | Fault::Html
        )
    }

    /// Whether the answer is a success that can't be read.
    fn is_unreadable(&self) -> bool {
        matches!(self.plan.fault, Fault::Truncated | Fault::Html)
    }

    /// Whether it must be published in spite of the fault.
    fn must_succeed(&self) -> bool {
        let is_once = self.plan.times == 1;
        let is_read = !self.on("GET authenticate") && !self.on("PUT binstore");
        if self.is_unreadable() && !is_read {
            return true;
        }
        if self.on("POST version") && !self.plan.keys && self.has_file && self.is_done_unseen() {
            // Whose version waits for a file there can't be known.
            return false;
        }
        if self.on("PUT binstore") && self.is_done_unseen() {
            return true;
        }
        match (self.is_unreadable(), is_once) {
            (true, true) => self.on("POST version") || self.on("GET search"),
            (true, false) => false,
            (false, is_once) => is_once,
        }
    }

    /// The most versions that there may be after it.
    fn most_versions(&self) -> usize {
        let comes_before = ["GET authenticate", "GET artifact", "POST artifact"];
        usize::from(self.must_succeed() || !comes_before.iter().any(|request| self.on(request)))
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for keys in [true, false] {
        for has_file in [true, false] {
            for on in REQUESTS {
                for fault in FAULTS {
                    for times in [1, usize::MAX] {
                        let plan = Plan {
                            on: Some(on),
                            times,
                            fault,
                            keys,
                        };
                        cases.push(Case { plan, has_file });
                    }
                }
            }
        }
    }
    cases.retain(|case| case.has_file || !case.on("PUT binstore"));
    cases
}

/// How a publication ended, and every word that was said on the way.
struct Ended {
    result: Result<Vec<Receipt>, Failure>,
    said: String,
}

/// Publishes without waiting.
async fn publish(publication: &mut Publication, faulty: &FaultyAtlas, fault: Fault) -> Ended {
    let http = ReqwestClient::new();
    let mut said = String::new();
    loop {
        said += &publication.checkpoint().await.unwrap();
        let step = publication.next().await.unwrap();
        let outcome = match step {
            Step::Send(mut request) => {
                let path = request.url.split('?').next().unwrap();
                let kind = kind(&request.method, path);
                if fault == Fault::Refused && faulty.is_due(&kind) {
                    faulty.close();
                    faulty.happened(&kind);
                }
                // As a host may: nothing here takes as long.
                request.timeout_ms = 300;
                http.send(&request, publication.archive(), &Silent)
                    .await
                    .into()
            }
            Step::Pack(files) => {
                let packing = Packing::default();
                publication.pack(&files, &packing, &Silent).await.unwrap()
            }
            Step::Wait(pause) => {
                said += &pause.reason;
                faulty.open();
                Outcome::Waited
            }
            Step::Done(receipts) => {
                said += &format!("{receipts:?}");
                return Ended {
                    result: Ok(receipts),
                    said,
                };
            }
            Step::Failed(failure) => {
                said += &format!("{failure:?}");
                return Ended {
                    result: Err(failure),
                    said,
                };
            }
        };
        said += &format!("{:?}", shown(&outcome));
        publication.respond(&outcome).await.unwrap();
    }
}

/// Errors as a host shows them.
fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NoAnswer(error) => format!("{error} {error:?}"),
        _ => String::new(),
    }
}

fn gzip() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::none());
    gzip.write_all(&[b'x'; 300_000]).unwrap();
    gzip.finish().unwrap()
}

struct Everything<'a> {
    atlas: &'a Atlas,
    component: &'a PostProcessor,
    host: &'a Host,
    file: &'a [u8],
}

impl Everything<'_> {
    /// What went wrong with a case, if anything did.
    fn run(&self, number: usize, case: Case) -> Option<String> {
        let faulty = FaultyAtlas::start(&self.atlas.url(), case.plan);
        let config = json!({
            "artifact": format!("hashicorp/n{number}"), "artifact_type": "disk.image",
            "token": TOKEN, "atlas_url": faulty.url(),
        });
        let disk = self.host.root().join("disk.gz");
        let artifact = Artifact {
            builder_id: "packer.file".to_owned(),
            id: "File".to_owned(),
            files: match case.has_file {
                true => vec![disk.to_str().unwrap().to_owned()],
                false => Vec::new(),
            },
            metadata: None,
            artifact_type: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let ended = runtime.block_on(async {
            let sandbox = Sandbox::new().directory(self.host.root());
            let instance = self.component.instance(&sandbox).await.unwrap();
            let begun = instance
                .begin(&[config_of(&config)], &build(), &artifact, Some(options()))
                .await
                .unwrap();
            publish(&mut begun.unwrap(), &faulty, case.plan.fault).await
        });
        drop(faulty);
        self.judge(number, case, &ended)
    }

    fn judge(&self, number: usize, case: Case, ended: &Ended) -> Option<String> {
        let artifact = format!("hashicorp/n{number}/disk.image");
        let listing = self.atlas.listing(&artifact);
        let complete = listing["versions"].as_array().map_or(0, Vec::len);
        let incomplete = listing["incomplete"].as_array().map_or(0, Vec::len);
        let wrong = |what: &str| {
            let result = ended.result.as_ref().map_err(|failure| &failure.message);
            Some(format!("{case:?}: {what}: {result:?} {listing}"))
        };
        if ended.said.contains(TOKEN) {
            return wrong("the token is shown");
        }
        match &ended.result {
            Ok(receipts) => {
                if (complete, incomplete) != (1, 0) || receipts[0].version != 1 {
                    return wrong("there is not one complete version");
                }
                if case.has_file && self.atlas.file(&format!("{artifact}/1")) != self.file {
                    return wrong("the file is another one");
                }
                if !receipts[0].confirmed {
                    return wrong("it is not confirmed");
                }
            }
            Err(_) if case.must_succeed() => return wrong("it failed"),
            Err(failure) => {
                if complete + incomplete > case.most_versions() {
                    return wrong("there are too many versions");
                }
                if failure.message.len() < 20 {
                    return wrong("it says nothing");
                }
                let may_be = complete + incomplete > failure.published.len();
                let is_after = !case.on("POST version") || failure.code == "version-in-doubt";
                if may_be && !is_after {
                    return wrong("it does not say that a version may have been made");
                }
            }
        }
        None
    }
}

fn config_of(config: &Value) -> PostProcessorConfig {
    PostProcessorConfig {
        config: config.to_string(),
        origin: None,
        chained: false,
    }
}

fn build() -> Build {
    Build {
        name: "vm".to_owned(),
        builder_type: "file".to_owned(),
        run: Run::default(),
    }
}

fn options() -> Options {
    Options {
        patience: Some(Patience {
            attempts: ATTEMPTS as u32,
            total_ms: 300_000,
        }),
        confirm: true,
    }
}

#[test]
fn whatever_happens_to_a_request_one_version_is_made_or_it_is_said() {
    let (atlas, host) = (Atlas::start(), Host::new("disk.image"));
    let file = gzip();
    host.write("disk.gz", &file);
    let component = PostProcessor::embedded().unwrap();
    let everything = Everything {
        atlas: &atlas,
        component: &component,
        host: &host,
        file: &file,
    };
    let cases = cases();
    // Most of the time goes by in silences.
    let wrong = side_by_side(8, cases.len(), |number| {
        everything.run(number, cases[number])
    });
    let (count, all) = (wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{count} of {all}:\n{}", wrong.join("\n"));
}

/// The command itself, with everything that it can say.
#[test]
fn the_command_goes_through_it_all_and_shows_no_token() {
    let atlas = Atlas::start();
    // These take a minute of the command's own time-out, or need somebody to listen again.
    let is_quick =
        |fault: &Fault| !matches!(fault, Fault::Silence | Fault::SilenceAfter | Fault::Refused);
    let faults: Vec<_> = FAULTS.into_iter().filter(is_quick).collect();
    let wrong = side_by_side(8, faults.len(), |number| {
        command(&atlas, number, faults[number])
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Publishes with the command, while this happens once to each kind of request.
fn command(atlas: &Atlas, number: usize, fault: Fault) -> Option<String> {
    let plan = Plan {
        on: None,
        times: 1,
        fault,
        keys: true,
    };
    let faulty = FaultyAtlas::start(&atlas.url(), plan);
    let host = Host::new("disk.image");
    host.template(&json!([{
        "type": "atlas", "artifact": format!("hashicorp/c{number}"), "artifact_type": "disk.image",
        "atlas_url": faulty.url(),
    }]));
    host.write("disk.gz", &gzip());
    host.artifact("packer.file", "File", &["disk.gz"]);
    let output = host
        .publish(atlas)
        .args(["-vv", "--json"])
        .output()
        .unwrap();
    let said = said(&output);
    // An answer that says success and is none ends it.
    let status = i32::from(matches!(fault, Fault::Truncated | Fault::Html));
    let versions = atlas.versions(&format!("hashicorp/c{number}/disk.image"));
    let is_right = output.status.code() == Some(status) && versions.len() as i32 == 1 - status;
    (!is_right).then(|| format!("{fault:?}: {said}"))
}
