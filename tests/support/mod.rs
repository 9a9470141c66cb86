//! What the tests of the whole share. Each of them is a crate of its own, and uses what it needs.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

pub mod alone;
pub mod atlas;
pub mod case_files;
pub mod conversation;
pub mod cutting_proxy;
pub mod describe;
pub mod fault_plan;
pub mod faults;
pub mod golden;
pub mod host;
pub mod hostile_atlas;
pub mod hosts;
pub mod http;
pub mod listening;
pub mod said;
pub mod scene;
pub mod scripted_atlas;
pub mod serve;
pub mod tls;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs something for each of so many numbers, some at a time; all that it had to say.
pub fn side_by_side(
    at_once: usize,
    count: usize,
    run: impl Fn(usize) -> Option<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let numbers = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        let numbers = numbers.take_while(|number| *number < count);
        numbers.filter_map(&run).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(work)).collect();
        let said = workers.into_iter().map(|worker| worker.join().unwrap());
        said.flatten().collect()
    })
}
