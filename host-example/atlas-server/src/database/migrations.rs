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
