//! In tests: how much is done for a document, so that what takes too long is seen without a clock.

#[cfg(not(test))]
pub(crate) fn count(_: usize) {}

#[cfg(test)]
pub(crate) use counted::{count, of};

#[cfg(test)]
mod counted {
    use std::cell::Cell;

    thread_local! {
        static DONE: Cell<usize> = const { Cell::new(0) };
    }

    /// So many bytes, values or names are looked at.
    pub(crate) fn count(n: usize) {
        DONE.set(DONE.get() + n);
    }

    /// How many `work` looks at.
    pub(crate) fn of(work: impl FnOnce()) -> usize {
        let before = DONE.get();
        work();
        DONE.get() - before
    }
}
