//! The two keys Atlas added to the metadata of Amazon versions: `ami_id` and `region`.
//!
//! Terraform's `atlas_artifact` reads them: both are comma-separated lists in the same order, so the
//! n-th AMI is in the n-th region. They are added when a version is read, never stored.

use std::collections::BTreeMap;

/// A version's metadata.
pub(crate) type Metadata = BTreeMap<String, String>;

/// Whether versions of this type are Amazon's: `aws.ami`, `amazon.image`, `amazon.ami` and their like.
fn is_amazon(artifact_type: &str) -> bool {
    artifact_type.starts_with("aws.") || artifact_type.starts_with("amazon.")
}

/// The metadata as Atlas shows it.
///
/// The regions are those of the `region.REGION` keys; without such a key, those of an id of the form
/// `region:ami,region:ami`. A key the publisher has set itself stays as it is.
pub(crate) fn with_regions(
    artifact_type: &str,
    id: &str,
    metadata: Option<&Metadata>,
) -> Option<Metadata> {
    let images = if is_amazon(artifact_type) {
        images(id, metadata)
    } else {
        Vec::new()
    };
    if images.is_empty() {
        return metadata.cloned();
    }
    let (regions, amis): (Vec<_>, Vec<_>) = images.into_iter().unzip();
    let mut metadata = metadata.cloned().unwrap_or_default();
    metadata
        .entry("ami_id".to_owned())
        .or_insert(amis.join(","));
    metadata
        .entry("region".to_owned())
        .or_insert(regions.join(","));
    Some(metadata)
}

/// Each region with its image, sorted by region.
fn images<'a>(id: &'a str, metadata: Option<&'a Metadata>) -> Vec<(&'a str, &'a str)> {
    let mut images: Vec<_> = metadata
        .into_iter()
        .flatten()
        .filter_map(|(key, ami)| Some((key.strip_prefix("region.")?, ami.as_str())))
        .collect();
    if images.is_empty() {
        // An id that is not a list of pairs says nothing about regions.
        let pairs: Option<Vec<_>> = id.split(',').map(|pair| pair.split_once(':')).collect();
        images = pairs.unwrap_or_default();
    }
    images.sort_unstable();
    images
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(pairs: &[(&str, &str)]) -> Metadata {
        pairs
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect()
    }

    #[test]
    fn regions_come_from_the_metadata() {
        let given = metadata(&[
            ("region.us-west-2", "ami-2"),
            ("region.eu-west-1", "ami-1"),
            ("x", "y"),
        ]);
        let shown = with_regions("aws.ami", "ap-east-1:ami-9", Some(&given)).unwrap();
        assert_eq!(shown["ami_id"], "ami-1,ami-2");
        assert_eq!(shown["region"], "eu-west-1,us-west-2");
        assert_eq!(shown["x"], "y");
    }

    #[test]
    fn regions_come_from_the_id_otherwise() {
        let shown = with_regions("amazon.image", "us-west-2:ami-2,eu-west-1:ami-1", None).unwrap();
        assert_eq!(
            shown,
            metadata(&[("ami_id", "ami-1,ami-2"), ("region", "eu-west-1,us-west-2")])
        );
        assert_eq!(with_regions("amazon.image", "File", None), None);
    }

    #[test]
    fn what_the_publisher_set_stays() {
        let given = metadata(&[("region", "mine"), ("region.a", "ami-1")]);
        assert_eq!(
            with_regions("aws.ami", "a:ami-1", Some(&given)).unwrap()["region"],
            "mine"
        );
        assert_eq!(
            with_regions("vagrant.box", "a:ami-1", Some(&given)),
            Some(given)
        );
    }
}
