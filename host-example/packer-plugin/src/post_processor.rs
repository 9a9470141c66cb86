//! The post-processor as Packer calls it.

use std::sync::{Arc, Mutex, PoisonError};

use atlas_host::Component;
use go_plugin::log;
use rmpv::Value;
use serde_bytes::ByteBuf;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::configuration::{ARGUMENTS, Configuration};
use crate::protocol::client::Client;
use crate::protocol::config_spec::{self, Coding};
use crate::protocol::messages::{BasicError, ConfigSpecResponse, Configs, PostProcessResponse};
use crate::protocol::mux::Mux;
use crate::protocol::remote_artifact::RemoteArtifact;
use crate::protocol::server::{Reply, Service, argument, no_method, reply, serve};
use crate::protocol::ui::Ui;
use crate::published::Published;
use crate::publishing::{check, publish};
use crate::watching::watch;

/// What Packer shows when somebody has stopped it.
const CANCELLED: &str = "cancelled: nothing more is sent to Atlas";

/// One `atlas` post-processor of a template. Packer starts a process for each.
pub struct AtlasPostProcessor {
    mux: Mux,
    coding: Coding,
    component: OnceCell<Component>,
    configuration: Mutex<Option<Arc<Configuration>>>,
    cancelled: CancellationToken,
}

impl AtlasPostProcessor {
    /// A post-processor on Packer's connection, which tells its arguments in that coding.
    pub fn new(mux: Mux, coding: Coding) -> Self {
        Self {
            mux,
            coding,
            component: OnceCell::new(),
            configuration: Mutex::new(None),
            cancelled: CancellationToken::new(),
        }
    }

    /// Loaded when it is needed: a plugin that starts is not always used.
    async fn component(&self) -> Result<&Component, String> {
        let load = async || Component::embedded();
        let loaded = self.component.get_or_try_init(load).await;
        loaded.map_err(|error| error.to_string())
    }

    fn config_spec(&self) -> Reply {
        reply(&ConfigSpecResponse {
            config_spec: ByteBuf::from(config_spec::encode(&ARGUMENTS, self.coding)),
        })
    }

    /// Packer configures a post-processor of an HCL2 template anew when the build has its values.
    async fn configure(&self, configs: Configs) -> Reply {
        let configuration = Configuration::read(configs.configs)?;
        let component = self.component().await?;
        check(component, &configuration).await?;
        let mut current = self
            .configuration
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::new(configuration));
        Ok(Value::Nil)
    }

    async fn post_process(&self, stream: u32) -> PostProcessResponse {
        match self.publish(stream).await {
            Ok(published) => PostProcessResponse {
                keep: true,
                stream_id: published.map_or(0, |published| self.serve(published)),
                ..PostProcessResponse::default()
            },
            Err(message) => PostProcessResponse {
                err: Some(BasicError { message }),
                ..PostProcessResponse::default()
            },
        }
    }

    /// Publishes the artifact that Packer serves on that stream.
    async fn publish(&self, stream: u32) -> Result<Option<Published>, String> {
        let configuration = self
            .configuration
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or("Packer has not configured the post-processor")?;
        let component = self.component().await?;
        let stream = self.mux.open(stream).await;
        let stream = stream.map_err(|error| format!("Packer can't be asked: {error}"))?;
        let packer = Client::new(stream);
        let artifact = RemoteArtifact::new(packer.clone());
        let ui = Ui::new(packer);

        let (watching, shown) = watch();
        let publishing = async {
            let publishing = publish(component, &configuration, &artifact, &watching);
            let published = tokio::select! {
                published = publishing => published,
                () = self.cancelled.cancelled() => Err(CANCELLED.to_owned()),
            };
            drop(watching);
            published
        };
        let (published, ()) = tokio::join!(publishing, shown.show(&ui));
        Ok(published?.map(Published::new))
    }

    /// Serves what was published; the number of the stream.
    fn serve(&self, published: Published) -> u32 {
        let number = self.mux.next_number();
        let mux = self.mux.clone();
        tokio::spawn(async move {
            let served = async { serve(mux.accept(number).await?, Arc::new(published)).await };
            if let Err(error) = served.await {
                log(&format!(
                    "Packer does not look at what was published: {error}"
                ));
            }
        });
        number
    }
}

impl Service for AtlasPostProcessor {
    async fn call(&self, method: &str, value: Value) -> Reply {
        match method {
            "PostProcessor.ConfigSpec" => self.config_spec(),
            "PostProcessor.Configure" => self.configure(argument(method, value)?).await,
            "PostProcessor.PostProcess" => {
                reply(&self.post_process(argument(method, value)?).await)
            }
            "PostProcessor.Cancel" => {
                self.cancelled.cancel();
                Ok(Value::Nil)
            }
            _ => no_method(method),
        }
    }
}
