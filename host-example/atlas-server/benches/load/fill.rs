//! What is in the database: written by SQL, since nobody waits for a million requests.

use std::path::Path;

use sqlx::{AnyConnection, Connection, Executor};

/// How many organisations there are.
pub const ORGANISATIONS: u32 = 10;

/// How many artifacts are written in one transaction.
const BATCH: u32 = 500;

/// Who is there. Artifact N is `orgM/aN`.
const ORGANISATION: &str = "INSERT INTO organisations (name) VALUES ('org' || $1)";

/// What is written of the artifacts from `$1` on and before `$2`: complete versions of type `t`, every other one with
/// `arch=x64`.
const CONTENT: [&str; 4] = [
    "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
     INSERT INTO artifacts (username, name, public) SELECT 'org' || (i % 10), 'a' || i, 1 FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
     INSERT INTO versions (artifact, artifact_type, version, builder_id, metadata, file, build_id, compile_id,
         created_at, created_by)
     SELECT artifact, 't', i, 'id-' || i, CASE i % 2 WHEN 0 THEN '{\"arch\":\"x64\"}' ELSE '{\"arch\":\"arm\"}' END,
         1, i / 10, 0, '2026-01-01T00:00:00Z', 'load' FROM artifacts CROSS JOIN n
         WHERE artifact >= $1 AND artifact < $2",
    "INSERT INTO numbers (artifact, artifact_type, newest)
     SELECT artifact, 't', 100 FROM artifacts WHERE artifact >= $1 AND artifact < $2",
    "INSERT INTO uploads (version_id, upload_key, blob, size, of_artifact)
     SELECT id, 'key' || id, 'blob' || id, 1000, artifact FROM versions WHERE artifact >= $1 AND artifact < $2",
];

/// The files' digest, which has no one spelling in SQL.
const DIGEST: &str = "UPDATE uploads SET sha256 = $3 WHERE version_id IN
     (SELECT id FROM versions WHERE artifact >= $1 AND artifact < $2)";

pub async fn fill(directory: &Path, database: Option<&str>, artifacts: u32) {
    sqlx::any::install_default_drivers();
    let sqlite = format!("sqlite://{}", directory.join("atlas.db").display());
    let url = database.unwrap_or(&sqlite);
    let mut connection = AnyConnection::connect(url).await.unwrap();
    if database.is_none() {
        let fast = "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000";
        connection.execute(fast).await.unwrap();
    }
    for number in 0..ORGANISATIONS {
        let query = sqlx::query(ORGANISATION).bind(number.to_string());
        query.execute(&mut connection).await.unwrap();
    }
    for first in (1..=artifacts).step_by(BATCH as usize) {
        let end = artifacts.saturating_add(1).min(first + BATCH);
        let mut transaction = connection.begin().await.unwrap();
        let query = |text| {
            sqlx::query(text)
                .bind(i64::from(first))
                .bind(i64::from(end))
        };
        for text in CONTENT {
            query(text).execute(&mut *transaction).await.unwrap();
        }
        let digest = query(DIGEST).bind(&[7_u8; 32][..]);
        digest.execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
    if database.is_some() {
        // PostgreSQL does this by itself, some time later.
        connection.execute("ANALYZE").await.unwrap();
    }
    connection.close().await.unwrap();
}
