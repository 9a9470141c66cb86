//! A bar that shows on a terminal how far something is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::show;

/// A bar on the terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// One for so many bytes, if that is known; none where no bar can move.
    pub(crate) fn new(size: Option<u64>) -> Option<Self> {
        if !show::on_terminal() {
            return None;
        }
        let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr());
        let template = match size {
            Some(_) => "  {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            None => "  {bytes}, {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Some(Self(bar))
    }

    /// So many bytes are done.
    pub(crate) fn move_to(&self, bytes: u64) {
        self.0.set_position(bytes);
    }

    /// Takes it from the screen.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
