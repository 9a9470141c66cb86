//! "Did you mean …?"

/// The candidate that a misspelt name most likely stands for: the one with the fewest edits, if
/// they are few for its length.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer names are no misspellings of anything that we know, and would take long to compare.
    if name.len() > 100 {
        return None;
    }
    let name = name.to_ascii_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| {
            let plain = candidate.to_ascii_lowercase().replace('-', "_");
            (edits(&name, &plain), candidate)
        })
        .filter(|(edits, candidate)| *edits <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance with swaps of neighbours as one edit.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best = at(&last, j) + usize::from(x != y);
            best = best.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let keys = [
            "artifact",
            "artifact_type",
            "metadata",
            "token",
            "atlas_url",
        ];
        let meant = |name| nearest(name, keys);
        assert_eq!(meant("artefact"), Some("artifact"));
        assert_eq!(meant("artifact-type"), Some("artifact_type"));
        assert_eq!(meant("tokne"), Some("token"));
        assert_eq!(meant("Metdata"), Some("metadata"));
        assert_eq!(meant("url"), None);
        assert_eq!(meant("color"), None);
        assert_eq!(meant(""), None);
    }
}
