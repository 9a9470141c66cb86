//! The `Vagrantfile` that the page of an artifact shows.

use std::fs;

use super::installation::Vagrant;
use super::{BOX, public_atlas, publish};

/// A provider whose machines are up as soon as their box is there.
const PROVIDER: &str = r#"
class Stub < Vagrant.plugin("2", :provider)
  def action(_)
    Vagrant::Action::Builder.new.tap { |steps| steps.use Vagrant::Action::Builtin::HandleBox }
  end
  def state
    Vagrant::MachineState.new(:running, "running", "")
  end
end
class StubPlugin < Vagrant.plugin("2")
  name "stub"
  provider(:stub) { Stub }
end
"#;

#[test]
fn what_the_page_shows_works() {
    let Some(vagrant) = Vagrant::find() else {
        return;
    };
    let atlas = public_atlas("stub", "1.1.0-rc1", b"next");
    // Vagrant would not take it without being told the version.
    publish(&atlas, "stub", "1.0.1", b"repaired");
    let page = atlas.page(&format!("/{BOX}"));
    let (_, behind) = page.split_once("Vagrant.configure").unwrap();
    let (shown, _) = behind.split_once("</pre>").unwrap();
    let shown = shown.replace("&quot;", "\"").replace("&amp;", "&");
    assert!(
        shown.contains(&format!("box_url = '{}/{BOX}'", atlas.url())),
        "{shown}"
    );
    let file = vagrant.directory().join("Vagrantfile");
    fs::write(file, format!("{PROVIDER}Vagrant.configure{shown}\n")).unwrap();
    vagrant.succeeds(&["up", "--provider", "stub"]);
    assert_eq!(vagrant.disk("1.0.1", "stub"), b"repaired");

    publish(&atlas, "stub", "1.1.0", b"new");
    vagrant.succeeds(&["box", "update", "--box", BOX]);
    assert_eq!(vagrant.disk("1.1.0", "stub"), b"new");
}
