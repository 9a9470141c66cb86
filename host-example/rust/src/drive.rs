//! The loop that every host of the component has.

use std::time::{Duration, Instant};

use crate::apart;
use crate::client::HttpClient;
use crate::contract::{Achievement, Failure, Outcome, Step};
use crate::error::Error;
use crate::observer::Observer;
use crate::reporter::Reporter;
use crate::storage::Storage;
use crate::transfer::Transfer;

/// Why [`drive`] came to no good end.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The component ended it: Atlas refused something, or could not be reached.
    #[error("{}", .0.message)]
    Failed(Failure),
    /// The component itself broke.
    #[error(transparent)]
    Component(#[from] Error),
}

/// Publishes or fetches: asks what is next, does it, tells how it went, until all is done or can't be.
///
/// To cancel, drop the future: nothing goes on in the background, but for the blocks of an archive
/// that are just being made.
pub async fn drive(
    transfer: &mut Transfer,
    client: &impl HttpClient,
    storage: &mut Storage,
    reporter: &mut Reporter,
    observer: &dyn Observer,
) -> Result<Achievement, DriveError> {
    let mut teller = Teller {
        reporter: Some(reporter),
        observer,
    };
    loop {
        let kept = match storage.is_kept() {
            true => storage.keep(&transfer.checkpoint().await?),
            false => Ok(()),
        };
        let step = transfer.next().await?;
        if kept.is_ok() {
            teller.step(&step).await;
        }
        let started = Instant::now();
        let outcome = match (step, kept) {
            // What is at its end is so, whether that could be written down or not.
            (Step::Done(achievement), _) => {
                storage.finish().await.map_err(DriveError::Failed)?;
                return Ok(achievement);
            }
            (Step::Failed(failure), _) => {
                if transfer.checkpoint().await?.is_empty() {
                    storage.give_up();
                }
                return Err(DriveError::Failed(failure));
            }
            (_, Err(error)) => Outcome::NotKept(error),
            (Step::Send(request), _) => client.send(&request, storage, observer).await.into(),
            (Step::Pack(files), _) => storage.pack(&files, observer).await?,
            (Step::Wait(pause), _) => {
                apart::pause(Duration::from_millis(pause.ms)).await;
                Outcome::Waited
            }
        };
        let took = started.elapsed();
        teller.outcome(&outcome, took).await;
        transfer.respond(&outcome, took).await?;
    }
}

/// Tells the observer what the reporter says. A reporter that breaks must not end the work:
/// from there on there is less to see.
struct Teller<'a> {
    reporter: Option<&'a mut Reporter>,
    observer: &'a dyn Observer,
}

impl Teller<'_> {
    async fn step(&mut self, step: &Step) {
        if let Some(reporter) = &mut self.reporter {
            let told = reporter.step(step).await;
            self.tell(told);
        }
    }

    async fn outcome(&mut self, outcome: &Outcome, took: Duration) {
        if let Some(reporter) = &mut self.reporter {
            let told = reporter.outcome(outcome, took).await;
            self.tell(told);
        }
    }

    fn tell(&mut self, told: Result<Vec<String>, Error>) {
        match told {
            Ok(lines) => lines.iter().for_each(|line| self.observer.line(line)),
            Err(error) => {
                self.reporter = None;
                self.observer.line(&error.to_string());
            }
        }
    }
}
