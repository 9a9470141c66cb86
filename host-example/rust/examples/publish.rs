//! Publishes an artifact as a template says, and shows what is done:
//! `ATLAS_TOKEN=… cargo run --package atlas-host --example publish -- TEMPLATE ARTIFACT`

use std::{env, fs};

use atlas_host::{
    Component, Observer, Packer, Reporter, ReqwestClient, Run, Sandbox, Storage, Style, Transfer,
    drive,
};

struct Console;

impl Observer for Console {
    fn line(&self, text: &str) {
        eprintln!("{text}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [template, record] = arguments.as_slice() else {
        return Err("usage: publish TEMPLATE ARTIFACT".into());
    };
    let (template, record) = (fs::read(template)?, fs::read(record)?);

    let atlas = Component::embedded()?;
    let names = atlas
        .instance(&Sandbox::new())
        .await?
        .environment(&template)
        .await?;
    let sandbox = Sandbox::new().own_environment(&names);
    let mut instance = atlas.instance(&sandbox).await?;
    let selected = instance.select(&template, &Run::default(), None).await??;
    let (mut artifact, _) = instance.artifact_from_record(&record).await??;
    artifact.resolve_files();

    // The artifact's files are read by an instance that sees their directories, and nothing else.
    let files = sandbox.clone().artifact_directories(&artifact);
    let instance = atlas.instance(&files).await?;
    let (all, build) = (&selected.post_processors, &selected.build);
    let mut publication = Transfer::publish(instance, all, build, &artifact, None).await??;

    let reporting = atlas.instance(&sandbox).await?;
    let mut reporter = Reporter::new(reporting, Style::default(), &build.run.variables).await?;
    let mut storage = Storage::from(Packer::new(&atlas, &files));
    let http = ReqwestClient::new();
    let done = drive(
        &mut publication,
        &http,
        &mut storage,
        &mut reporter,
        &Console,
    )
    .await?;
    for receipt in done.into_receipts() {
        println!("{}  {}", receipt.slug, receipt.url);
    }
    Ok(())
}
