//! Artifacts of the Amazon builders: AMIs in one or more regions.

use std::collections::BTreeMap;

/// Whether a builder makes AMIs. Packer 1.2.5, builder/amazon: `mitchellh.amazonebs`,
/// `mitchellh.amazon.instance`, `.chroot`, `.ebssurrogate`; the volumes of `.ebsvolume` are none.
pub fn makes_amis(builder_id: &str) -> bool {
    builder_id.starts_with("mitchellh.amazon") && builder_id != "mitchellh.amazon.ebsvolume"
}

/// The builder id that belongs to a builder's type, where it is an Amazon builder.
pub fn builder_id(builder_type: &str) -> Option<&'static str> {
    match builder_type {
        "amazon-ebs" => Some("mitchellh.amazonebs"),
        "amazon-instance" => Some("mitchellh.amazon.instance"),
        "amazon-chroot" => Some("mitchellh.amazon.chroot"),
        "amazon-ebssurrogate" => Some("mitchellh.amazon.ebssurrogate"),
        "amazon-ebsvolume" => Some("mitchellh.amazon.ebsvolume"),
        _ => None,
    }
}

/// What the Amazon builders said of an artifact with this id (Packer 1.2.5,
/// builder/amazon/common/artifact.go): `region.REGION` = AMI for each `REGION:AMI` in it. `None`
/// if the id is not of that form.
pub fn metadata(id: &str) -> Option<BTreeMap<String, String>> {
    let mut metadata = BTreeMap::new();
    for part in id.split(',') {
        let (region, ami) = part.split_once(':')?;
        if region.is_empty() || ami.is_empty() {
            return None;
        }
        metadata.insert(format!("region.{region}"), ami.to_owned());
    }
    Some(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_a_key() {
        let derived = metadata("eu-west-1:ami-2,us-east-1:ami-1").unwrap();
        let derived: Vec<_> = derived
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            derived,
            [("region.eu-west-1", "ami-2"), ("region.us-east-1", "ami-1")]
        );
        for id in ["", "ami-1", "us-east-1:", ":ami", "us-east-1:ami-1,"] {
            assert_eq!(metadata(id), None, "{id}");
        }
    }

    #[test]
    fn who_makes_amis() {
        assert!(makes_amis("mitchellh.amazonebs"));
        assert!(makes_amis("mitchellh.amazonchroot"));
        assert!(makes_amis(builder_id("amazon-instance").unwrap()));
        assert!(!makes_amis(builder_id("amazon-ebsvolume").unwrap()));
        assert!(!makes_amis("packer.file"));
    }
}
