//! Shows a publication in Packer's output while it goes on.

use std::time::{Duration, Instant};

use atlas_host::Observer;
use indicatif::HumanBytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::protocol::ui::{Bar, Ui};

/// Where Packer shows no bar, because its output is a file for example, a line says now and then how
/// far it is.
const LINE_INTERVAL: Duration = Duration::from_secs(30);

/// Where a publication tells what it does. It must not wait for Packer, so somebody else
/// [shows](Shown::show) it.
pub struct Watching {
    events: UnboundedSender<Event>,
}

/// What is to be shown.
pub struct Shown {
    events: UnboundedReceiver<Event>,
}

enum Event {
    Message(String),
    Progress { what: What, bytes: u64, of: u64 },
}

/// What takes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Packing,
    Upload,
}

/// Both ends.
pub fn watch() -> (Watching, Shown) {
    let (sender, events) = unbounded_channel();
    (Watching { events: sender }, Shown { events })
}

impl Watching {
    /// Shows a text.
    pub fn message(&self, text: impl Into<String>) {
        self.tell(Event::Message(text.into()));
    }

    fn tell(&self, event: Event) {
        // Once nobody shows it any more, nobody misses it.
        let _ = self.events.send(event);
    }

    fn progress(&self, what: What, bytes: u64, of: u64) {
        self.tell(Event::Progress { what, bytes, of });
    }
}

impl Observer for Watching {
    fn line(&self, text: &str) {
        self.message(text);
    }

    fn packed(&self, bytes: u64, of: u64) {
        self.progress(What::Packing, bytes, of);
    }

    fn sent(&self, bytes: u64, of: u64) {
        self.progress(What::Upload, bytes, of);
    }
}

impl Shown {
    /// Shows all that is told, until nobody tells anything more.
    pub async fn show(mut self, ui: &Ui) {
        let mut progress: Option<Progress> = None;
        while let Some(event) = self.events.recv().await {
            match event {
                Event::Message(text) => {
                    end(progress.take()).await;
                    ui.message(&text).await;
                }
                Event::Progress { what, bytes, of } => {
                    if progress.as_ref().is_none_or(|shown| shown.what != what) {
                        end(progress.take()).await;
                        progress = Some(Progress::begin(ui, what, of).await);
                    }
                    if let Some(progress) = &mut progress {
                        progress.go_on(ui, bytes, of).await;
                    }
                }
            }
        }
        end(progress).await;
    }
}

/// Something that takes long, on its way.
struct Progress {
    what: What,
    bar: Option<Bar>,
    bytes: u64,
    last_line: Instant,
}

impl Progress {
    async fn begin(ui: &Ui, what: What, size: u64) -> Self {
        let name = match what {
            What::Packing => "pack",
            What::Upload => "upload",
        };
        Self {
            what,
            bar: ui.bar(name, size).await,
            bytes: 0,
            last_line: Instant::now(),
        }
    }

    async fn go_on(&mut self, ui: &Ui, bytes: u64, of: u64) {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return;
        }
        self.bytes = bytes;
        if let Some(bar) = &self.bar {
            bar.add(more).await;
        }
        if self.last_line.elapsed() >= LINE_INTERVAL && bytes < of {
            self.last_line = Instant::now();
            let percent = bytes.saturating_mul(100).checked_div(of).unwrap_or(100);
            ui.message(&format!("{percent}% of {}", HumanBytes(of)))
                .await;
        }
    }
}

async fn end(progress: Option<Progress>) {
    if let Some(bar) = progress.and_then(|progress| progress.bar) {
        bar.close().await;
    }
}
