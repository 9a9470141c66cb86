//! The golden cases through Packer: with the plugin, Packer sends what its own post-processor sent.

use std::path::Path;

use super::support::golden::{self, Case, Order, Played};
use super::workshop::Workshop;

/// All cases.
pub fn cases() -> Vec<Case> {
    golden::cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests"))
}

/// Plays a case. The error says what is not as it should be.
///
/// The original verified all tokens when Packer configured its post-processors; this one verifies
/// each when its turn comes, so that `packer validate` sends nothing.
pub fn check(case: &Case) -> Result<(), String> {
    let workshop = Workshop::new();
    let root = workshop.root();
    let faults = case.check(&root, Order::TokensFirst, |variables, set_environment| {
        let mut packer = workshop.packer(&["build", "-color=false"]);
        for (name, value) in variables {
            packer.arg("-var").arg(format!("{name}={value}"));
        }
        packer.arg("template.json");
        set_environment(&mut packer);
        let ended = workshop.run(packer);
        Played {
            ok: ended.status == Some(0),
            output: ended.output,
        }
    });
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}
