//! What those who may can do with an artifact and its versions.
//!
//! Every form goes to the page that it is on; `action` says what it asks for.

use maud::{Markup, html};

use super::Surroundings;
use crate::{pages::layout::csrf_field, version::Version};

/// Makes the artifact public or private.
pub(super) fn visibility(surroundings: &Surroundings, is_public: bool) -> Markup {
    let fields = html! {
        input type="hidden" name="public" value=(if is_public { "0" } else { "1" });
        button { @if is_public { "Make private" } @else { "Make public" } }
    };
    form(surroundings, "visibility", &fields)
}

/// What can be done with one version.
pub(super) fn manage(version: &Version, surroundings: &Surroundings) -> Markup {
    let number = version.number;
    let of_version = |action, fields: Markup| {
        let fields = html! {
            input type="hidden" name="artifact_type" value=(version.slug.artifact_type);
            input type="hidden" name="version" value=(number);
            (fields)
        };
        form(surroundings, action, &fields)
    };
    html! {
        details.manage {
            summary { "Manage v" (number) }
            @if version.is_complete() {
                (of_version("move-channel", html! {
                    label { "Channel" input name="channel" placeholder="production" required; }
                    button { "Point it to v" (number) }
                }))
            }
            @for channel in &version.channels {
                (of_version("remove-channel", html! {
                    input type="hidden" name="channel" value=(channel);
                    button { "Remove the channel " (channel) }
                }))
            }
            @if version.revocation.is_some() {
                (of_version("lift", html! { button { "Lift the revocation" } }))
            } @else {
                (of_version("revoke", html! {
                    label { "Reason" input name="reason" required; }
                    label { "From, in UTC (or now)" input name="at" type="datetime-local"; }
                    button.danger { "Revoke v" (number) }
                }))
            }
            @if surroundings.may.own {
                (of_version("delete", html! {
                    label.check { input type="checkbox" required; "With its file, for good" }
                    button.danger { "Delete v" (number) }
                }))
            }
        }
    }
}

fn form(surroundings: &Surroundings, action: &str, fields: &Markup) -> Markup {
    html! {
        @if let Some(viewer) = surroundings.viewer {
            form.row method="post" action=(surroundings.here) {
                (csrf_field(viewer))
                input type="hidden" name="action" value=(action);
                (fields)
            }
        }
    }
}
