//! The build that runs the post-processors, and the run of Packer that it belongs to.

use std::collections::BTreeMap;

use crate::interpolation::Scope;
use crate::platform::Platform;

/// The release of Packer whose post-processor this is: what `packer_version` answers unless the
/// host says otherwise.
pub const PACKER_VERSION: &str = "1.2.5";

/// One run of the orchestrator, in which one or more builds are made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Path of the template file.
    pub template_path: Option<String>,
    /// Absolute path of the working directory.
    pub working_directory: Option<String>,
    /// What `packer_version` answers.
    pub packer_version: Option<String>,
    /// Start of the run in seconds since 1970-01-01T00:00:00Z.
    pub started_at: Option<u64>,
    /// User variables.
    pub variables: BTreeMap<String, String>,
}

/// One build of a run: what Packer passes to post-processors as `packer_*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// The builder's name.
    pub name: String,
    /// The builder's type.
    pub builder_type: String,
    /// The run that it belongs to.
    pub run: Run,
}

impl Run {
    /// The same run with what the host left out taken from the platform: read once, so that
    /// every string sees the same time and directory.
    pub fn with_defaults(mut self, platform: &dyn Platform) -> Self {
        self.started_at = self.started_at.or_else(|| Some(platform.now()));
        self.working_directory = self
            .working_directory
            .or_else(|| platform.working_directory());
        self
    }

    /// What every string of a template can be interpolated from.
    pub fn scope<'a>(&'a self, random: &'a dyn Fn(&mut [u8])) -> Scope<'a> {
        Scope {
            build_name: None,
            build_type: None,
            template_path: self.template_path.as_deref(),
            working_directory: self.working_directory.as_deref(),
            packer_version: self.packer_version(),
            started_at: self.started_at.unwrap_or_default(),
            variables: Some(&self.variables),
            environment: None,
            random,
        }
    }

    /// The Packer that templates see.
    pub fn packer_version(&self) -> &str {
        self.packer_version.as_deref().unwrap_or(PACKER_VERSION)
    }
}

impl Build {
    /// What the strings of a post-processor's configuration are interpolated from.
    pub fn scope<'a>(&'a self, random: &'a dyn Fn(&mut [u8])) -> Scope<'a> {
        Scope {
            build_name: Some(&self.name),
            build_type: Some(&self.builder_type),
            ..self.run.scope(random)
        }
    }
}
