//! Packing block after block: a WASI runtime has one thread.

use super::{Packer, Stop};
use crate::observer::Observer;
use crate::spool::{Packed, Spool};

/// Makes the archive.
pub(super) async fn pack(
    packer: &Packer,
    files: &[String],
    observer: &dyn Observer,
) -> Result<Packed, Stop> {
    let mut spool = Spool::new(&packer.spool)?;
    let mut archive = packer.plan(files).await?;
    let size = archive.size().await?;
    let mut done = 0;
    let mut sums = Vec::new();
    for index in 0..archive.blocks().await? {
        let block = archive.block(index).await??;
        spool.write(&block.data)?;
        sums.push((block.crc32, block.length));
        done += block.length;
        observer.packed(done, size);
    }
    let trailer = archive.trailer(&sums).await??;
    spool.write(&trailer)?;
    Ok(spool.finish()?)
}
