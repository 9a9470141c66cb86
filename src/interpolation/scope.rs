//! What the functions of a template answer from.

use std::collections::BTreeMap;

/// Answers the value of an environment variable, if it is set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the functions of a template answer from.
///
/// Everything that Packer reads from its process comes through here, so that rendering is a pure
/// function of a template and a scope.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The name of the build, for `build_name`; `None` or empty where there is no build.
    pub build_name: Option<&'a str>,
    /// The type of the builder, for `build_type`; `None` or empty where there is no build.
    pub build_type: Option<&'a str>,
    /// The path of Packer's template, for `template_dir`, with `/` between its parts.
    pub template_path: Option<&'a str>,
    /// The absolute path of the working directory, for `pwd` and for a relative `template_path`.
    pub working_directory: Option<&'a str>,
    /// What `packer_version` answers.
    pub packer_version: &'a str,
    /// When the run started, in seconds since 1970 in UTC, for `timestamp`, `isotime` and `uuid`.
    pub started_at: u64,
    /// The user variables, for `user`; `None` where they may not be used. One that is not there
    /// reads as empty.
    pub variables: Option<&'a BTreeMap<String, String>>,
    /// The environment, for `env`; `None` where it may not be used. A name that is not set reads
    /// as empty.
    pub environment: Option<Environment<'a>>,
    /// Fills a buffer with random bytes, for `uuid`.
    pub random: &'a dyn Fn(&mut [u8]),
}

impl std::fmt::Debug for Scope<'_> {
    /// Names no values: variables and the environment hold secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Scope").finish_non_exhaustive()
    }
}
