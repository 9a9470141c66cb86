//! What is in the database: written at once, since nobody waits for a million requests.

use std::path::Path;

use sqlx::{AnyConnection, Connection};

/// How many versions each artifact has.
const VERSIONS: u32 = 100;

/// How many organisations there are.
pub const ORGANISATIONS: u32 = 10;

/// Artifact N is `orgM/aN`, with complete versions of type `t`, every other one with `arch=x64`.
pub async fn fill(directory: &Path, database: Option<&str>, artifacts: u32) {
    sqlx::any::install_default_drivers();
    let sqlite = format!("sqlite://{}", directory.join("atlas.db").display());
    let mut connection = AnyConnection::connect(database.unwrap_or(&sqlite))
        .await
        .unwrap();
    let mut transaction = connection.begin().await.unwrap();
    for (text, count) in [
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
             INSERT INTO organisations (name) SELECT 'org' || (i - 1) FROM n",
            ORGANISATIONS,
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
             INSERT INTO artifacts (username, name, public) SELECT 'org' || (i % 10), 'a' || i, 1 FROM n",
            artifacts,
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
             INSERT INTO versions (artifact, artifact_type, version, builder_id, metadata, file, build_id, compile_id,
                 created_at, created_by)
             SELECT artifact, 't', i, 'id-' || i, CASE i % 2 WHEN 0 THEN '{\"arch\":\"x64\"}' ELSE '{\"arch\":\"arm\"}' END,
                 1, i / 10, 0, '2026-01-01T00:00:00Z', 'load' FROM artifacts CROSS JOIN n",
            VERSIONS,
        ),
        (
            "INSERT INTO numbers (artifact, artifact_type, newest)
             SELECT artifact, 't', CAST($1 AS INTEGER) FROM artifacts",
            VERSIONS,
        ),
    ] {
        let query = sqlx::query(text).bind(i64::from(count));
        query.execute(&mut *transaction).await.unwrap();
    }
    sqlx::query(
        "INSERT INTO uploads (version_id, upload_key, blob, size, sha256)
         SELECT id, 'key' || id, 'blob' || id, 1000, $1 FROM versions",
    )
    .bind(&[7_u8; 32][..])
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    if database.is_some() {
        // PostgreSQL does this by itself, some time later.
        sqlx::query("ANALYZE")
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
}
