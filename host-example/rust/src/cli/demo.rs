//! `atlas-host demo`: the whole way once, from a template to an artifact that others find.

use std::error::Error;
use std::fs;
use std::path::Path;

use atlas_host::{
    Artifact, Body, DriveError, Header, HttpClient, Packing, PostProcessor, Receipt, Request,
    ReqwestClient, Run, Sandbox, Selection, Silent, drive,
};
use serde_json::Value;

use super::masking::Mask;
use super::outcome::slug;
use super::show;
use super::watching::Watching;

/// The documented example of the post-processor, for an Atlas of our own.
const TEMPLATE: &str = include_str!("demo-template.json");
/// The AMI that a build of it would have made.
const AMI: &str = r#"{ "builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-4f8fae26" }"#;
const ARTIFACT: &str = "hashicorp/foobar/aws.ami";

/// Shows what this program is for.
pub(crate) async fn demo() -> u8 {
    match tell().await {
        Ok(()) => 0,
        Err(error) => {
            show::error("demo-failed", &error.to_string());
            1
        }
    }
}

async fn tell() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let template = directory.path().join("template.json");
    fs::write(&template, TEMPLATE)?;
    say("A Packer template that publishes an AMI in Atlas, as the post-processor's documentation");
    say("has it. After builders and provisioners comes:\n");
    let post_processors = |line: &&str| !line.contains("post-processors");
    TEMPLATE
        .lines()
        .skip_while(post_processors)
        .take_while(|line| *line != "}")
        .for_each(say);

    let options = atlas_server::Options::new(directory.path().join("atlas"));
    let server = atlas_server::start(options).await?;
    let token = server
        .token()
        .ok_or("the new Atlas has no token")?
        .to_owned();
    let url = server.url();
    say(&format!(
        "\nUntil the demo ends, an Atlas to publish in runs at {url}.\n"
    ));

    let component = PostProcessor::embedded()?;
    let selection = validate(&component, &template, &url, &token).await?;
    say("The template is valid. Packer would build now. This stands for the AMI that it made:\n");
    say(&format!("    {AMI}\n"));

    say("Publishing it:\n");
    for receipt in publish(&component, &selection, &token).await? {
        say(&format!(
            "\nPublished: {}  {}\n",
            slug(&receipt),
            receipt.url
        ));
    }

    let version = search_latest(&url, &token).await?;
    say(&format!(
        "Who asks Atlas for the latest {ARTIFACT}, as Terraform does, gets:\n"
    ));
    say(&format!("{version:#}\n"));
    server.shutdown().await;

    say("To go on, run an Atlas that stays. It shows its token when it first starts:\n");
    say("    atlas-host serve --data atlas-data\n");
    say("and publish in it from another shell, with a template of your own:\n");
    say("    export ATLAS_ADDRESS=http://127.0.0.1:8080 ATLAS_TOKEN=...");
    say(&format!("    echo '{AMI}' > artifact.json"));
    say("    atlas-host publish --artifact artifact.json template.json");
    Ok(())
}

fn say(text: &str) {
    show::result(text);
}

/// Selects the template's post-processor and checks its configuration.
async fn validate(
    component: &PostProcessor,
    template: &Path,
    url: &str,
    token: &str,
) -> Result<Selection, Box<dyn Error>> {
    let run = Run {
        template_path: template.to_str().map(str::to_owned),
        variables: vec![
            ("atlas_url".to_owned(), url.to_owned()),
            ("atlas_token".to_owned(), token.to_owned()),
        ],
        ..Run::default()
    };
    let mut instance = component.instance(&Sandbox::new()).await?;
    let selection = instance.select(TEMPLATE, &run, None).await??;
    for post_processor in &selection.post_processors {
        let checked = instance.validate(post_processor, &selection.build).await?;
        checked?;
    }
    Ok(selection)
}

/// Publishes the AMI, showing each request.
async fn publish(
    component: &PostProcessor,
    selection: &Selection,
    token: &str,
) -> Result<Vec<Receipt>, Box<dyn Error>> {
    let mut instance = component.instance(&Sandbox::new()).await?;
    let artifact: Artifact = instance.artifact_from_record(AMI).await??;
    let begun = instance
        .begin(
            &selection.post_processors,
            &selection.build,
            &artifact,
            None,
        )
        .await?;
    let mut publication = begun?;
    let mask = Mask::new(&[("token".to_owned(), token.to_owned())]);
    let watching = Watching::new(0, &mask);
    let receipts = drive(
        &mut publication,
        &ReqwestClient::new(),
        &Packing::default(),
        &watching,
    )
    .await;
    receipts.map_err(|error: DriveError| error.into())
}

/// Asks Atlas as a client that wants to use the artifact.
async fn search_latest(url: &str, token: &str) -> Result<Value, Box<dyn Error>> {
    let request = Request {
        purpose: format!("search {ARTIFACT}"),
        method: "GET".to_owned(),
        url: format!("{url}/api/v1/artifacts/{ARTIFACT}/search?version=latest"),
        sensitive_url: false,
        headers: vec![Header {
            name: "X-Atlas-Token".to_owned(),
            value: token.to_owned(),
            sensitive: true,
        }],
        body: Body::Empty,
        timeout_ms: 10_000,
        response_limit: 1 << 20,
    };
    let response = ReqwestClient::new().send(&request, None, &Silent).await?;
    let found: Value = serde_json::from_slice(&response.body)?;
    let version = found
        .pointer("/versions/0")
        .ok_or("the search found nothing")?;
    let shown = |name: &str| Some((name.to_owned(), version.get(name)?.clone()));
    Ok(["slug", "id", "metadata"]
        .into_iter()
        .filter_map(shown)
        .collect())
}
