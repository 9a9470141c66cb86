//! Shows work while it goes on: the component's lines, and how far packing, an upload or a download is.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use atlas_host::Observer;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::show;

/// Where no bar can move, progress is a line every so often.
const LINE_INTERVAL: Duration = Duration::from_secs(3);

/// Shows work to people.
pub(crate) struct Console(Mutex<Progress>);

/// How what is under way is shown.
enum Progress {
    None,
    Bar(ProgressBar),
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
                bar.finish_and_clear();
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
            Progress::None if show::on_terminal() => Progress::Bar(bar(of)),
            Progress::None => Progress::Lines {
                last: Instant::now(),
            },
            Progress::Bar(bar) => {
                bar.set_position(bytes);
                Progress::Bar(bar)
            }
            Progress::Lines { last } if last.elapsed() >= LINE_INTERVAL => {
                show::line(&match of {
                    Some(of) => {
                        let percent = bytes.saturating_mul(100).checked_div(of).unwrap_or(100);
                        format!("  {percent}% of {}", HumanBytes(of))
                    }
                    None => format!("  {}", HumanBytes(bytes)),
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

fn bar(size: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr());
    let template = match size {
        Some(_) => "  {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        None => "  {bytes}, {bytes_per_sec}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
