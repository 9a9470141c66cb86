//! Whatever happens to a fetch, it ends with the right version and the right bytes, or with a failure that
//! says what went wrong, and never with a file that differs.

use std::fs;
use std::path::Path;

use atlas_host::{
    Achievement, Checked, Component, DownloadFile, FetchOptions, Query, Sandbox, Storage, Transfer,
};
use serde_json::json;

use super::support::atlas::{Atlas, TOKEN};
use super::support::describe::sha256;
use super::support::fault_plan::{Fault, Plan};
use super::support::faults::FaultyAtlas;
use super::support::host::{Host, receipt};
use super::support::side_by_side;
use super::{Ended, FAULTS, drive, gzip, is_unreadable, retry, runtime};

const ARTIFACT: &str = "hashicorp/fetched";
const KIND: &str = "disk.image";

/// One fetch with one fault.
#[derive(Debug, Clone, Copy)]
struct Case {
    plan: Plan,
    is_download: bool,
}

impl Case {
    /// Whether it must be fetched in spite of the fault.
    fn must_succeed(&self) -> bool {
        // What says success and is something else is asked for once more where it can be the fault of
        // how pieces were put together.
        self.plan.times == 1 && (!is_unreadable(self.plan.fault) || self.plan.before.is_some())
    }

    /// What a failure must say.
    fn words(&self) -> String {
        match self.plan.fault {
            Fault::Refused => "the connection was refused".to_owned(),
            Fault::Silence | Fault::SilenceAfter | Fault::AnswerStalls => "it timed out".to_owned(),
            Fault::Status(status) | Fault::StatusAfter(status) => {
                format!("the server answered {status}")
            }
            Fault::Truncated | Fault::Html if self.plan.on == Some("GET file") => {
                "what came is not the file of".to_owned()
            }
            Fault::Truncated | Fault::Html => "the answer is not Atlas's".to_owned(),
            _ => "the connection broke".to_owned(),
        }
    }
}

fn cases() -> Vec<Case> {
    let broken_off = Some(("GET file", Fault::AnswerCut));
    let kinds = [
        (false, "GET search", None),
        (true, "GET search", None),
        (true, "GET file", None),
        // Then only the rest is asked for.
        (true, "GET file", broken_off),
    ];
    let mut cases = Vec::new();
    for (is_download, on, before) in kinds {
        for fault in FAULTS.into_iter().chain([Fault::AnswerStalls]) {
            for times in [1, usize::MAX] {
                let plan = Plan {
                    before,
                    ..Plan::new(on, times, fault)
                };
                cases.push(Case { plan, is_download });
            }
        }
    }
    cases
}

struct Everything<'a> {
    atlas: &'a Atlas,
    component: &'a Component,
    host: &'a Host,
    file: &'a [u8],
}

impl Everything<'_> {
    async fn begin(&self, case: Case, options: &FetchOptions) -> Checked<Transfer> {
        let instance = self.component.instance(&Sandbox::new()).await.unwrap();
        let query = Query::new(format!("{ARTIFACT}/{KIND}"));
        let begun = match case.is_download {
            true => Transfer::download(instance, &query, options).await,
            false => Transfer::find(instance, &query, options).await,
        };
        begun.unwrap()
    }

    /// What went wrong with a case, if anything did.
    fn run(&self, number: usize, case: Case) -> Option<String> {
        let faulty = FaultyAtlas::start(&self.atlas.url(), case.plan);
        let name = format!("{number}.gz");
        let output = self.host.root().join(&name);
        let part = self.host.root().join(format!("{name}.part"));
        let mut options = FetchOptions {
            address: Some(faulty.url()),
            token: Some(TOKEN.to_owned()),
            retry: retry(),
            ..FetchOptions::default()
        };
        let runtime = runtime();
        let fetch_once = |options: &mut FetchOptions| {
            runtime.block_on(async {
                let file = DownloadFile::lock(&output).unwrap();
                options.saved = file.size();
                let mut storage = Storage::from(file);
                let mut fetch = self.begin(case, options).await.unwrap();
                let ended = drive(&mut fetch, &mut storage, &faulty).await;
                if ended.result.is_ok() && case.is_download {
                    storage.download().unwrap().finish().await.unwrap();
                }
                let checkpoint = fetch.checkpoint().await.unwrap();
                if ended.result.is_err() && !checkpoint.is_empty() {
                    storage.download().unwrap().keep();
                }
                options.checkpoint = Some(checkpoint.into());
                ended
            })
        };
        let ended = fetch_once(&mut options);
        let wrong =
            |what: &str, ended: &Ended| Some(format!("{case:?}: {what}: {:?}", ended.result));
        if case.plan.on.is_none_or(|on| faulty.seen(on) == 0) {
            return wrong("there was no such request", &ended);
        }
        if let Some(what) = self.judge(case, &ended, &output) {
            return wrong(what, &ended);
        }
        if ended.result.is_err() {
            faulty.heal();
            let again = fetch_once(&mut options);
            let what = match again.result.is_ok() {
                true => self.judge(case, &again, &output),
                false => Some("it can't be gone on with"),
            };
            if let Some(what) = what {
                return wrong(what, &again);
            }
        }
        part.exists().then(|| format!("{case:?}: a part is left"))
    }

    fn judge(&self, case: Case, ended: &Ended, output: &Path) -> Option<&'static str> {
        if ended.said.contains(TOKEN) {
            return Some("the token is shown");
        }
        let failure = match &ended.result {
            Ok(Achievement::Published(_)) => return Some("it is published"),
            Ok(Achievement::Found(found)) => {
                let version = &found.version;
                let is_right = version.version == 1 && version.size == Some(self.file.len() as u64);
                return (!is_right || case.is_download).then_some("it is another version");
            }
            Ok(Achievement::Downloaded(download)) => {
                let is_right = download.verified
                    && download.sha256 == sha256(self.file)
                    && fs::read(output).unwrap() == self.file;
                return (!is_right).then_some("the file is another one");
            }
            Err(failure) => failure,
        };
        if case.must_succeed() {
            return Some("it failed");
        }
        if output.exists() {
            return Some("there is a file");
        }
        let is_said = failure.message.contains(&case.words());
        (!is_said).then_some("it does not say what went wrong")
    }
}

#[test]
fn whatever_happens_to_a_request_the_right_bytes_come_or_it_is_said() {
    let (atlas, host) = (Atlas::start(), Host::new("disk.image"));
    let file = gzip();
    host.template(&json!([{
        "type": "atlas", "artifact": ARTIFACT, "artifact_type": KIND, "atlas_url": atlas.url(),
    }]));
    host.write("disk.gz", &file);
    host.artifact("packer.file", "File", &["disk.gz"]);
    receipt(&mut host.publish(&atlas));
    let component = Component::embedded().unwrap();
    let everything = Everything {
        atlas: &atlas,
        component: &component,
        host: &host,
        file: &file,
    };
    let cases = cases();
    let wrong = side_by_side(8, cases.len(), |number| {
        everything.run(number, cases[number])
    });
    let (count, all) = (wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{count} of {all}:\n{}", wrong.join("\n"));
}
