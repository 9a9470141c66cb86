//! `publishing`: a build's artifact begins its way into Atlas.

use super::exported::{publishing as wit, transfers};
use super::mirror::Mirror;
use super::transfers::{Work, begun};
use super::{Checked, Component, wit as types, with_defaults};
use crate::platform::wasi::Wasi;
use crate::publication::{Options, Publication};
use crate::{artifact, post_processor};

impl wit::Guest for Component {
    fn begin(
        post_processors: Vec<types::PostProcessor>,
        build: types::Build,
        artifact: types::Artifact,
        options: Option<wit::Options>,
    ) -> Checked<transfers::Transfer> {
        let wasi = Wasi::default();
        let post_processors: Vec<post_processor::PostProcessor> = post_processors.mirror();
        let artifact: artifact::Artifact = artifact.mirror();
        let options: Options = options
            .map(|options: wit::Options| options.mirror())
            .unwrap_or_default();
        let build = with_defaults(build, &wasi);
        let publication = Publication::begin(&post_processors, &build, &artifact, options, &wasi);
        begun(publication.map(Work::Publication))
    }
}
