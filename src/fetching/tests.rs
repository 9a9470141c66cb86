//! The way of a fetch, answer by answer.

use super::*;
use crate::atlas::{Header, Response, Saved};
use crate::file_error::FileError;
use crate::platform::fixed::Fixed;
use crate::steps::Download;

const BASE: &str = "https://atlas.example";
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn query(slug: &str) -> Query {
    Query {
        slug: slug.into(),
        ..Query::default()
    }
}

fn options() -> Options {
    Options {
        address: Some(BASE.into()),
        token: Some("tok-secret".into()),
        ..Options::default()
    }
}

fn find(query: Query) -> Fetch {
    Fetch::find(query, options(), &Fixed::default()).unwrap()
}

/// A download whose version is found: of 4 bytes with that SHA-256.
fn download() -> Fetch {
    resumed(None, 0)
}

fn resumed(checkpoint: Option<&str>, saved: u64) -> Fetch {
    let options = Options {
        checkpoint: checkpoint.map(|text| text.as_bytes().to_owned()),
        saved,
        ..options()
    };
    let mut fetch = Fetch::download(query("a/b/c"), options, &Fixed::default()).unwrap();
    // What an earlier run saved is not lost if this one is stopped here.
    assert_eq!(fetch.checkpoint(), checkpoint.unwrap_or_default());
    fetch.respond(found(SHA256), 1, &Fixed::default());
    fetch
}

fn found(sha256: &str) -> Outcome {
    answer(
        200,
        &format!(
            r#"{{"versions": [{{"version": 3, "id": "x", "file": true, "metadata": {{"arch": "x64"}},
                "size": 4, "sha256": "{sha256}"}}]}}"#
        ),
    )
}

fn answer(status: u16, body: &str) -> Outcome {
    Outcome::Answered(Response {
        status,
        body: body.into(),
        ..Response::default()
    })
}

/// An answer to the download whose body went into the file.
fn saved(status: u16, headers: &[(&str, &str)], size: u64, sha256: Option<&str>) -> Outcome {
    let headers = headers.iter().map(|(n, v)| ((*n).into(), (*v).into()));
    Outcome::Answered(Response {
        status,
        headers: headers.collect(),
        saved: Some(Saved {
            size,
            sha256: sha256.map(str::to_owned),
            error: sha256.is_none().then_some(TransportError::Interrupted),
        }),
        ..Response::default()
    })
}

fn respond(fetch: &mut Fetch, outcome: Outcome) {
    fetch.respond(outcome, 1, &Fixed::default());
}

fn request(fetch: &Fetch) -> Request {
    match fetch.next() {
        Step::Send(request) => request,
        step => panic!("{step:?}"),
    }
}

fn failure(fetch: &Fetch) -> Failure {
    match fetch.next() {
        Step::Failed(failure) => failure,
        step => panic!("{step:?}"),
    }
}

fn downloaded(fetch: &Fetch) -> Download {
    match fetch.next() {
        Step::Done(Achievement::Downloaded(download)) => download,
        step => panic!("{step:?}"),
    }
}

fn header(request: &Request, name: &str) -> Option<String> {
    let mut headers = request.headers.iter();
    let found = headers.find(|h: &&Header| h.name == name);
    found.map(|h| h.value.clone())
}

/// The pause that comes next, waited out.
fn wait(fetch: &mut Fetch) -> String {
    match fetch.next() {
        Step::Wait(pause) => {
            respond(fetch, Outcome::Waited);
            pause.reason
        }
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_version_is_searched_for() {
    let mut fetch = find(Query {
        version: Some("any".into()),
        metadata: vec![("arch".into(), Some("x 64".into())), ("os".into(), None)],
        ..query("a/b/c")
    });
    let sent = request(&fetch);
    let url = "https://atlas.example/api/v1/artifacts/a/b/c/search?metadata.1.key=arch\
               &metadata.1.value=x+64&metadata.2.key=os&version=any";
    assert_eq!(sent.url, url);
    assert_eq!(
        header(&sent, "X-Atlas-Token").as_deref(),
        Some("tok-secret")
    );
    let body = r#"{"versions": [{"version": 3, "id": "x", "file": false,
        "metadata": {"arch": "x 64", "os": "linux"}}]}"#;
    respond(&mut fetch, answer(200, body));
    let Step::Done(Achievement::Found(found)) = fetch.next() else {
        panic!("{:?}", fetch.next());
    };
    assert_eq!(found.version.slug, "a/b/c/3");
    assert_eq!(found.version.url, None);
    assert_eq!(fetch.checkpoint(), "");
}

#[test]
fn where_nobody_answers_is_told() {
    let error = TransportError::ResponseTooLarge;
    let mut fetch = find(query("a/b/c"));
    respond(&mut fetch, Outcome::NoAnswer(error.clone()));
    let url = "https://atlas.example/api/v1/artifacts/a/b/c/search?version=latest";
    assert_eq!(
        failure(&fetch).message,
        format!("could not find the latest version of a/b/c (GET {url}): {error}")
    );
    let mut fetch = download();
    respond(&mut fetch, Outcome::NoAnswer(error.clone()));
    let said = failure(&fetch).message;
    assert!(
        said.starts_with("could not download the file of a/b/c/3"),
        "{said}"
    );
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let mut fetch = find(query("a/b/c/9"));
    respond(&mut fetch, answer(404, ""));
    assert!(request(&fetch).url.ends_with("/search?version=any"));
    respond(&mut fetch, found(SHA256));
    let failure = failure(&fetch);
    assert_eq!(failure.code, FailureCode::NothingFound);
    let told = "a/b/c/9 is not there; the newest version is a/b/c/3 with arch=x64";
    assert_eq!(failure.message, told);

    let mut fetch = find(query("a/b/c"));
    respond(&mut fetch, answer(200, r#"{"versions": []}"#));
    respond(&mut fetch, answer(500, ""));
    let told = "the latest version of a/b/c is not there; there is no version of a/b/c, or none that \
                this token may see";
    let Step::Failed(failure) = fetch.next() else {
        panic!("{:?}", fetch.next());
    };
    assert_eq!(failure.message, told);
}

#[test]
fn without_a_token_nobody_asks_and_none_goes_where_nobody_said() {
    let begin = |address: Option<&str>, token: Option<&str>, environment: Option<&str>| {
        let options = Options {
            address: address.map(str::to_owned),
            token: token.map(str::to_owned),
            ..Options::default()
        };
        let platform = match environment {
            Some(token) => Fixed::env(&[("ATLAS_TOKEN", token)]),
            None => Fixed::default(),
        };
        Fetch::find(query("a/b/c"), options, &platform)
    };
    let anonymous = begin(Some(BASE), None, None).unwrap();
    assert_eq!(header(&request(&anonymous), "X-Atlas-Token"), None);
    let refused = begin(None, None, Some("tok")).unwrap_err();
    assert_eq!(refused[0].code, crate::diagnostic::Code::NoAddress);
    assert!(begin(None, Some("tok"), None).is_ok());
    assert!(begin(Some(BASE), None, Some("tok")).is_ok());
    assert!(begin(Some(BASE), Some("t k"), None).is_err());
    assert!(begin(Some("ftp://x"), Some("tok"), None).is_err());
}

#[test]
fn a_readable_token_is_warned_of() {
    let begin = |token: Option<&str>, environment: &[(&str, &str)]| {
        let options = Options {
            address: environment
                .is_empty()
                .then(|| "http://atlas.example".into()),
            token: token.map(str::to_owned),
            ..Options::default()
        };
        let fetch = Fetch::download(query("a/b/c"), options, &Fixed::env(environment)).unwrap();
        let warnings = fetch.warnings().iter();
        let found = warnings.map(|w| format!("{:?} {:?} {}", w.code, w.source, w.pointer));
        found.collect::<Vec<_>>()
    };
    assert_eq!(begin(Some("tok"), &[]), ["InsecureUrl Query /address"]);
    assert!(begin(None, &[]).is_empty());
    let variable = [("ATLAS_ADDRESS", "http://atlas.example")];
    assert_eq!(begin(Some("tok"), &variable), ["InsecureUrl Environment "]);
    assert!(begin(Some("tok"), &[("ATLAS_ADDRESS", BASE)]).is_empty());
}

#[test]
fn a_file_is_downloaded_and_compared() {
    let mut fetch = download();
    let sent = request(&fetch);
    assert_eq!(
        sent.url,
        "https://atlas.example/api/v1/artifacts/a/b/c/3/file"
    );
    assert_eq!((sent.save_at, header(&sent, "Range")), (Some(0), None));
    respond(&mut fetch, saved(200, &[], 4, Some(SHA256)));
    let done = downloaded(&fetch);
    assert_eq!((done.size, done.verified), (4, true));
    assert_eq!(fetch.checkpoint(), "");

    for (size, sha256) in [(4, "00"), (5, SHA256)] {
        let mut fetch = download();
        respond(&mut fetch, saved(200, &[], size, Some(sha256)));
        assert_eq!(failure(&fetch).code, FailureCode::FileDiffers);
        assert_eq!(fetch.checkpoint(), "", "nothing is worth keeping");
    }
}

#[test]
fn no_more_is_saved_than_the_file_has() {
    let mut fetch = download();
    assert_eq!(request(&fetch).save_limit, 4);
    let mut endless = saved(200, &[], 5, None);
    if let Outcome::Answered(Response {
        saved: Some(saved), ..
    }) = &mut endless
    {
        saved.error = Some(TransportError::ResponseTooLarge);
    }
    respond(&mut fetch, endless);
    assert_eq!(failure(&fetch).code, FailureCode::FileDiffers);
    assert_eq!(fetch.checkpoint(), "");
}

#[test]
fn what_breaks_off_goes_on_where_it_was() {
    let mut fetch = download();
    let etag = [("ETag", "\"e\""), ("Content-Length", "4")];
    respond(&mut fetch, saved(200, &etag, 2, None));
    assert_eq!(wait(&mut fetch), "the connection broke");
    let sent = request(&fetch);
    assert_eq!(header(&sent, "Range").as_deref(), Some("bytes=2-"));
    assert_eq!(header(&sent, "If-Range").as_deref(), Some("\"e\""));
    assert_eq!(sent.save_at, Some(2));
    // In another process.
    let checkpoint = fetch.checkpoint();
    assert!(!checkpoint.contains("secret"));
    let again = Options {
        checkpoint: Some(checkpoint.clone().into()),
        saved: 3,
        ..options()
    };
    let again = Fetch::download(query("a/b/c"), again, &Fixed::default()).unwrap();
    assert_eq!(again.checkpoint(), checkpoint, "before anything is found");
    let mut later = resumed(Some(&checkpoint), 3);
    assert_eq!(
        header(&request(&later), "Range").as_deref(),
        Some("bytes=3-")
    );
    let range = [("Content-Range", "bytes 3-3/4")];
    respond(&mut later, saved(206, &range, 4, Some(SHA256)));
    assert!(downloaded(&later).verified);
    // The server sends all of it.
    respond(&mut fetch, saved(200, &etag, 4, Some(SHA256)));
    assert_eq!(downloaded(&fetch).size, 4);
}

#[test]
fn what_is_there_is_kept_for_a_new_token() {
    let mut fetch = download();
    respond(&mut fetch, saved(200, &[], 2, None));
    wait(&mut fetch);
    respond(&mut fetch, answer(401, ""));
    assert_eq!(failure(&fetch).code, FailureCode::AuthenticationFailed);
    assert_ne!(fetch.checkpoint(), "");
}

#[test]
fn two_halves_of_different_files_are_no_file() {
    let mut fetch = download();
    respond(&mut fetch, saved(200, &[], 2, None));
    wait(&mut fetch);
    respond(
        &mut fetch,
        saved(206, &[("Content-Range", "bytes 0-3/4")], 6, Some("00")),
    );
    assert!(wait(&mut fetch).contains("another part"));
    assert_eq!(request(&fetch).save_at, Some(0), "from its start");
    respond(&mut fetch, saved(200, &[], 2, None));
    wait(&mut fetch);
    let range = [("Content-Range", "bytes 2-3/4")];
    respond(&mut fetch, saved(206, &range, 4, Some("00")));
    assert!(wait(&mut fetch).contains("its SHA-256 is 00"));
    assert_eq!(request(&fetch).save_at, Some(0), "once more");
    respond(&mut fetch, saved(200, &[], 4, Some("00")));
    assert_eq!(failure(&fetch).code, FailureCode::FileDiffers);
}

#[test]
fn a_download_ends() {
    let mut fetch = download();
    for _ in 1..crate::delivery::RetryPolicy::default().attempts {
        respond(&mut fetch, saved(200, &[], 2, None));
        wait(&mut fetch);
    }
    respond(&mut fetch, saved(200, &[], 2, None));
    let failure = failure(&fetch);
    assert_eq!(failure.code, FailureCode::Transport);
    assert!(failure.message.ends_with("(tried 8 times)"), "{failure:?}");
    assert_ne!(fetch.checkpoint(), "", "it can be gone on with");

    let mut fetch = download();
    let full = TransportError::BodyNotSaved(FileError::NoSpace);
    respond(&mut fetch, Outcome::NoAnswer(full));
    assert_eq!(self::failure(&fetch).code, FailureCode::FileNotWritten);
}

#[test]
fn the_token_stays_where_atlas_is() {
    let redirect = |to: &str| {
        let mut fetch = download();
        respond(
            &mut fetch,
            Outcome::Answered(Response {
                status: 302,
                headers: vec![("Location".into(), to.into())],
                ..Response::default()
            }),
        );
        fetch
    };
    let elsewhere = redirect("https://storage.example/KEY-0123456789?sig=a");
    let sent = request(&elsewhere);
    assert_eq!(sent.url, "https://storage.example/KEY-0123456789?sig=a");
    assert!(sent.sensitive_url && sent.save_at == Some(0));
    assert_eq!(header(&sent, "X-Atlas-Token"), None);
    let here = request(&redirect("/files/3"));
    assert_eq!(here.url, "https://atlas.example/files/3");
    assert!(header(&here, "X-Atlas-Token").is_some());
    for unsafe_goal in [
        "http://storage.example/x",
        "https://127.0.0.1/x",
        "file:///x",
    ] {
        let failure = failure(&redirect(unsafe_goal));
        assert_eq!(failure.code, FailureCode::UnexpectedStatus, "{unsafe_goal}");
    }
    // After a break it is asked for anew where Atlas is: links expire.
    let mut fetch = elsewhere;
    let broken = Outcome::NoAnswer(TransportError::Other(
        "storage.example/KEY-0123456789".into(),
    ));
    respond(&mut fetch, broken);
    assert_eq!(wait(&mut fetch), "storage.example[redacted]");
    assert!(request(&fetch).url.starts_with(BASE));
}

#[test]
fn checkpoints_of_something_else_are_refused() {
    let code = |text: &str, slug: &str| {
        let options = Options {
            checkpoint: Some(text.into()),
            ..options()
        };
        let begun = Fetch::download(query(slug), options, &Fixed::default());
        begun
            .map(drop)
            .map_err(|findings| findings[0].code.as_str())
    };
    let checkpoint = download().checkpoint();
    assert_eq!(code(&checkpoint, "a/b/c"), Ok(()));
    assert_eq!(code(&checkpoint, "a/b/c/3"), Ok(()));
    for other in ["a/b/d", "a/b/c/4"] {
        assert_eq!(code(&checkpoint, other), Err("checkpoint-mismatch"));
    }
    for text in [
        "{",
        "{}",
        r#"{"atlas_checkpoint": 1, "jobs": []}"#,
        r#"{"atlas_download": 2}"#,
    ] {
        assert_eq!(code(text, "a/b/c"), Err("malformed-checkpoint"), "{text}");
    }
    assert_eq!(code("", "a/b/c"), Ok(()));
}
