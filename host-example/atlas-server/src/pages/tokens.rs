//! The page of a user's tokens.

use maud::{Markup, html};

use super::layout::{Page, Viewer, csrf_field, moment};
use crate::database::TokenEntry;

/// Where the page is.
pub(super) const PATH: &str = "/settings/tokens";

/// What the page shows.
#[derive(Debug)]
pub(super) struct TokensView {
    /// The user's tokens, the newest first.
    pub(super) tokens: Vec<TokenEntry>,
    /// What time it is: who is expired.
    pub(super) now: String,
    /// The organisations that a token may be for.
    pub(super) organisations: Vec<String>,
    /// A token just made: the only time that it is shown.
    pub(super) made: Option<String>,
    /// Why no token was made.
    pub(super) refusal: Option<String>,
}

impl TokensView {
    /// The page.
    pub(super) fn render(&self, viewer: &Viewer) -> Markup {
        let page = Page {
            title: "Tokens",
            viewer: Some(viewer),
            path: PATH,
        };
        page.render(&html! {
            h1 { "Tokens" }
            p.lead { "What programs show to publish and to download in your name." }
            @if let Some(made) = &self.made {
                div.made role="status" {
                    p { b { "The new token." } " Copy it now: it is not shown again." }
                    pre tabindex="0" id="token" { (made) }
                }
            }
            (self.list(viewer))
            h2 { "A new token" }
            @if let Some(refusal) = &self.refusal { p.error role="alert" { (refusal) } }
            (self.form(viewer))
        })
    }

    fn list(&self, viewer: &Viewer) -> Markup {
        html! {
            @if self.tokens.is_empty() { p.note { "You have no tokens." } }
            ol.entries { @for token in &self.tokens {
                @let ended = self.ended(token);
                li.ended[ended.is_some()] {
                div.heading {
                    h3 { @if token.description.is_empty() { span.soft { "No description" } } @else { (token.description) } }
                    @if let Some(ended) = ended { span.badge.error { (ended) } }
                    @else {
                        form method="post" action=(PATH) {
                            (csrf_field(viewer))
                            input type="hidden" name="action" value="revoke";
                            input type="hidden" name="id" value=(token.id);
                            button.danger { "Revoke" }
                        }
                    }
                }
                dl.facts {
                    dt { "For" }
                    dd { @if let Some(name) = &token.organisation { (name) } @else { "all your organisations" } ", " (token.access) }
                    dt { "Made" } dd { (moment(&token.created_at)) }
                    @if let Some(at) = &token.expires_at { dt { "Expires" } dd { (moment(at)) } }
                    @else { dt { "Expires" } dd { "never" } }
                    dt { "Last used" }
                    dd { @if let Some(at) = &token.last_used_at { (moment(at)) } @else { "never" } }
                    @if let Some(at) = &token.revoked_at { dt { "Revoked" } dd { (moment(at)) } }
                }
            } } }
        }
    }

    /// Why a token is accepted no more, if that is so.
    fn ended(&self, token: &TokenEntry) -> Option<&'static str> {
        let is_expired = token.expires_at.as_ref().is_some_and(|at| *at <= self.now);
        match token.revoked_at {
            Some(_) => Some("revoked"),
            None => is_expired.then_some("expired"),
        }
    }

    fn form(&self, viewer: &Viewer) -> Markup {
        html! {
            form.row method="post" action=(PATH) {
                (csrf_field(viewer))
                input type="hidden" name="action" value="make";
                label { "Description" input name="description" placeholder="CI of web" required maxlength="255"; }
                label { "Organisation" select name="organisation" {
                    @for name in &self.organisations { option value=(name) { (name) } }
                } }
                label { "Access" select name="access" {
                    option value="read" { "read" }
                    option value="write" { "write: publish, channels" }
                    option value="own" { "own: delete, members" }
                } }
                label { "Expires" select name="days" {
                    option value="30" { "in 30 days" }
                    option value="90" selected { "in 90 days" }
                    option value="365" { "in a year" }
                    option value="" { "never" }
                } }
                button.primary { "Make a token" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::layout::tests::{HOSTILE, assert_harmless, viewer};

    fn token(description: &str) -> TokenEntry {
        TokenEntry {
            id: 5,
            description: description.to_owned(),
            organisation: Some("hashicorp".to_owned()),
            access: "write".to_owned(),
            username: Some("ann".to_owned()),
            created_at: "2026-11-25T20:21:33Z".to_owned(),
            expires_at: Some("2027-02-23T20:21:33Z".to_owned()),
            revoked_at: None,
            last_used_at: Some("2026-11-26T07:08:09Z".to_owned()),
        }
    }

    fn view(tokens: Vec<TokenEntry>) -> TokensView {
        TokensView {
            tokens,
            now: "2026-11-25T20:30:00Z".to_owned(),
            organisations: vec!["hashicorp".to_owned()],
            made: None,
            refusal: None,
        }
    }

    #[test]
    fn a_token_is_told_without_its_secret_and_can_be_revoked() {
        let page = view(vec![token("CI")]).render(&viewer()).into_string();
        for told in [
            "<h3>CI</h3>",
            "hashicorp, write",
            "2026-11-25 20:21 UTC",
            "2027-02-23 20:21 UTC",
            "<dt>Last used</dt><dd><time datetime=\"2026-11-26T07:08:09Z\"",
            "name=\"id\" value=\"5\"",
        ] {
            assert!(page.contains(told), "{told} in {page}");
        }
        assert!(!page.contains("not shown again"));
    }

    #[test]
    fn one_that_is_revoked_says_so() {
        let mut token = token("");
        token.revoked_at = Some("2026-12-01T00:00:00Z".to_owned());
        token.organisation = None;
        token.expires_at = None;
        let page = view(vec![token]).render(&viewer()).into_string();
        for told in [
            "2026-12-01 00:00 UTC",
            "No description",
            "all your organisations",
            "never",
        ] {
            assert!(page.contains(told), "{told} in {page}");
        }
        assert!(!page.contains("value=\"revoke\""));
    }

    #[test]
    fn one_that_is_expired_says_so() {
        let page = |now: &str| {
            let mut view = view(vec![token("CI")]);
            view.now = now.to_owned();
            view.render(&viewer()).into_string()
        };
        let (before, after) = (page("2027-02-23T20:21:32Z"), page("2027-02-23T20:21:33Z"));
        assert!(!before.contains(">expired<") && before.contains("value=\"revoke\""));
        assert!(after.contains(">expired<") && !after.contains("value=\"revoke\""));
    }

    #[test]
    fn a_new_token_is_shown_and_what_was_wrong_is_told() {
        let mut view = view(Vec::new());
        view.made = Some("abc.atlasv1.def".to_owned());
        view.refusal = Some("Access is more than yours".to_owned());
        let page = view.render(&viewer()).into_string();
        assert!(page.contains("abc.atlasv1.def") && page.contains("You have no tokens"));
        assert!(page.contains("Access is more than yours"));
    }

    #[test]
    fn what_somebody_wrote_is_text() {
        let mut token = token(HOSTILE);
        token.organisation = Some(HOSTILE.to_owned());
        let mut view = view(vec![token]);
        view.organisations = vec![HOSTILE.to_owned()];
        view.refusal = Some(HOSTILE.to_owned());
        assert_harmless(&view.render(&viewer()).into_string());
    }
}
