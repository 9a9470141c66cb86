//! Texts without what is secret in them.
//!
//! A server may repeat what it was sent, anywhere and in another letter case.

use url::{Position, Url};

/// Shorter texts are not looked for: they are anywhere, and no secrets.
const SHORTEST: usize = 4;

/// A part of a secret URL that is this long is likely what makes it one.
const SHORTEST_PART: usize = 12;

/// What stands in place of a secret.
pub const REDACTED: &str = "[redacted]";

/// What is secret.
#[derive(Debug, Default)]
pub struct Secrets {
    /// In lower case.
    values: Vec<String>,
}

impl Secrets {
    /// A URL, what comes after its origin, and those of its parts that make it a secret.
    pub fn add_url(&mut self, text: &str) {
        self.add(text);
        let Ok(url) = Url::parse(text) else { return };
        let query = url.query().unwrap_or_default();
        let path = url.path();
        let segments = path.split('/').chain(query.split(['&', '=']));
        let wholes = [path, &url[Position::BeforePath..]];
        for part in segments.chain(wholes).filter(|p| p.len() >= SHORTEST_PART) {
            self.add(part);
        }
    }

    /// A text that is secret as a whole.
    pub fn add(&mut self, secret: &str) {
        let secret = secret.trim().to_ascii_lowercase();
        if secret.chars().count() >= SHORTEST && !self.values.contains(&secret) {
            self.values.push(secret);
        }
    }

    /// Whether a text holds a secret.
    pub fn are_in(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        self.values.iter().any(|secret| lower.contains(secret))
    }

    /// A text without what is secret.
    pub fn redact(&self, text: &str) -> String {
        self.replace(text, |_| REDACTED.into())
    }

    /// A text with something else in place of each secret in it, of those that overlap together. The
    /// text is gone through once for each secret, however often they are in it.
    pub fn replace(&self, text: &str, with: impl Fn(&str) -> String) -> String {
        let lower = text.to_ascii_lowercase();
        let mut ahead: Vec<_> = self
            .values
            .iter()
            .map(|s| Next::find(&lower, s, 0))
            .collect();
        let mut shown = String::with_capacity(text.len());
        let mut done = 0;
        while let Some(start) = ahead.iter().flatten().map(|next| next.start).min() {
            let mut end = start + 1;
            while let Some(next) = ahead.iter_mut().find(|n| starts_before(n, end)) {
                if let Some(found) = next.take() {
                    end = end.max(found.start + found.secret.len());
                    *next = Next::find(&lower, found.secret, found.start + 1);
                }
            }
            shown.push_str(text.get(done..start).unwrap_or_default());
            shown.push_str(&with(text.get(start..end).unwrap_or_default()));
            done = end;
        }
        shown.push_str(text.get(done..).unwrap_or_default());
        shown
    }
}

/// Where a secret is next in a text.
struct Next<'s> {
    secret: &'s str,
    start: usize,
}

impl<'s> Next<'s> {
    /// The first place from there on, or from the next character if there is the middle of one.
    fn find(lower: &str, secret: &'s str, from: usize) -> Option<Self> {
        let from = (from..=lower.len()).find(|at| lower.is_char_boundary(*at))?;
        let start = from + lower.get(from..)?.find(secret)?;
        Some(Self { secret, start })
    }
}

fn starts_before(next: &Option<Next>, end: usize) -> bool {
    next.as_ref().is_some_and(|next| next.start < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(secret: &str, text: &str) -> String {
        let mut secrets = Secrets::default();
        secrets.add_url(secret);
        secrets.redact(text)
    }

    #[test]
    fn in_any_letter_case() {
        assert_eq!(
            redact("Tok.A1", "no tok.a1, TOK.A1!"),
            "no [redacted], [redacted]!"
        );
    }

    proptest::proptest! {
        /// Each byte that is in a secret is hidden, and no other.
        #[test]
        fn all_that_is_secret_is_hidden(text in "[aäb]{0,40}", secrets in proptest::collection::vec("[aäb]{4,6}", 0..4)) {
            let mut all = Secrets::default();
            secrets.iter().for_each(|secret| all.add(secret));
            let mut hidden = vec![false; text.len()];
            for secret in &secrets {
                for at in 0..text.len() {
                    if text.as_bytes()[at..].starts_with(secret.as_bytes()) {
                        hidden[at..at + secret.len()].fill(true);
                    }
                }
            }
            let wanted: String = text.char_indices().map(|(at, c)| if hidden[at] { '*' } else { c }).collect();
            let stars = |secret: &str| "*".repeat(secret.chars().count());
            proptest::prop_assert_eq!(all.replace(&text, stars), wanted);
        }
    }

    #[test]
    fn what_is_short_is_anywhere() {
        assert_eq!(redact("abc", "abc"), "abc");
        assert_eq!(redact("", "abc"), "abc");
    }

    #[test]
    fn the_parts_of_a_url() {
        let url = "https://h/_bin/0123456789ab?signature=abcdefghijkl";
        let said = "no 0123456789AB below /_bin: /_bin/0123456789ab at h, not ABCDEFGHIJKL";
        let shown = "no [redacted] below /_bin: [redacted] at h, not [redacted]";
        assert_eq!(redact(url, said), shown);
        let short = "https://h/_bin/0123456789ab?sig=abcdef";
        assert_eq!(
            redact(short, "at /_bin/0123456789ab?sig=abcdef"),
            "at [redacted]"
        );
    }
}
