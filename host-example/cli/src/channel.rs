//! `atlas-host channel`: names that stand for a version, in any Atlas that knows them.
//!
//! The component knows no channels. But it knows where Atlas is, and what a token may be sent to: its search for a version
//! of the type is what these requests are made of. What goes wrong as it could for that search, it tells.

use std::time::Duration;

use atlas_host::{
    Body, Ending, Failure, FetchOptions, Header, HttpClient, Method, Query, Request, Response,
    RetryPolicy, Silent, Step, Storage, Transfer, TransportError,
};
use serde_json::{Value, json};
use url::Url;

use crate::arguments::Channel;
use crate::process::Client;
use crate::session::{Session, run};
use crate::show;

/// Lists, sets or removes a channel.
pub(crate) async fn channel(task: &Channel) -> u8 {
    let at = task.at();
    let begin = async |component| {
        let session = Session::begin(component, &at.telling, b"", &[]).await?;
        Ok((session, ()))
    };
    run(&at.telling, begin, async |session, ()| {
        let options = FetchOptions {
            address: at.address.clone(),
            retry: Some(RetryPolicy {
                attempts: 1,
                timeout_ms: 0,
            }),
            ..FetchOptions::default()
        };
        let instance = session.instance().await?;
        let begun = Transfer::find(instance, &Query::new(&at.slug), &options).await?;
        let mut fetch = session.begun(begun).await?;
        let Step::Send(search) = fetch.next().await? else {
            return Ok(Some(failed(
                "unexpected-answer",
                "there is nothing to send",
            )));
        };
        let answer = send(task, search).await;
        if let Ok(response) = &answer
            && let Some(ending) = read(task, response)
        {
            return Ok(ending.err());
        }
        let status = answer.as_ref().map_or(0, |response| response.status);
        fetch.respond(&answer.into(), Duration::ZERO).await?;
        Ok(Some(match fetch.next().await? {
            Step::Failed(failure) => Ending::Failed(failure),
            _ => failed(
                "unexpected-status",
                &format!("Atlas answered with status {status}"),
            ),
        }))
    })
    .await
}

/// Sends the request for a task, made from a search in the same type.
async fn send(task: &Channel, search: Request) -> Result<Response, TransportError> {
    let other = |error: &str| TransportError::Other(error.to_owned());
    let mut url = Url::parse(&search.url).map_err(|error| other(&error.to_string()))?;
    url.set_query(None);
    {
        let mut path = url.path_segments_mut().map_err(|()| other("no path"))?;
        path.pop().push("channels");
        if let Channel::Set { name, .. } | Channel::Remove { name, .. } = task {
            path.push(name);
        }
    }
    let mut request = Request {
        url: url.into(),
        ..search
    };
    if task.at().telling.verbose > 0 {
        show::line(&format!("  {}", request.url));
    }
    let client = Client::new();
    match task {
        Channel::List { .. } => {}
        Channel::Set { version, .. } => {
            let body = json!({ "channel": { "version": version } });
            request.method = Method::Put;
            request.body = Body::Bytes(body.to_string().into_bytes());
            request.headers.push(Header {
                name: "Content-Type".to_owned(),
                value: "application/json".to_owned(),
                sensitive: false,
            });
        }
        Channel::Remove { .. } => return client.delete(&request).await,
    }
    client
        .send(&request, &mut Storage::default(), &Silent)
        .await
}

/// What an answer means; none if the component knows that.
fn read(task: &Channel, response: &Response) -> Option<Result<(), Ending>> {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let code = match response.status {
        200..=204 => {
            tell(task, &body);
            return Some(Ok(()));
        }
        400 | 403 | 422 => "rejected",
        404 => "nothing-found",
        _ => return None,
    };
    let errors = body.get("errors").and_then(Value::as_array)?.iter();
    let errors: Vec<_> = errors.filter_map(Value::as_str).collect();
    let message = errors.join(", ").replace(char::is_control, " ");
    Some(Err(failed(code, &message)))
}

fn tell(task: &Channel, body: &Value) {
    let slug = &task.at().slug;
    let (document, lines) = match task {
        Channel::List { .. } => {
            let channels = body.get("channels").and_then(Value::as_array);
            let rows: Vec<_> = channels
                .into_iter()
                .flatten()
                .filter_map(|channel| {
                    let name = channel.get("name")?.as_str()?.to_owned();
                    Some([name, channel.get("version")?.to_string()])
                })
                .collect();
            let document = json!({ "channels": body.get("channels") });
            (document, show::table(&rows))
        }
        Channel::Set { name, version, .. } => (
            json!({ "channel": { "name": name, "version": version } }),
            vec![format!("{slug} {name}: {version}")],
        ),
        Channel::Remove { name, .. } => (
            json!({ "removed": name }),
            vec![format!("{slug} has no channel {name} any more.")],
        ),
    };
    show::done(&document, &lines, task.at().telling.json);
}

fn failed(code: &str, message: &str) -> Ending {
    Ending::Failed(Failure {
        code: code.to_owned(),
        message: message.to_owned(),
        published: Vec::new(),
    })
}
