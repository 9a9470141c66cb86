//! The pages, for people with a browser.
//!
//! A file for what each page shows: plain values, and a pure function from these to markup; in `endpoints`,
//! a file for the requests to each. They need no script, and whatever a publisher wrote is text in them.

mod artifact;
mod endpoints;
mod entries;
mod error;
mod home;
mod layout;
mod login;
mod organisation;
mod reference;
mod style;
mod tokens;
mod visitor;

pub(crate) use self::endpoints::with_pages;
use crate::links;

#[cfg(test)]
mod tests;
