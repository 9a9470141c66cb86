//! The page that asks for a name and a password.

use maud::{Markup, html};

use super::layout::Page;

/// What the page shows.
#[derive(Debug)]
pub(super) struct LoginView<'a> {
    /// What the form must send along.
    pub(super) csrf: &'a str,
    /// The page to go to then.
    pub(super) next: &'a str,
    /// The name given before.
    pub(super) name: &'a str,
    /// Why it asks again.
    pub(super) refusal: Option<&'a str>,
}

impl LoginView<'_> {
    /// The page.
    pub(super) fn render(&self) -> Markup {
        let page = Page {
            title: "Log in",
            viewer: None,
            path: self.next,
        };
        page.render(&html! {
            section.narrow {
                h1 { "Log in" }
                @if let Some(refusal) = self.refusal { p.error role="alert" { (refusal) } }
                form.stack method="post" action="/login" {
                    input type="hidden" name="csrf" value=(self.csrf);
                    input type="hidden" name="next" value=(self.next);
                    label { "User"
                        input name="user" value=(self.name) autocomplete="username" required autofocus[self.name.is_empty()];
                    }
                    label { "Password"
                        input name="password" type="password" autocomplete="current-password" required autofocus[!self.name.is_empty()];
                    }
                    div { button.primary { "Log in" } }
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::layout::tests::{HOSTILE, assert_harmless};

    #[test]
    fn what_was_given_before_is_text() {
        let view = LoginView {
            csrf: "c5f",
            next: HOSTILE,
            name: HOSTILE,
            refusal: Some("The name or the password is wrong"),
        };
        let page = view.render().into_string();
        assert!(page.contains("name=\"csrf\" value=\"c5f\""));
        assert!(page.contains("The name or the password is wrong"));
        assert_harmless(&page);
    }
}
