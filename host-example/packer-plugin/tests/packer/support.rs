//! What the tests of the whole workspace share.

#![allow(dead_code, missing_docs, reason = "written for other tests as well")]

#[path = "../../../../tests/support/atlas.rs"]
pub mod atlas;
#[path = "../../../../tests/support/case_files.rs"]
pub mod case_files;
#[path = "../../../../tests/support/describe.rs"]
pub mod describe;
#[path = "../../../../tests/support/golden.rs"]
pub mod golden;
#[path = "../../../../tests/support/http.rs"]
pub mod http;
#[path = "../../../../tests/support/listening.rs"]
pub mod listening;
#[path = "../../../../tests/support/scripted_atlas.rs"]
pub mod scripted_atlas;
