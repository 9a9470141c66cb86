//! Boxes that are not for everybody: Vagrant shows its token to the server that it is told is its own.

use super::installation::{Vagrant, run};
use super::support::atlas::{Atlas, TOKEN};
use super::{BOX, publish};

/// Adds the box by its name, with this token and other variables.
fn add(
    vagrant: &Vagrant,
    atlas: &Atlas,
    token: &str,
    more: &[(&str, &str)],
    to_good_end: bool,
) -> String {
    let mut command = vagrant.command(&["box", "add", BOX]);
    command
        .env("VAGRANT_SERVER_URL", atlas.url())
        .env("VAGRANT_CLOUD_TOKEN", token)
        .envs(more.iter().copied());
    run(&mut command, to_good_end)
}

#[test]
fn a_private_box_is_for_who_has_a_token() {
    let Some(vagrant) = Vagrant::find() else {
        return;
    };
    let atlas = Atlas::start();
    publish(&atlas, "libvirt", "1.0.0", b"private");
    let anonymous = vagrant.fails(&["box", "add", &super::url(&atlas.url())]);
    assert!(anonymous.contains("401"), "{anonymous}");
    let wrong = add(&vagrant, &atlas, "wrong", &[], false);
    assert!(wrong.contains("401"), "{wrong}");
    // A token in a URL ends in the logs of others: it is not read there.
    let in_url = [("VAGRANT_SERVER_ACCESS_TOKEN_BY_URL", "1")];
    let in_url = add(&vagrant, &atlas, TOKEN, &in_url, false);
    assert!(in_url.contains("401"), "{in_url}");
    assert!(vagrant.boxes().is_empty());

    add(&vagrant, &atlas, TOKEN, &[], true);
    assert_eq!(vagrant.disk("1.0.0", "libvirt"), b"private");
}
