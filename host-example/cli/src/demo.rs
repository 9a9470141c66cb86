//! `atlas-host demo`: the whole way once, from a template to an artifact that others find.

use std::error::Error;
use std::fs;
use std::path::Path;

use atlas_host::{
    Component, Ending, FetchOptions, Packer, Query, Receipt, Reporter, ReqwestClient, Run, Sandbox,
    Selection, Silent, Storage, Transfer, drive,
};

use crate::console::Console;
use crate::show;

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

    let component = Component::embedded()?;
    let selection = validate(&component, &template, &url, &token).await?;
    say("The template is valid. Packer would build now. This stands for the AMI that it made:\n");
    say(&format!("    {AMI}\n"));

    say("Publishing it:\n");
    for receipt in publish(&component, &selection).await? {
        say(&format!("\nPublished: {}  {}\n", receipt.slug, receipt.url));
    }

    say(&format!(
        "Who asks Atlas for the latest {ARTIFACT}, as Terraform did, gets:\n"
    ));
    let found = find_latest(&component, &url, &token).await?;
    found.iter().for_each(|line| say(&format!("    {line}")));
    say("");
    server.shutdown().await;

    say("To go on, run an Atlas that stays. It shows its token when it first starts:\n");
    say("    atlas-host serve --data atlas-data\n");
    say("and publish in it from another shell, with a template of your own:\n");
    say("    export ATLAS_ADDRESS=http://127.0.0.1:8080 ATLAS_TOKEN=...");
    say(&format!("    echo '{AMI}' > artifact.json"));
    say("    atlas-host publish --artifact artifact.json template.json");
    say(&format!("    atlas-host find {ARTIFACT} --field ami"));
    Ok(())
}

fn say(text: &str) {
    show::result(text);
}

/// Selects the template's post-processor and checks its configuration.
async fn validate(
    component: &Component,
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
    let selection = instance.select(TEMPLATE.as_bytes(), &run, None).await??;
    for post_processor in &selection.post_processors {
        let checked = instance.validate(post_processor, &selection.build).await?;
        checked?;
    }
    Ok(selection)
}

/// Publishes the AMI, showing each request.
async fn publish(
    component: &Component,
    selection: &Selection,
) -> Result<Vec<Receipt>, Box<dyn Error>> {
    let sandbox = Sandbox::new();
    let mut instance = component.instance(&sandbox).await?;
    let (artifact, _) = instance.artifact_from_record(AMI.as_bytes()).await??;
    let (all, build) = (&selection.post_processors, &selection.build);
    let mut publication = Transfer::publish(instance, all, build, &artifact, None).await??;
    let instance = component.instance(&sandbox).await?;
    let mut reporter = Reporter::new(instance, show::style(0), &build.run.variables).await?;
    let mut storage = Storage::from(Packer::new(component, &sandbox));
    let (client, console) = (ReqwestClient::new(), Console::new());
    let driven = drive(
        &mut publication,
        &client,
        &mut storage,
        &mut reporter,
        &console,
    );
    Ok(driven.await?.into_receipts())
}

/// Asks Atlas as somebody who wants to use the artifact; what he is told.
async fn find_latest(
    component: &Component,
    url: &str,
    token: &str,
) -> Result<Vec<String>, Box<dyn Error>> {
    let options = FetchOptions {
        address: Some(url.to_owned()),
        token: Some(token.to_owned()),
        ..FetchOptions::default()
    };
    let sandbox = Sandbox::new();
    let instance = component.instance(&sandbox).await?;
    let mut fetch = Transfer::find(instance, &Query::new(ARTIFACT), &options).await??;
    let mut reporter =
        Reporter::new(component.instance(&sandbox).await?, show::style(0), &[]).await?;
    let (client, mut storage) = (ReqwestClient::new(), Storage::default());
    let found = drive(&mut fetch, &client, &mut storage, &mut reporter, &Silent).await?;
    Ok(reporter.finish(&Ending::Done(found)).await?.lines)
}
