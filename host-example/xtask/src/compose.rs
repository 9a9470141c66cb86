//! The command and the component in one file.

use std::error::Error as StdError;

use wac_graph::types::{ItemKind, Package, Type, Types};
use wac_graph::{CompositionGraph, EncodeOptions, PackageId, plug};

/// Whatever of the component's contract the command imports begins so.
const CONTRACT: &str = "atlas:post-processor/";

/// Why there is no command with the component inside.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no component.
    #[error("the {name} is no component: {reason}")]
    NoComponent {
        /// Which one.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The component lacks what the command imports, or has it with other types.
    #[error("the component does not have what the command imports of it: {}", .0.join(", "))]
    Unmet(Vec<String>),
    /// Neither of the two can be blamed.
    #[error("the command and the component can't be composed: {0}")]
    Composition(String),
}

/// Gives a command what it imports from the component: afterwards it imports nothing but WASI, and types.
pub fn compose(command: &[u8], component: &[u8]) -> Result<Vec<u8>, Error> {
    let mut graph = CompositionGraph::new();
    let plugged = register(&mut graph, "component", component)?;
    let socket = register(&mut graph, "command", command)?;
    plug(&mut graph, vec![plugged], socket).map_err(|e| Error::Composition(reasons(&e)))?;

    // What does not fit is left out silently: it would stay an import that no host has.
    let unmet: Vec<_> = graph
        .imports()
        .filter(|(name, kind, _)| {
            name.starts_with(CONTRACT) && does_something(*kind, graph.types())
        })
        .map(|(name, _, _)| name.to_owned())
        .collect();
    if !unmet.is_empty() {
        return Err(Error::Unmet(unmet));
    }
    let encoded = graph.encode(EncodeOptions::default());
    encoded.map_err(|e| Error::Composition(reasons(&e)))
}

fn register(
    graph: &mut CompositionGraph,
    name: &'static str,
    bytes: &[u8],
) -> Result<PackageId, Error> {
    let unfit = |reason: String| Error::NoComponent { name, reason };
    let package = Package::from_bytes(name, None, bytes, graph.types_mut());
    let package = package.map_err(|e| unfit(format!("{e:#}")))?;
    graph
        .register_package(package)
        .map_err(|e| unfit(reasons(&e)))
}

/// Whether a host must have it: of an interface that has types alone every host has enough.
fn does_something(kind: ItemKind, types: &Types) -> bool {
    let ItemKind::Instance(interface) = kind else {
        return true;
    };
    let is_value_type =
        |kind: &ItemKind| matches!(kind, ItemKind::Type(of) if !matches!(of, Type::Resource(_)));
    !types[interface].exports.values().all(is_value_type)
}

/// An error and all that it comes from.
fn reasons(error: &dyn StdError) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        said = format!("{said}: {error}");
        source = error.source();
    }
    said
}
