//! How this program was started. One program serves every Packer: what it is called and its arguments
//! say which Packer it is.

use std::ffi::OsStr;
use std::path::Path;

use crate::protocol::config_spec::Coding;
use crate::protocol::handshake::Version;

/// What the program goes by for a Packer that starts each post-processor as a program of its own.
const NAME_OF_ITS_OWN: &str = "packer-post-processor-atlas";
/// A longer name for Packer up to 1.4, which takes a name up to the first dot.
const NAME_WITH_OLD_PROTOCOL: &str = "packer-post-processor-atlas.v4";
/// How the post-processor is called for a Packer that puts the plugin's name before it: nothing more.
pub const DEFAULT_NAME: &str = "-packer-default-plugin-name-";
/// What templates call it, for who starts it by hand.
const NAME: &str = "atlas";
/// Ask for Protocol Buffers: what Packer passes, and what its SDK's comments call it.
const PROTOBUF: [&str; 2] = ["--protobuf", "--use-proto"];

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invocation {
    /// Print what the plugin has.
    Describe,
    /// Serve the post-processor.
    Serve(Serving),
}

/// How to serve it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serving {
    /// How to tell where it listens.
    pub version: Version,
    /// How the arguments of a block of HCL2 are told.
    pub coding: Coding,
}

impl Invocation {
    /// What the name of the program and its arguments ask for. The error says what they should be.
    pub fn read(program: &OsStr, arguments: &[String]) -> Result<Self, String> {
        let (options, arguments): (Vec<&str>, Vec<&str>) = arguments
            .iter()
            .map(String::as_str)
            .partition(|argument| PROTOBUF.contains(argument));
        match arguments.as_slice() {
            [] => version_by_name(program).map(|version| {
                Self::Serve(Serving {
                    version,
                    coding: Coding::Gob,
                })
            }),
            ["describe"] => Ok(Self::Describe),
            ["start", "post-processor", DEFAULT_NAME | NAME] => Ok(Self::Serve(Serving {
                version: Version::V5Minor,
                coding: match options.as_slice() {
                    [] => Coding::Gob,
                    _ => Coding::Protobuf,
                },
            })),
            ["start", kind, name] => Err(format!(
                "this plugin has no {kind} `{name}`, only the post-processor `{DEFAULT_NAME}`"
            )),
            _ => Err(format!(
                "unknown arguments: {}; there are `describe` and `start post-processor {DEFAULT_NAME}`",
                arguments.join(" ")
            )),
        }
    }
}

fn version_by_name(program: &OsStr) -> Result<Version, String> {
    let name = Path::new(program).file_name().unwrap_or(program);
    let name = name.to_string_lossy();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    if name == NAME_WITH_OLD_PROTOCOL {
        Ok(Version::V4)
    } else if name.starts_with(NAME_OF_ITS_OWN) {
        Ok(Version::V5)
    } else {
        Err(format!(
            "called `{name}`, this plugin needs arguments; without any, Packer up to 1.6 starts it as \
             `{NAME_OF_ITS_OWN}`"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(command: &str) -> Result<Invocation, String> {
        let mut words = command.split(' ').map(str::to_owned);
        let program = words.next().unwrap_or_default();
        let arguments: Vec<String> = words.collect();
        Invocation::read(OsStr::new(&program), &arguments)
    }

    fn serve(version: Version, coding: Coding) -> Result<Invocation, String> {
        Ok(Invocation::Serve(Serving { version, coding }))
    }

    #[test]
    fn every_packer_has_its_way() {
        let plugin = "/p/packer-plugin-atlas_v0.1.0_x5.0_linux_amd64";
        assert_eq!(
            read(&format!("{plugin} describe")),
            Ok(Invocation::Describe)
        );
        assert_eq!(
            read(&format!("{plugin} start post-processor {DEFAULT_NAME}")),
            serve(Version::V5Minor, Coding::Gob)
        );
        assert_eq!(
            read(&format!("{plugin} start post-processor atlas --use-proto")),
            serve(Version::V5Minor, Coding::Protobuf)
        );
        // Packer puts the option before the name.
        assert_eq!(
            read(&format!(
                "{plugin} start post-processor --protobuf {DEFAULT_NAME}"
            )),
            serve(Version::V5Minor, Coding::Protobuf)
        );
        assert_eq!(
            read("/p/packer-post-processor-atlas"),
            serve(Version::V5, Coding::Gob)
        );
        assert_eq!(
            read("packer-post-processor-atlas.exe"),
            serve(Version::V5, Coding::Gob)
        );
        assert_eq!(
            read("./packer-post-processor-atlas.v4"),
            serve(Version::V4, Coding::Gob)
        );
    }

    #[test]
    fn what_is_not_there_is_named() {
        for (command, wanted) in [
            ("packer-plugin-atlas", "`packer-post-processor-atlas`"),
            (
                "packer-plugin-atlas start builder atlas",
                "no builder `atlas`",
            ),
            ("packer-plugin-atlas publish", "unknown arguments: publish"),
        ] {
            let error = read(command).unwrap_err();
            assert!(error.contains(wanted), "{command}: {error}");
        }
    }
}
