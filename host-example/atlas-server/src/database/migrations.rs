//! The schema's steps, for each kind of database. One that has been released is never changed.

use std::borrow::Cow;

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// The steps of a SQLite file.
pub(super) fn sqlite() -> Migrator {
    migrator(&[
        (
            "registry",
            include_str!("../../migrations/sqlite/1_registry.sql"),
        ),
        (
            "partial uploads",
            include_str!("../../migrations/sqlite/2_partial_uploads.sql"),
        ),
        (
            "organisations",
            include_str!("../../migrations/sqlite/3_organisations.sql"),
        ),
        (
            "files elsewhere",
            include_str!("../../migrations/sqlite/4_files_elsewhere.sql"),
        ),
        (
            "token use",
            include_str!("../../migrations/sqlite/5_token_use.sql"),
        ),
        (
            "waiting uploads",
            include_str!("../../migrations/sqlite/6_waiting_uploads.sql"),
        ),
    ])
}

/// The steps of a PostgreSQL database.
pub(super) fn postgres() -> Migrator {
    migrator(&[
        (
            "registry",
            include_str!("../../migrations/postgres/1_registry.sql"),
        ),
        (
            "token use",
            include_str!("../../migrations/postgres/2_token_use.sql"),
        ),
        (
            "waiting uploads",
            include_str!("../../migrations/postgres/3_waiting_uploads.sql"),
        ),
    ])
}

fn migrator(steps: &[(&'static str, &'static str)]) -> Migrator {
    let migrations = (1..).zip(steps).map(|(number, (name, sql))| {
        Migration::new(
            number,
            Cow::Borrowed(*name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use sqlx::{AnyPool, Executor};

    use super::*;
    use crate::{
        Options,
        database::{Database, VersionFilter},
        options::DATABASE,
        slug::TypeSlug,
    };

    #[tokio::test]
    async fn what_waited_for_its_file_before_still_waits() {
        let directory = tempfile::tempdir().unwrap();
        sqlx::any::install_default_drivers();
        let file = directory.path().join(DATABASE);
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let before = AnyPool::connect(&url).await.unwrap();
        let steps = sqlite().iter().take(5).cloned().collect();
        Migrator::with_migrations(steps).run(&before).await.unwrap();
        before
            .execute(
                "INSERT INTO artifacts (artifact, username, name) VALUES (7, 'hashicorp', 'web');
                 INSERT INTO versions (id, artifact, artifact_type, version, builder_id, file, build_id, compile_id)
                 VALUES (3, 7, 't', 1, 'x', 1, 0, 0), (4, 7, 't', 2, 'x', 1, 0, 0);
                 INSERT INTO uploads (version_id, upload_key, blob, size) VALUES (3, 'k', NULL, NULL), (4, 'l', 'b', 1)",
            )
            .await
            .unwrap();
        before.close().await;
        let options = Options::new(directory.path());
        let database = Database::open(&options).await.unwrap();
        let slug = TypeSlug::parse("hashicorp", "web", "t").unwrap();
        let waiting = database.incomplete(&slug, VersionFilter::default(), 10);
        assert_eq!(waiting.await.unwrap(), [1]);
    }
}
