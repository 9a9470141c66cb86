//! Backup and restore of a registry in a directory: SQLite and files.
//!
//! A backup is a directory that a server can be started on. It is made while servers, at work on the
//! original, publish and delete: first the database is copied as it is at one moment, then the files that this copy names.
//! A version that is deleted meanwhile is not in the backup.

use std::{collections::HashSet, fs, io, path::Path};

use serde::Serialize;
use thiserror::Error;
use tokio::task::spawn_blocking;

use crate::{
    database::{Database, DatabaseError},
    options::{BLOBS, DATABASE, Options, is_registry},
};

/// The database's name until all files are there: what broke off is no registry.
const UNFINISHED: &str = "atlas.db.unfinished";

/// Why there is no backup, or nothing is restored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The database is PostgreSQL's.
    #[error(
        "the database is PostgreSQL's: save it with pg_dump and restore it with pg_restore; after pg_dump, copy the files"
    )]
    Postgres,
    /// Files are in an S3 store.
    #[error(
        "files are in an S3 store: save atlas.db with `sqlite3 atlas.db '.backup COPY'`, and then the objects with the tools of the store"
    )]
    Store,
    /// The directory has no registry.
    #[error("there is no registry in {0}")]
    NoRegistry(String),
    /// The directory of the backup exists.
    #[error("{0} exists already: a backup gets a new directory")]
    Exists(String),
    /// The directory to restore into holds something.
    #[error(
        "{0} is not empty: a backup is restored into an empty directory, or one that does not exist"
    )]
    NotEmpty(String),
    /// The file of a version is not where it should be.
    #[error("the registry is damaged: the file {0} of a version is missing")]
    Missing(String),
    /// The database, or its copy, cannot be used.
    #[error("cannot copy the database: {0}")]
    Database(#[from] DatabaseError),
    /// A file cannot be read or written.
    #[error("cannot write {path}: {source}")]
    File {
        /// The copy.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// How many files of versions.
    pub files: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

/// How a file is copied.
#[derive(Clone, Copy)]
enum How {
    /// As another name of the same file, where the file system can do that: files of versions never change.
    Link,
    Copy,
}

/// Copies the registry that servers are started on with these options, even while they run, into a
/// new directory.
pub async fn backup(options: &Options, directory: &Path) -> Result<Copied, BackupError> {
    only_files(options)?;
    needs_registry(&options.data)?;
    fs::create_dir(directory).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(shown(directory)),
        _ => failed(directory, source),
    })?;
    let copied = copy(&options.data, directory, How::Link).await;
    if copied.is_err() {
        // It is ours, and of no use; why there is no backup matters more than what becomes of it.
        drop(fs::remove_dir_all(directory));
    }
    copied
}

/// Copies a backup to where servers are started on it with these options.
pub async fn restore(backup: &Path, options: &Options) -> Result<Copied, BackupError> {
    only_files(options)?;
    needs_registry(backup)?;
    let data = &options.data;
    let in_data = |source| failed(data, source);
    fs::create_dir_all(data).map_err(in_data)?;
    if fs::read_dir(data).map_err(in_data)?.next().is_some() {
        return Err(BackupError::NotEmpty(shown(data)));
    }
    let copied = copy(backup, data, How::Copy).await;
    if copied.is_err() {
        drop(fs::remove_dir_all(data.join(BLOBS)));
        drop(fs::remove_file(data.join(UNFINISHED)));
    }
    copied
}

async fn copy(from: &Path, to: &Path, how: How) -> Result<Copied, BackupError> {
    Begun::begin(from, to).await?.finish(how).await
}

/// A copy that has its database, but not its files.
struct Begun<'a> {
    original: Database,
    snapshot: Database,
    from: &'a Path,
    to: &'a Path,
}

impl<'a> Begun<'a> {
    async fn begin(from: &'a Path, to: &'a Path) -> Result<Self, BackupError> {
        let original = Database::open_to_read(&from.join(DATABASE))?;
        let unfinished = to.join(UNFINISHED);
        original.snapshot(&unfinished).await?;
        let snapshot = Database::open_alone(&unfinished).await?;
        if snapshot.has_files_elsewhere().await? {
            return Err(BackupError::Store);
        }
        snapshot.forget_partial_uploads().await?;
        Ok(Self {
            original,
            snapshot,
            from,
            to,
        })
    }

    async fn finish(self, how: How) -> Result<Copied, BackupError> {
        let names = self.snapshot.blob_names().await?;
        let (source, target) = (self.from.join(BLOBS), self.to.join(BLOBS));
        let copying = spawn_blocking(move || copy_files(names, &source, &target, how));
        let copied = copying.await;
        let (copied, gone) = copied.map_err(|error| failed(self.to, io::Error::other(error)))??;
        if !gone.is_empty() {
            // The row of a version that is deleted goes before its file does.
            let still_named = self.original.blob_names().await?;
            for name in gone {
                if still_named.contains(&name) {
                    return Err(BackupError::Missing(name));
                }
                self.snapshot.delete_version_of(&name).await?;
            }
        }
        self.original.close().await;
        self.snapshot.close().await;
        let unfinished = self.to.join(UNFINISHED);
        let end = || {
            fs::File::open(&unfinished)?.sync_all()?;
            fs::rename(&unfinished, self.to.join(DATABASE))
        };
        end().map_err(|source| failed(&unfinished, source))?;
        Ok(copied)
    }
}

/// Copies files, and tells those that are not there.
fn copy_files(
    names: HashSet<String>,
    from: &Path,
    to: &Path,
    how: How,
) -> Result<(Copied, Vec<String>), BackupError> {
    fs::create_dir(to).map_err(|source| failed(to, source))?;
    let mut copied = Copied { files: 0, bytes: 0 };
    let mut gone = Vec::new();
    for name in names {
        let (original, copy) = (from.join(&name), to.join(&name));
        match copy_file(&original, &copy, how) {
            Ok(bytes) => {
                copied.files += 1;
                copied.bytes += bytes;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => gone.push(name),
            Err(error) => return Err(failed(&copy, error)),
        }
    }
    Ok((copied, gone))
}

/// Copies a file, and tells how many bytes it has.
fn copy_file(from: &Path, to: &Path, how: How) -> io::Result<u64> {
    match how {
        How::Link if fs::hard_link(from, to).is_ok() => Ok(to.metadata()?.len()),
        How::Link | How::Copy => fs::copy(from, to),
    }
}

fn only_files(options: &Options) -> Result<(), BackupError> {
    match (&options.database, &options.blobs) {
        (Some(_), _) => Err(BackupError::Postgres),
        (None, Some(_)) => Err(BackupError::Store),
        (None, None) => Ok(()),
    }
}

fn needs_registry(directory: &Path) -> Result<(), BackupError> {
    match is_registry(directory) {
        true => Ok(()),
        false => Err(BackupError::NoRegistry(shown(directory))),
    }
}

fn failed(path: &Path, source: io::Error) -> BackupError {
    BackupError::File {
        path: shown(path),
        source,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slug::TypeSlug;

    /// Two versions with files, and an upload under way.
    const TWO: &str = "INSERT INTO organisations (name) VALUES ('o');
        INSERT INTO artifacts (artifact, username, name) VALUES (1, 'o', 'a');
        INSERT INTO versions (id, artifact, artifact_type, version, builder_id, file, build_id, compile_id, created_at)
        VALUES (1, 1, 't', 1, 'x', 1, 0, 0, ''), (2, 1, 't', 2, 'x', 1, 0, 0, '');
        INSERT INTO uploads (version_id, upload_key, blob, size, sha256)
        VALUES (1, 'k1', 'one', 3, zeroblob(32)), (2, 'k2', 'two', 3, zeroblob(32));
        INSERT INTO partial_uploads (upload_key, blob, used_at) VALUES ('k1', 'half', 0);
        INSERT INTO channels (artifact, artifact_type, name, version) VALUES (1, 't', 'production', 2)";

    #[tokio::test]
    async fn a_version_that_is_deleted_while_files_are_copied_is_not_in_the_copy() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let options = Options::new(from.path());
        let database = Database::open(&options).await.unwrap();
        database.execute(TWO).await;
        fs::create_dir(from.path().join(BLOBS)).unwrap();
        for name in ["one", "two"] {
            fs::write(from.path().join(BLOBS).join(name), name).unwrap();
        }

        let begun = Begun::begin(from.path(), to.path()).await.unwrap();
        database.delete_version_of("two").await.unwrap();
        fs::remove_file(from.path().join(BLOBS).join("two")).unwrap();
        let copied = begun.finish(How::Link).await.unwrap();
        assert_eq!(copied, Copied { files: 1, bytes: 3 });

        let copy = Database::open(&Options::new(to.path())).await.unwrap();
        assert_eq!(copy.blob_names().await.unwrap(), ["one".to_owned()].into());
        let slug = TypeSlug::parse("o", "a", "t").unwrap();
        assert!(copy.channels(&slug, "", 1).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn files_in_a_store_are_no_part_of_a_backup_whatever_is_said_of_them() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let options = Options::new(from.path());
        let database = Database::open(&options).await.unwrap();
        database.execute(TWO).await;
        database.execute("UPDATE uploads SET sha256 = NULL").await;
        let target = to.path().join("backup");
        let with_store = options.clone().blobs("s3://bucket");
        for options in [options, with_store] {
            let error = backup(&options, &target).await.unwrap_err();
            assert!(matches!(error, BackupError::Store), "{error}");
            assert!(!target.exists());
        }
    }
}
