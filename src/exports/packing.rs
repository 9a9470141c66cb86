//! `packing`: archives, block by block.

use std::cell::RefCell;

use super::exported::packing as wit;
use super::mirror::Mirror;
use super::{Component, wit as types};
use crate::packing;
use crate::platform::Platform;
use crate::platform::wasi::Wasi;

impl wit::Guest for Component {
    type Archive = Archive;
}

/// The contract's resource.
pub(super) struct Archive(RefCell<packing::Archive>);

type Packed<T> = Result<T, types::Diagnostic>;

fn in_words(error: packing::PackError) -> types::Diagnostic {
    error.diagnostic().mirror()
}

impl wit::GuestArchive for Archive {
    fn plan(files: Vec<String>, level: u8) -> Packed<wit::Archive> {
        let level = packing::Level::new(level).map_err(in_words)?;
        let archive =
            packing::plan_archive(Wasi::default().files(), &files, level).map_err(in_words)?;
        Ok(wit::Archive::new(Archive(RefCell::new(archive))))
    }

    fn sources(&self) -> Vec<String> {
        let archive = self.0.borrow();
        archive.members().iter().map(|m| m.path.clone()).collect()
    }

    fn set_permissions(&self, permissions: Vec<u32>) -> Packed<()> {
        let mut archive = self.0.borrow_mut();
        archive.set_permissions(&permissions).map_err(in_words)
    }

    fn fingerprint(&self) -> String {
        self.0.borrow().fingerprint()
    }

    fn size(&self) -> u64 {
        self.0.borrow().len()
    }

    fn blocks(&self) -> u32 {
        self.0.borrow().blocks()
    }

    fn block(&self, index: u32) -> Packed<wit::Block> {
        let archive = self.0.borrow();
        let block = archive.block(index, Wasi::default().files());
        let block = block.map_err(in_words)?;
        Ok(wit::Block {
            data: block.data,
            crc32: block.crc32,
            length: block.length,
        })
    }

    fn trailer(&self, sums: Vec<(u32, u64)>) -> Packed<Vec<u8>> {
        self.0.borrow().trailer(&sums).map_err(in_words)
    }
}
