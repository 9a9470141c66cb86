//! An Atlas.
