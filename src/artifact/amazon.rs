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

/// The images by region: from the metadata of a version, as the Amazon builders state them, or else from
/// its id.
pub fn amis(stated: &BTreeMap<String, String>, id: &str) -> BTreeMap<String, String> {
    let by_region = |metadata: &BTreeMap<String, String>| {
        let mut amis = BTreeMap::new();
        for (key, ami) in metadata {
            if let Some(region) = key.strip_prefix("region.") {
                amis.insert(region.to_owned(), ami.clone());
            }
        }
        amis
    };
    match by_region(stated) {
        none if none.is_empty() => by_region(&metadata(id).unwrap_or_default()),
        amis => amis,
    }
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
    fn images_are_stated_or_follow_from_the_id() {
        let stated = BTreeMap::from([("region.us-west-2".to_owned(), "ami-3".to_owned())]);
        let id = "us-east-1:ami-1";
        let pair = |region: &str, ami: &str| [(region.to_owned(), ami.to_owned())].into();
        assert_eq!(amis(&stated, id), pair("us-west-2", "ami-3"));
        let none = BTreeMap::new();
        assert_eq!(amis(&none, id), pair("us-east-1", "ami-1"));
        assert_eq!(amis(&none, "img-1"), none);
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
