//! The `post-processors` section: sequences, in which each one gets the artifact of the one before.

use super::builders::{Builder, Builders, member};
use super::only_except::{OnlyExcept, require_type};
use super::sections::Sections;
use crate::diagnostic::{Code, Problem};
use crate::json::{Kind, Report, Value};
use crate::work;

/// Post-processors whose artifact `atlas` is meant to publish, and can only where it follows them:
/// `vagrant` makes a box, `artifice` makes an artifact of files.
const MAKERS: [&str; 2] = ["vagrant", "artifice"];

/// Post-processors of which each gets the artifact of the one before it, the first the build's.
pub type Sequence<'d> = Vec<Entry<'d>>;

/// One post-processor of a sequence.
pub struct Entry<'d> {
    value: &'d Value,
    name: &'d str,
    only_except: OnlyExcept<'d>,
}

impl Entry<'_> {
    fn is_maker(&self) -> bool {
        MAKERS.contains(&self.name)
    }
}

/// An `atlas` post-processor of a build.
pub struct Selected<'d> {
    /// Its configuration.
    pub value: &'d Value,
    /// Whether it follows another one in its sequence.
    pub chained: bool,
}

/// Reads the section: each of its entries is a string, an object, or a sequence of these.
pub fn read<'d>(
    sections: &Sections<'d>,
    builders: &Builders,
    report: &mut Report,
) -> Vec<Sequence<'d>> {
    let mut sequences = Vec::new();
    for value in sections.post_processors {
        let items = match &value.kind {
            Kind::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let entries = items
            .iter()
            .filter_map(|item| entry(item, builders, report))
            .collect();
        sequences.push(entries);
    }
    sequences
}

fn entry<'d>(value: &'d Value, builders: &Builders, report: &mut Report) -> Option<Entry<'d>> {
    let name = match &value.kind {
        Kind::String(name) if !name.is_empty() => name.as_str(),
        Kind::Object(_) => require_type(value, "a post-processor", report)?,
        Kind::Array(_) => {
            let message = "a sequence must not be nested in a sequence";
            report.error(Code::WrongType, &value.span, message);
            return None;
        }
        _ => {
            let message = format!(
                "a post-processor must be a name, an object or a sequence of these, not {}",
                value.type_name()
            );
            report.error(Code::WrongType, &value.span, message);
            return None;
        }
    };
    if let Some(keep) = member(value, "keep_input_artifact")
        && !matches!(keep.kind, Kind::Bool(_) | Kind::Null)
    {
        let message = "`keep_input_artifact` must be true or false";
        report.error(Code::WrongType, &keep.span, message);
    }
    Some(Entry {
        value,
        name,
        only_except: OnlyExcept::read(value, builders, report),
    })
}

/// Those named `atlas` that run for a build.
pub fn select<'d>(
    sequences: &[Sequence<'d>],
    builder: &Builder,
    report: &mut Report,
) -> Vec<Selected<'d>> {
    let runs = |entry: &&Entry| entry.only_except.includes(builder);
    let mut running = sequences.iter().flatten().filter(runs);
    let maker = running.find(|entry| entry.is_maker());
    let mut selected = Vec::new();
    for sequence in sequences {
        let (mut follows_maker, mut chained) = (false, false);
        for entry in sequence.iter().filter(runs) {
            work::count(1);
            follows_maker |= entry.is_maker();
            if entry.name != "atlas" {
                continue;
            }
            if let (false, Some(maker)) = (follows_maker, maker) {
                beside(entry, maker.name, report);
            }
            selected.push(Selected {
                value: entry.value,
                chained,
            });
            chained = true;
        }
    }
    selected
}

/// Warns of a maker that runs for the same build, and not before this `atlas`.
fn beside(atlas: &Entry, maker: &str, report: &mut Report) {
    let message = format!(
        "`atlas` does not follow `{maker}` in a sequence, so it publishes the build's own \
         artifact, not what `{maker}` makes"
    );
    let help = format!(
        "put both into one sequence: [[{{\"type\": \"{maker}\", …}}, {{\"type\": \"atlas\", …}}]]"
    );
    let brace = atlas.value.span.start..atlas.value.span.start + 1;
    let problem = Problem::warning(Code::BesideSequence, message);
    report.add(&brace, problem.help(help));
}
