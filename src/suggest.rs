//! "Did you mean …?"

use crate::work;

/// The candidate that a misspelt name most likely stands for: the one with the fewest edits, if
/// they are few for its length.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer names are no misspellings of anything that we know, and would take long to compare.
    if name.len() > 100 {
        return None;
    }
    let name = name.to_ascii_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| {
            work::count(candidate.len());
            let plain = candidate.to_ascii_lowercase().replace('-', "_");
            (strsim::osa_distance(&name, &plain), candidate)
        })
        .filter(|(edits, candidate)| *edits <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_what_was_meant() {
        let keys = [
            "artifact",
            "artifact_type",
            "metadata",
            "token",
            "atlas_url",
        ];
        let meant = |name| closest(name, keys);
        assert_eq!(meant("artefact"), Some("artifact"));
        assert_eq!(meant("artifact-type"), Some("artifact_type"));
        assert_eq!(meant("tokne"), Some("token"));
        assert_eq!(meant("Metdata"), Some("metadata"));
        assert_eq!(meant("url"), None);
        assert_eq!(meant("color"), None);
        assert_eq!(meant(""), None);
    }
}
