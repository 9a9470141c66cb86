//! The component that this program is composed with.

use std::path::Path;

use super::{Guest, Sandbox};
use crate::error::Error;
use crate::instance::Instance;

/// The component, as this program is composed with it.
#[derive(Clone)]
pub struct Component;

impl Component {
    /// The component that this program is composed with.
    pub fn embedded() -> Result<Self, Error> {
        Ok(Self)
    }

    /// Another component can't be run: the one that is there was chosen when both were composed.
    pub fn from_file(_: &Path) -> Result<Self, Error> {
        Err(Error::Component(
            "this program is composed with one, and can run no other; compose it with that one"
                .to_owned(),
        ))
    }

    /// The functions of the component.
    pub async fn instance(&self, _: &Sandbox) -> Result<Instance, Error> {
        Ok(Instance::new(Guest::new()))
    }
}
