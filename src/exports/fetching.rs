//! `fetching`: a version begins its way from Atlas.

use super::exported::{fetching as wit, transfers};
use super::mirror::Mirror;
use super::transfers::{Work, begun};
use super::{Checked, Component};
use crate::fetching::Fetch;
use crate::platform::wasi::Wasi;

impl wit::Guest for Component {
    fn find(query: wit::Query, options: wit::Options) -> Checked<transfers::Transfer> {
        let fetch = Fetch::find(query.mirror(), options.mirror(), &Wasi::default());
        begun(fetch.map(Work::Fetch))
    }

    fn download(query: wit::Query, options: wit::Options) -> Checked<transfers::Transfer> {
        let fetch = Fetch::download(query.mirror(), options.mirror(), &Wasi::default());
        begun(fetch.map(Work::Fetch))
    }
}
