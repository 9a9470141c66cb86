//! `atlas-host backup` and `atlas-host restore`.

use atlas_server::{BackupError, Copied};
use serde_json::json;

use crate::arguments::Copy;
use crate::show;

/// Makes a backup, to its end: what breaks off is none.
pub(crate) async fn backup(arguments: &Copy) -> u8 {
    let backup = atlas_server::backup(&arguments.storage.options(), &arguments.backup).await;
    tell(backup, "The backup is in", arguments, &arguments.backup)
}

/// Takes what a backup holds.
pub(crate) async fn restore(arguments: &Copy) -> u8 {
    let restored = atlas_server::restore(&arguments.backup, &arguments.storage.options()).await;
    let data = arguments.storage.data();
    tell(restored, "The backup is restored in", arguments, data)
}

fn tell(
    done: Result<Copied, BackupError>,
    what: &str,
    arguments: &Copy,
    directory: &std::path::Path,
) -> u8 {
    match done {
        Ok(copied) => {
            let line = format!(
                "{what} {}: the database, and {} files with {} bytes",
                directory.display(),
                copied.files,
                copied.bytes
            );
            let document = json!({ "directory": directory, "copied": copied });
            show::done(&document, &[line], arguments.json);
            0
        }
        Err(error) => {
            show::failed("not-copied", &error.to_string(), arguments.json);
            1
        }
    }
}
