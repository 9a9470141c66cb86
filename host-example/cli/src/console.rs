//! Shows work while it goes on: the component's lines, and how far packing, an upload or a download is.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use atlas_host::Observer;
use unit_prefix::NumberPrefix;

use crate::process::Bar;
use crate::show;

/// Where no bar can move, progress is a line every so often.
const LINE_INTERVAL: Duration = Duration::from_secs(3);

/// Shows work to people.
pub(crate) struct Console(Mutex<Progress>);

/// How what is under way is shown.
enum Progress {
    None,
    Bar(Bar),
    Lines { last: Instant },
}

impl Console {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Progress::None))
    }

    /// Takes the bar from the screen.
    pub(crate) fn end(&self) {
        self.set_progress(|progress| {
            if let Progress::Bar(bar) = &progress {
                bar.clear();
            }
            Progress::None
        });
    }

    fn set_progress(&self, change: impl FnOnce(Progress) -> Progress) {
        if let Ok(mut progress) = self.0.lock() {
            *progress = change(std::mem::replace(&mut *progress, Progress::None));
        }
    }

    fn show_progress(&self, bytes: u64, of: Option<u64>) {
        self.set_progress(|progress| match progress {
            Progress::None => match Bar::new(of) {
                Some(bar) => Progress::Bar(bar),
                None => Progress::Lines {
                    last: Instant::now(),
                },
            },
            Progress::Bar(bar) => {
                bar.move_to(bytes);
                Progress::Bar(bar)
            }
            Progress::Lines { last } if last.elapsed() >= LINE_INTERVAL => {
                show::line(&match of {
                    Some(of) => {
                        let percent = bytes.saturating_mul(100).checked_div(of).unwrap_or(100);
                        format!("  {percent}% of {}", size(of))
                    }
                    None => format!("  {}", size(bytes)),
                });
                Progress::Lines {
                    last: Instant::now(),
                }
            }
            lines @ Progress::Lines { .. } => lines,
        });
    }
}

impl Observer for Console {
    fn line(&self, text: &str) {
        self.end();
        show::line(text);
    }

    fn packed(&self, bytes: u64, of: u64) {
        self.show_progress(bytes, Some(of));
    }

    fn sent(&self, bytes: u64, of: u64) {
        self.show_progress(bytes, Some(of));
    }

    fn received(&self, bytes: u64, of: Option<u64>) {
        self.show_progress(bytes, of);
    }
}

/// A number of bytes as people read it.
fn size(bytes: u64) -> String {
    match NumberPrefix::binary(bytes as f64) {
        NumberPrefix::Standalone(bytes) => format!("{bytes} B"),
        NumberPrefix::Prefixed(prefix, number) => format!("{number:.2} {prefix}B"),
    }
}
