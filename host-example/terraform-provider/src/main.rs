//! `terraform-provider-atlas`: Terraform starts it.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use go_plugin::{Listener, ignore_signals, log};
use terraform_provider_atlas::TERRAFORM;
use terraform_provider_atlas::calls::ProviderService;
use terraform_provider_atlas::protocol::serving::serve;
use terraform_provider_atlas::protocol::tls::Tls;
use terraform_provider_atlas::provider::Provider;

/// The version of the handshake, which has never had another.
const HANDSHAKE: &str = "1";
/// The version of the plugin protocol. Terraform 0.12 and later have it.
const PROTOCOL: &str = "5";
/// The variable with all versions of the plugin protocol that Terraform has.
const PROTOCOLS: &str = "PLUGIN_PROTOCOL_VERSIONS";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    if !TERRAFORM.has_started_us() {
        let what_to_do = "see its README for how to install it, then run `terraform init` with `provider \"atlas\"` \
                          in the configuration.";
        return Err(TERRAFORM.refusal(what_to_do).into());
    }
    // Terraform before 0.12 has version 4, and tells none.
    let versions = env::var(PROTOCOLS).unwrap_or_default();
    if !versions.split(',').any(|version| version == PROTOCOL) {
        return Err("This provider needs Terraform 0.12 or later".into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve_terraform());
    // What is still under way must not keep us.
    runtime.shutdown_background();
    served
}

async fn serve_terraform() -> Result<(), Box<dyn Error>> {
    ignore_signals()?;
    let tls = Tls::from_environment()?;
    let service = ProviderService::new(Provider::new()?);
    let listener = Listener::bind(&TERRAFORM).await?;
    let (acceptor, certificate) = match tls {
        Some(tls) => (Some(tls.acceptor), format!("|{}", tls.certificate)),
        None => (None, String::new()),
    };
    let before = format!("{HANDSHAKE}|{PROTOCOL}|");
    listener.announce(&before, &format!("|grpc{certificate}"))?;
    Ok(serve(listener, acceptor, service).await?)
}
