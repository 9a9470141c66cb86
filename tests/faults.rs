//! Every request of a publication and of a fetch, and everything that can happen to it.
//!
//! The component, the host's HTTP client and the server are the real ones, on real sockets. The
//! waits are the component's steps: here they take no time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "faults/fetching.rs"]
mod fetching;
#[path = "faults/publishing.rs"]
mod publishing;
mod support;

use atlas_host::{
    Achievement, Failure, HttpClient, Outcome, ReqwestClient, RetryPolicy, Silent, Step, Storage,
    Transfer,
};
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::Duration;
use support::fault_plan::Fault;
use support::faults::FaultyAtlas;
use support::http::{kind, method_name};
use tokio::runtime::Runtime;

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

const ATTEMPTS: u32 = 3;

/// How a piece of work ended, and every word that was said on the way.
struct Ended {
    result: Result<Achievement, Failure>,
    said: String,
}

/// Whether Atlas did what was asked, and the answer is not one.
fn is_done_unseen(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::AnswerLost
            | Fault::AnswerCut
            | Fault::AnswerStalls
            | Fault::SilenceAfter
            | Fault::StatusAfter(_)
            | Fault::Truncated
            | Fault::Html
    )
}

/// Whether the answer is a success that can't be read.
fn is_unreadable(fault: Fault) -> bool {
    matches!(fault, Fault::Truncated | Fault::Html)
}

/// Publishes or fetches without waiting.
async fn drive(work: &mut Transfer, storage: &mut Storage, faulty: &FaultyAtlas) -> Ended {
    let http = ReqwestClient::new();
    let mut said = String::new();
    loop {
        said += &work.checkpoint().await.unwrap();
        let step = work.next().await.unwrap();
        let outcome = match step {
            Step::Send(mut request) => {
                let path = request.url.split('?').next().unwrap();
                let kind = kind(method_name(request.method), path);
                if faulty.fault(&kind) == Some(Fault::Refused) {
                    faulty.close();
                    faulty.happened(&kind);
                }
                // As a host may, and only where nothing comes: a busy machine takes its time.
                let patience = match faulty.fault(&kind) {
                    Some(Fault::Silence | Fault::Stall) => 300,
                    Some(Fault::SilenceAfter | Fault::AnswerStalls) => 1500,
                    _ => 60_000,
                };
                request.idle_timeout_ms = patience;
                request.answer_timeout_ms = patience;
                http.send(&request, storage, &Silent).await.into()
            }
            Step::Pack(files) => panic!("{files:?} need no archive"),
            Step::Wait(pause) => {
                said += &pause.reason;
                faulty.open();
                Outcome::Waited
            }
            Step::Done(done) => {
                said += &format!("{done:?}");
                let result = Ok(done);
                return Ended { result, said };
            }
            Step::Failed(failure) => {
                said += &format!("{failure:?}");
                let result = Err(failure);
                return Ended { result, said };
            }
        };
        // Errors as a host shows them.
        if let Outcome::NoAnswer(error) = &outcome {
            said += &format!("{error:?}");
        }
        let took = Duration::ZERO;
        work.respond(&outcome, took).await.unwrap();
    }
}

fn retry() -> Option<RetryPolicy> {
    Some(RetryPolicy {
        attempts: ATTEMPTS,
        timeout_ms: 300_000,
    })
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

fn gzip() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::none());
    gzip.write_all(&[b'x'; 300_000]).unwrap();
    gzip.finish().unwrap()
}
