//! Vagrant boxes: which provider they are for.

mod gunzip;
mod look;

pub use look::look_into;

use crate::artifact::Artifact;
use crate::diagnostic::{Code, Problem};

/// The type that Atlas files boxes under, by their provider.
pub const BOX_TYPE: &str = "vagrant.box";

/// Builder id of what Packer's `vagrant` post-processor makes; the id of such an artifact is the
/// name of the provider as Packer knows it (Packer 1.2.5, post-processor/vagrant/artifact.go).
pub const BUILDER_ID: &str = "mitchellh.post-processor.vagrant";

/// The provider of an artifact that is published as a box: what the configuration states, else what
/// the artifact does, else what is in the box, else what the artifact's id says.
///
/// # Errors
/// There is none, or the box is for another one: Vagrant refuses it then.
pub fn provider<'a>(
    stated: Option<&'a str>,
    artifact: Option<&'a Artifact>,
    in_box: Option<&'a str>,
) -> Result<&'a str, Problem> {
    let is_some = |provider: &&str| !provider.is_empty();
    let metadata = artifact.and_then(|a| a.metadata.as_ref()?.get("provider"));
    let stated = stated
        .filter(is_some)
        .or(metadata.map(String::as_str).filter(is_some));
    if let (Some(stated), Some(in_box)) = (stated, in_box)
        && stated != in_box
    {
        let message = format!(
            "the metadata `provider` is `{}`, but the box is for `{}`",
            stated.escape_debug(),
            in_box.escape_debug()
        );
        let help = "let `provider` be what the box's `metadata.json` says: Vagrant takes no other";
        return Err(Problem::error(Code::ProviderDiffers, message).help(help));
    }
    let id = artifact.filter(|a| a.builder_id == BUILDER_ID);
    let id = id.map(|a| a.id.as_str()).filter(is_some);
    stated.or(in_box).or(id).ok_or_else(|| {
        Problem::error(
            Code::MissingProvider,
            "a vagrant.box needs the metadata `provider`",
        )
        .help(
            "add \"metadata\": {\"provider\": \"virtualbox\"}, or publish the artifact of the \
             `vagrant` post-processor, which knows it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_knows_the_provider() {
        let vagrant = Artifact {
            builder_id: BUILDER_ID.into(),
            id: "vmware".into(),
            ..Artifact::default()
        };
        let stating = Artifact {
            metadata: Some([("provider".into(), "x".into())].into()),
            ..vagrant.clone()
        };
        let code = |result: Result<&str, Problem>| result.unwrap_err().code;
        assert_eq!(provider(None, Some(&vagrant), None), Ok("vmware"));
        let in_box = Some("vmware_desktop");
        assert_eq!(provider(None, Some(&vagrant), in_box), Ok("vmware_desktop"));
        assert_eq!(provider(Some(""), Some(&stating), None), Ok("x"));
        assert_eq!(provider(Some("y"), Some(&stating), Some("y")), Ok("y"));
        assert_eq!(
            code(provider(Some("y"), None, in_box)),
            Code::ProviderDiffers
        );
        assert_eq!(
            code(provider(None, Some(&stating), in_box)),
            Code::ProviderDiffers
        );
        assert_eq!(code(provider(None, None, None)), Code::MissingProvider);
        let other = Artifact::default();
        assert_eq!(
            code(provider(None, Some(&other), None)),
            Code::MissingProvider
        );
    }
}
