//! What Terraform asks of the provider, and what it is answered.

use std::sync::{Mutex, PoisonError};

use atlas_host::{Component, Error, Query, ReqwestClient};
use go_plugin::log;
use tokio_util::sync::CancellationToken;

use crate::configuration::Configuration;
use crate::data_source::{Arguments, revoked};
use crate::diagnostics::{error as problem, finding};
use crate::fetching::{FetchError, check, find};
use crate::protocol::messages::{
    ApplyResponse, BlockRequest, ChangeRequest, Checked, ConfigureRequest, Diagnostic,
    DynamicValue, ImportRequest, ImportResponse, PlanResponse, PrepareRequest, PrepareResponse,
    ReadRequest, StateResponse, UpgradeRequest,
};
use crate::protocol::value::{Block, ValueError, null};
use crate::retired_resource::{upgrade, what_instead};

/// All that is wrong.
type Wrong = Vec<Diagnostic>;

/// The provider, which knows its configuration once Terraform has told it.
pub struct Provider {
    component: Component,
    client: ReqwestClient,
    configuration: Mutex<Configuration>,
    /// Whether Terraform wants no more.
    stopped: CancellationToken,
}

impl Provider {
    /// A provider with the component that is built in.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            component: Component::embedded()?,
            client: ReqwestClient::new(),
            configuration: Mutex::default(),
            stopped: CancellationToken::new(),
        })
    }

    /// Ends all that is under way.
    pub fn stop(&self) {
        self.stopped.cancel();
    }

    /// Checks the provider's block.
    pub async fn prepare(&self, request: PrepareRequest) -> PrepareResponse {
        let diagnostics = self.check_provider(request.config.as_ref()).await;
        PrepareResponse {
            prepared_config: request.config,
            diagnostics: diagnostics.unwrap_or_else(|wrong| wrong),
        }
    }

    /// Takes note of the provider's block, which was checked.
    pub fn configure(&self, request: &ConfigureRequest) -> Checked {
        log(&format!("Terraform {}", request.terraform_version));
        let configuration = read_configuration(request.config.as_ref());
        Checked {
            diagnostics: match configuration {
                Ok(read) => {
                    *self
                        .configuration
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner) = read;
                    Vec::new()
                }
                Err(wrong) => wrong,
            },
        }
    }

    /// Checks the block of a data source, as far as it is known.
    pub async fn validate(&self, request: BlockRequest) -> Checked {
        let diagnostics = self.check_block(request.config.as_ref()).await;
        Checked {
            diagnostics: diagnostics.unwrap_or_else(|wrong| wrong),
        }
    }

    /// Reads a data source.
    pub async fn read(&self, request: BlockRequest) -> StateResponse {
        let read = tokio::select! {
            read = self.read_block(request.config.as_ref()) => read,
            () = self.stopped.cancelled() => {
                Err(vec![problem("Stopped", "Terraform was interrupted while Atlas was asked.")])
            }
        };
        answered(read)
    }

    /// There is no such resource any more.
    pub fn validate_resource(&self) -> Checked {
        Checked {
            diagnostics: vec![what_instead()],
        }
    }

    /// The state of a resource of yesterday.
    pub fn upgrade_resource(&self, request: UpgradeRequest) -> StateResponse {
        let upgraded = upgrade(request.raw_state).map(|block| (block.write(), Vec::new()));
        answered(upgraded.map_err(unreadable))
    }

    /// Nothing has become of it.
    pub fn read_resource(&self, request: ReadRequest) -> StateResponse {
        let state = request.current_state.ok_or(ValueError::Missing);
        answered(state.map(|state| (state, Vec::new())).map_err(unreadable))
    }

    /// It can only go.
    pub fn plan_resource(&self, request: &ChangeRequest) -> PlanResponse {
        match goes(request) {
            Ok(()) => PlanResponse {
                planned_state: Some(null()),
                diagnostics: Vec::new(),
            },
            Err(diagnostics) => PlanResponse {
                planned_state: request.prior_state.clone(),
                diagnostics,
            },
        }
    }

    /// It goes, without anything to be done.
    pub fn apply_resource(&self, request: &ChangeRequest) -> ApplyResponse {
        match goes(request) {
            Ok(()) => ApplyResponse {
                new_state: Some(null()),
                diagnostics: Vec::new(),
            },
            Err(diagnostics) => ApplyResponse {
                new_state: request.prior_state.clone(),
                diagnostics,
            },
        }
    }

    /// There is nothing to import.
    pub fn import_resource(&self, _request: &ImportRequest) -> ImportResponse {
        ImportResponse {
            diagnostics: vec![what_instead()],
        }
    }

    async fn check_provider(&self, config: Option<&DynamicValue>) -> Result<Wrong, Wrong> {
        let configuration = read_configuration(config)?;
        // What is not known yet is looked at when it is.
        let Some(options) = configuration.options() else {
            return Ok(Vec::new());
        };
        let query = Query::new("user/name/type");
        let found = check(&self.component, &query, &options).await;
        let found = found.map_err(|error| broken(&error))?;
        let about = |found: &atlas_host::Diagnostic| match found.pointer.as_str() {
            pointer @ ("/address" | "/token") => finding(found).at(pointer.trim_start_matches('/')),
            _ => finding(found),
        };
        Ok(found.iter().map(about).collect())
    }

    async fn check_block(&self, config: Option<&DynamicValue>) -> Result<Wrong, Wrong> {
        let arguments = read_arguments(config)?;
        let query = arguments.query().map_err(|wrong| vec![wrong])?;
        // The provider's block, which may not be known yet, is checked for itself.
        let options = atlas_host::FetchOptions {
            address: Some("https://atlas.example.com".to_owned()),
            ..atlas_host::FetchOptions::default()
        };
        let found = check(&self.component, &query, &options).await;
        let found = found.map_err(|error| broken(&error))?;
        let of_query = found.iter().filter(|found| !found.pointer.is_empty());
        let wrong = of_query.map(|found| arguments.finding(found));
        Ok(wrong.chain(arguments.warnings()).collect())
    }

    async fn read_block(
        &self,
        config: Option<&DynamicValue>,
    ) -> Result<(DynamicValue, Wrong), Wrong> {
        let arguments = read_arguments(config)?;
        let query = arguments.query().map_err(|wrong| vec![wrong])?;
        let configuration = self.configuration();
        let options = configuration
            .options()
            .ok_or_else(|| vec![configuration.unknown()])?;
        let found = find(&self.component, &self.client, &query, &options).await;
        let version = found.map_err(|error| match error {
            FetchError::Refused(found) => found
                .0
                .iter()
                .map(|found| arguments.finding(found))
                .collect(),
            FetchError::Failed(message) => {
                let summary = format!("{} could not be read from Atlas", query.slug);
                vec![problem(summary, message)]
            }
            FetchError::Component(error) => broken(&error),
        })?;
        let warnings = revoked(&version).into_iter().collect();
        Ok((arguments.state(&version).write(), warnings))
    }

    fn configuration(&self) -> Configuration {
        let configuration = self.configuration.lock();
        configuration
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn read_configuration(config: Option<&DynamicValue>) -> Result<Configuration, Wrong> {
    let block = Block::read(config).map_err(unreadable)?;
    let read = block.map(|block| Configuration::read(&block)).transpose();
    Ok(read.map_err(unreadable)?.unwrap_or_default())
}

fn read_arguments(config: Option<&DynamicValue>) -> Result<Arguments, Wrong> {
    let read = Block::read(config).and_then(|block| {
        let block = block.ok_or(ValueError::Missing)?;
        Arguments::read(block)
    });
    read.map_err(unreadable)
}

fn answered(state: Result<(DynamicValue, Wrong), Wrong>) -> StateResponse {
    match state {
        Ok((state, diagnostics)) => StateResponse {
            state: Some(state),
            diagnostics,
        },
        Err(diagnostics) => StateResponse {
            state: None,
            diagnostics,
        },
    }
}

/// Whether a resource is to go, which is all that it can.
fn goes(request: &ChangeRequest) -> Result<(), Wrong> {
    match Block::read(request.wanted_state.as_ref()).map_err(unreadable)? {
        None => Ok(()),
        Some(_) => Err(vec![what_instead()]),
    }
}

fn unreadable(error: ValueError) -> Wrong {
    vec![problem(
        "Terraform and the provider do not understand each other",
        error.to_string(),
    )]
}

fn broken(error: &Error) -> Wrong {
    let summary = "The component of the provider broke";
    vec![problem(summary, error.to_string())]
}
