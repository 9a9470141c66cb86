//! Whatever happens to a publication, a version is published exactly once with the right bytes, or it is
//! said what went wrong, and nothing is made twice.

use atlas_host::{
    Artifact, Build, Component, Options, PostProcessor, Run, Sandbox, Storage, Transfer,
};
use serde_json::{Value, json};

use super::support::atlas::{Atlas, TOKEN};
use super::support::fault_plan::{Fault, Plan};
use super::support::faults::FaultyAtlas;
use super::support::host::{Host, said};
use super::support::side_by_side;
use super::{Ended, FAULTS, drive, gzip, is_done_unseen, is_unreadable, retry, runtime};

const OF_ALL: [&str; 5] = [
    "GET authenticate",
    "GET artifact",
    "POST artifact",
    "POST version",
    "GET search",
];

/// How the file of a version is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// There is none.
    Not,
    Whole,
    InPieces,
}

/// One publication with one fault.
#[derive(Debug, Clone, Copy)]
struct Case {
    plan: Plan,
    sent: Sent,
}

impl Case {
    fn on(&self, request: &str) -> bool {
        self.plan.on == Some(request)
    }

    /// Whether it must be published in spite of the fault.
    fn must_succeed(&self) -> bool {
        let (is_once, fault) = (self.plan.times == 1, self.plan.fault);
        let is_file = ["PUT binstore", "PATCH binstore"]
            .iter()
            .any(|on| self.on(on));
        if is_file && is_done_unseen(fault) {
            // The file is seen to be there.
            return true;
        }
        let came_before = self
            .plan
            .before
            .is_some_and(|(_, fault)| is_done_unseen(fault));
        // Where nobody listens there is nothing to be seen.
        if came_before && fault != Fault::Refused {
            return true;
        }
        if self.on("POST version")
            && !self.plan.keys
            && self.sent != Sent::Not
            && is_done_unseen(fault)
        {
            // Whose version waits for a file there can't be known.
            return false;
        }
        if !is_unreadable(fault) {
            return is_once;
        }
        match self.plan.on {
            // The body of their answers does not matter.
            Some("GET authenticate" | "POST binstore" | "HEAD binstore") => true,
            Some("POST version" | "GET search") => is_once,
            _ => false,
        }
    }

    /// The most versions that there may be after it.
    fn most_versions(&self) -> usize {
        let comes_before = ["GET authenticate", "GET artifact", "POST artifact"];
        usize::from(self.must_succeed() || !comes_before.iter().any(|request| self.on(request)))
    }
}

fn cases() -> Vec<Case> {
    let mut kinds = Vec::new();
    for keys in [true, false] {
        for sent in [Sent::Not, Sent::InPieces] {
            kinds.extend(OF_ALL.map(|on| (keys, sent, on, None)));
        }
        kinds.extend(["POST version", "PUT binstore"].map(|on| (keys, Sent::Whole, on, None)));
    }
    kinds.extend(["POST binstore", "PATCH binstore"].map(|on| (true, Sent::InPieces, on, None)));
    // What looks how far it came is sent after another fault.
    kinds.extend([Fault::ResetInBody, Fault::AnswerLost].map(|fault| {
        let before = Some(("PATCH binstore", fault));
        (true, Sent::InPieces, "HEAD binstore", before)
    }));
    let mut cases = Vec::new();
    for (keys, sent, on, before) in kinds {
        for fault in FAULTS {
            for times in [1, usize::MAX] {
                let plan = Plan {
                    before,
                    keys,
                    pieces: sent == Sent::InPieces,
                    ..Plan::new(on, times, fault)
                };
                cases.push(Case { plan, sent });
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
            files: match case.sent {
                Sent::Not => Vec::new(),
                Sent::Whole | Sent::InPieces => vec![disk.to_str().unwrap().to_owned()],
            },
            metadata: None,
            artifact_type: None,
        };
        let ended = runtime().block_on(async {
            let sandbox = Sandbox::new().directory(self.host.root());
            let instance = self.component.instance(&sandbox).await.unwrap();
            let all = [config_of(&config)];
            let options = options();
            let begun =
                Transfer::publish(instance, &all, &build(), &artifact, Some(&options)).await;
            let begun = begun.unwrap();
            drive(&mut begun.unwrap(), &mut Storage::default(), &faulty).await
        });
        if case.plan.on.is_none_or(|on| faulty.seen(on) == 0) {
            return Some(format!("{case:?}: there was no such request"));
        }
        self.judge(number, case, ended)
    }

    fn judge(&self, number: usize, case: Case, ended: Ended) -> Option<String> {
        let artifact = format!("hashicorp/n{number}/disk.image");
        let listing = self.atlas.listing(&artifact);
        let complete = listing["versions"].as_array().map_or(0, Vec::len);
        let incomplete = listing["incomplete"].as_array().map_or(0, Vec::len);
        let result = format!("{:?}", ended.result);
        let wrong = |what: &str| Some(format!("{case:?}: {what}: {result} {listing}"));
        if ended.said.contains(TOKEN) {
            return wrong("the token is shown");
        }
        match ended.result {
            Ok(achievement) => {
                let receipts = achievement.into_receipts();
                if (complete, incomplete) != (1, 0) || receipts[0].version != 1 {
                    return wrong("there is not one complete version");
                }
                if case.sent != Sent::Not && self.atlas.file(&format!("{artifact}/1")) != self.file
                {
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

fn config_of(config: &Value) -> PostProcessor {
    PostProcessor {
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
        retry: retry(),
        confirm: true,
        checkpoint: None,
    }
}

#[test]
fn whatever_happens_to_a_request_one_version_is_made_or_it_is_said() {
    let (atlas, host) = (Atlas::start(), Host::new("disk.image"));
    let file = gzip();
    host.write("disk.gz", &file);
    let component = Component::embedded().unwrap();
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
        ..Plan::new("", 1, fault)
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
