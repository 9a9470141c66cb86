//! Checkpoints: a publication that is broken off anywhere is finished by another one.

use super::*;

fn post_processors(configs: &[&str]) -> Vec<PostProcessor> {
    let post_processor = |config: &&str| PostProcessor {
        config: (*config).into(),
        origin: None,
        chained: false,
    };
    configs.iter().map(post_processor).collect()
}

fn resume_with(
    configs: &[&str],
    artifact: &Artifact,
    checkpoint: &str,
) -> Result<Publication, Vec<Diagnostic>> {
    let options = Options {
        checkpoint: Some(checkpoint.into()),
        ..UNCONFIRMED
    };
    Publication::begin(
        &post_processors(configs),
        &Build::default(),
        artifact,
        options,
        // Another program, other random numbers.
        &Fixed {
            random: 9,
            ..Fixed::default()
        },
    )
}

fn resume(publication: &Publication, artifact: &Artifact) -> Publication {
    let checkpoint = publication.checkpoint();
    assert!(!checkpoint.contains("tok.secret"), "{checkpoint}");
    assert!(!checkpoint.contains("_binstore"), "{checkpoint}");
    assert!(checkpoint.len() < 1000, "{checkpoint}");
    resume_with(&[CONFIG], artifact, &checkpoint).unwrap()
}

/// A server that knows keys, as far as a publication of one file sees it.
#[derive(Default)]
struct Server {
    keys: Vec<String>,
    uploads: u32,
}

impl Server {
    fn answer(&mut self, request: &Request) -> Outcome {
        let header = |name| request.headers.iter().find(|h| h.name == name);
        let key = header("Idempotency-Key").map(|h| h.value.clone());
        let body = match request.method {
            Method::Put => {
                self.uploads += 1;
                String::new()
            }
            Method::Post => {
                // A key stands for one request to one URL.
                let key = format!("{} {}", request.url, key.clone().unwrap());
                let at = self.keys.iter().position(|known| *known == key);
                let version = at.unwrap_or_else(|| {
                    self.keys.push(key);
                    self.keys.len() - 1
                }) + 1;
                UPLOAD.replace('3', &version.to_string())
            }
            _ => FOUND.into(),
        };
        Outcome::Answered(Response {
            status: 200,
            headers: key
                .map(|key| ("Idempotency-Key".into(), key))
                .into_iter()
                .collect(),
            body: body.into(),
            sent: ALL,
            sent_sha256: None,
            saved: None,
        })
    }
}

/// Does the step that is next, whatever it is; false at the end.
fn go_on(publication: &mut Publication, server: &mut Server) -> bool {
    let outcome = match publication.next() {
        Step::Send(request) => server.answer(&request),
        Step::Pack(_) => Outcome::Packed(99),
        Step::Wait(_) => Outcome::Waited,
        Step::Done(_) => return false,
        Step::Failed(failure) => panic!("{failure:?}"),
    };
    publication.respond(outcome, 0, &not_gzip());
    true
}

fn not_gzip() -> Fixed {
    Fixed::file("/out/disk.gz", b"not gzip")
}

#[test]
fn broken_off_anywhere_one_version_is_made() {
    for steps in 0..8 {
        for is_answer_lost in [false, true] {
            let mut server = Server::default();
            let mut publication = begin(CONFIG, &file());
            for _ in 0..steps {
                go_on(&mut publication, &mut server);
            }
            if let (true, Step::Send(request)) = (is_answer_lost, publication.next()) {
                server.answer(&request);
            }
            let mut resumed = resume(&publication, &file());
            while go_on(&mut resumed, &mut server) {}
            assert_eq!(server.keys.len(), 1, "{steps} steps, {is_answer_lost}");
            assert!(server.uploads >= 1);
            let Step::Done(Achievement::Published(receipts)) = resumed.next() else {
                panic!("not done")
            };
            assert_eq!((receipts[0].version, receipts[0].size), (1, Some(99)));
        }
    }
}

#[test]
fn what_is_published_is_not_published_again() {
    let mut server = Server::default();
    let configs = [
        CONFIG.replace("foobar", "one"),
        CONFIG.replace("foobar", "two"),
    ];
    let configs = [configs[0].as_str(), configs[1].as_str()];
    let mut publication = begin_with(&configs.map(|config| (config, false)), &ami()).unwrap();
    for _ in 0..4 {
        go_on(&mut publication, &mut server);
    }
    let request = request(&publication);
    assert!(request.url.ends_with("/hashicorp/two"), "{}", request.url);
    let mut resumed = resume_with(&configs, &ami(), &publication.checkpoint()).unwrap();
    while go_on(&mut resumed, &mut server) {}
    assert!(
        matches!(resumed.next(), Step::Done(Achievement::Published(receipts)) if receipts.len() == 2)
    );
    assert_eq!(server.keys.len(), 2);
}

/// Asks for a version as one configuration says, and then again, resumed with another; the
/// checkpoint.
fn asked_twice_alike(config: &str, later: &str) -> String {
    let answers = [(200, ""), (200, FOUND)];
    let mut publication = begin(config, &ami());
    drive(&mut publication, &answers, &Fixed::default());
    let asked = request(&publication);
    let checkpoint = publication.checkpoint();
    let mut resumed = resume_with(&[later], &ami(), &checkpoint).unwrap();
    drive(&mut resumed, &answers, &Fixed::default());
    assert_eq!(request(&resumed), asked);
    checkpoint
}

#[test]
fn what_was_begun_is_finished_as_it_was_begun() {
    let config = CONFIG.replace(
        "\"token\"",
        r#""metadata": {"at": "{{timestamp}}"}, "token""#,
    );
    asked_twice_alike(&config, &config.replace("{{timestamp}}", "another"));
}

#[test]
fn a_token_in_the_metadata_is_not_written_down() {
    let config = CONFIG.replace("\"token\"", r#""metadata": {"x": "(tok.secret)"}, "token""#);
    let checkpoint = asked_twice_alike(&config, &config);
    assert!(!checkpoint.contains("tok.secret"), "{checkpoint}");
}

#[test]
fn a_checkpoint_is_about_one_artifact() {
    let mut publication = begin(CONFIG, &ami());
    let nothing_yet = publication.checkpoint();
    drive(
        &mut publication,
        &[(200, ""), (200, FOUND)],
        &Fixed::default(),
    );
    let asked = publication.checkpoint();
    let elsewhere = [
        CONFIG.replace("foobar", "other"),
        CONFIG.replace("aws.ami", "other"),
        CONFIG.replace(":1\"", ":2\""),
    ];
    for config in &elsewhere {
        let findings = resume_with(&[config], &ami(), &asked).unwrap_err();
        assert_eq!(findings[0].code.as_str(), "checkpoint-mismatch");
        assert!(
            findings[0]
                .message
                .contains("`us-east-1:ami-1` as aws.ami of http")
        );
        assert!(resume_with(&[config], &ami(), &nothing_yet).is_ok());
    }
    assert!(resume_with(&[CONFIG], &file(), &asked).is_err());
    assert!(resume_with(&[], &ami(), &asked).is_err());
}

#[test]
fn files_that_changed_are_not_what_was_begun() {
    let mut publication = begin(CONFIG, &file());
    drive(&mut publication, &[(200, ""), (200, FOUND)], &disk());
    let mut resumed = resume(&publication, &file());
    drive(&mut resumed, &[(200, "")], &disk());
    let other = Fixed::file("/out/disk.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    drive(&mut resumed, &[(200, FOUND)], &other);
    assert_eq!(failure(&resumed).code, FailureCode::FilesChanged);
}

#[test]
fn a_server_without_keys_tells_the_upload_path_again() {
    let mut publication = begin(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, NO_VERSIONS), (200, UPLOAD)];
    drive_with(&mut publication, &answers, &disk(), false);
    let upload = request(&publication);
    assert_eq!(upload.method, Method::Put);
    let resumed = |answers: &[(u16, &str)]| {
        let mut resumed = resume(&publication, &file());
        drive_with(&mut resumed, &[(200, ""), (200, FOUND)], &disk(), false);
        assert!(request(&resumed).url.ends_with("/search?version=3"));
        drive_with(&mut resumed, answers, &disk(), false);
        resumed
    };
    let listed = format!(r#"{{"versions": [{UPLOAD}]}}"#);
    assert_eq!(request(&resumed(&[(200, &listed)])), upload);
    let gone = resumed(&[(200, NO_VERSIONS), (404, "")]);
    assert_eq!(failure(&gone).code, FailureCode::UnsafeUploadPath);
}

#[test]
fn a_server_without_keys_is_searched_for_what_was_asked() {
    let mut publication = begin(CONFIG, &ami());
    let answers = [(200, ""), (200, FOUND), (200, NO_VERSIONS)];
    drive_with(&mut publication, &answers, &disk(), false);
    let mut resumed = resume(&publication, &ami());
    drive_with(&mut resumed, &[(200, ""), (200, FOUND)], &disk(), false);
    assert!(request(&resumed).url.ends_with("/search?version=any"));
    publication = resumed;
    publication.respond(answer(200, NO_VERSIONS), 0, &disk());
    assert_eq!(request(&publication).method, Method::Post);
}

#[test]
fn anything_else_is_no_checkpoint() {
    let whole = begin(CONFIG, &ami()).checkpoint();
    let mut texts: Vec<String> = (1..whole.len()).map(|end| whole[..end].into()).collect();
    texts.extend(["{}".into(), "[]".into(), whole.replace(":1,", ":2,")]);
    texts.push(whole.replace("\"published\":false", "\"published\":true"));
    for text in texts {
        let findings = resume_with(&[CONFIG], &ami(), &text).unwrap_err();
        assert_eq!(findings[0].code.as_str(), "malformed-checkpoint", "{text}");
    }
    // As `mktemp` makes it.
    assert!(resume_with(&[CONFIG], &ami(), "").is_ok());
}
