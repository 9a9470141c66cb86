//! What Terraform says to the provider, with what is said in the tests.

use std::collections::BTreeMap;

use rmpv::Value;
use terraform_provider_atlas::protocol::messages::{
    BlockRequest, Checked, ConfigureRequest, Diagnostic, DynamicValue, PrepareRequest,
    PrepareResponse, Selector, StateResponse,
};

use super::terraform::Plugin;

/// The name of what is found here.
pub const ARTIFACT: &str = "atlas_artifact";

/// Nothing that is known.
pub fn unknown() -> Value {
    Value::Ext(0, vec![0])
}

/// A block with these attributes.
pub fn block(attributes: &[(&str, Value)]) -> DynamicValue {
    let attributes = attributes.iter();
    let value = Value::Map(
        attributes
            .map(|(name, value)| ((*name).into(), value.clone()))
            .collect(),
    );
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, &value).unwrap();
    DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}

/// The attributes of a state.
pub fn attributes(state: &DynamicValue) -> BTreeMap<String, Value> {
    let value = rmpv::decode::read_value(&mut state.msgpack.as_slice()).unwrap();
    let Value::Map(entries) = value else {
        panic!("{value}");
    };
    let entries = entries.into_iter();
    entries
        .map(|(name, value)| (name.as_str().unwrap().to_owned(), value))
        .collect()
}

/// The attribute that a diagnostic is about.
pub fn about(diagnostic: &Diagnostic) -> Option<&str> {
    let path = diagnostic.attribute.as_ref()?;
    match path.steps.first()?.selector.as_ref()? {
        Selector::AttributeName(name) | Selector::ElementKeyString(name) => Some(name),
    }
}

impl Plugin {
    /// What is wrong with the provider's block.
    pub fn prepare(&self, attributes: &[(&str, Value)]) -> Vec<Diagnostic> {
        let config = Some(block(attributes));
        let request = PrepareRequest { config };
        let prepared: PrepareResponse = self
            .call("/tfplugin5.Provider/PrepareProviderConfig", request.clone())
            .unwrap();
        assert_eq!(prepared.prepared_config, request.config);
        prepared.diagnostics
    }

    /// Tells it the provider's block.
    pub fn configure(&self, attributes: &[(&str, Value)]) {
        let request = ConfigureRequest {
            terraform_version: "1.15.5".into(),
            config: Some(block(attributes)),
        };
        let checked: Checked = self.call("/tfplugin5.Provider/Configure", request).unwrap();
        assert_eq!(checked.diagnostics, []);
    }

    /// What is wrong with a data source.
    pub fn validate(&self, attributes: &[(&str, Value)]) -> Vec<Diagnostic> {
        let checked: Checked = self
            .call(
                "/tfplugin5.Provider/ValidateDataSourceConfig",
                of(attributes),
            )
            .unwrap();
        checked.diagnostics
    }

    /// Reads a data source.
    pub fn read(&self, attributes: &[(&str, Value)]) -> StateResponse {
        self.call("/tfplugin5.Provider/ReadDataSource", of(attributes))
            .unwrap()
    }
}

fn of(attributes: &[(&str, Value)]) -> BlockRequest {
    BlockRequest {
        type_name: ARTIFACT.into(),
        config: Some(block(attributes)),
    }
}
