//! The catalogue: which artifacts there are, for those who may see them.

use sqlx::{Row, any::AnyRow};

use super::{connection::Database, error::DatabaseError};
use crate::slug::ArtifactSlug;

/// Which artifacts are looked for; what is empty asks for nothing.
#[derive(Debug, Default)]
pub(crate) struct Sought<'a> {
    /// The user who looks: public artifacts are for nobody too.
    pub(crate) user: &'a str,
    /// How many are found at most.
    pub(crate) most: usize,
    /// A part of the slug, whatever the case.
    pub(crate) part: &'a str,
    /// The organisation.
    pub(crate) organisation: &'a str,
    /// A type that it has.
    pub(crate) artifact_type: &'a str,
    /// What the newest version of a type says of itself.
    pub(crate) metadata: Option<(&'a str, &'a str)>,
    /// The slug behind which to begin.
    pub(crate) after: (&'a str, &'a str),
}

impl<'a> Sought<'a> {
    /// All that a user may see: one more than `page`, to tell whether there are more.
    pub(crate) fn by(user: Option<&'a str>, page: usize) -> Self {
        Self {
            user: user.unwrap_or_default(),
            most: page + 1,
            ..Self::default()
        }
    }
}

/// An artifact in the catalogue.
#[derive(Debug)]
pub(crate) struct CatalogueEntry {
    /// Which.
    pub(crate) slug: ArtifactSlug,
    /// Whether all may read it.
    pub(crate) public: bool,
    /// The newest complete version of each of its types.
    pub(crate) newest: Vec<Newest>,
}

/// The newest complete version of a type.
#[derive(Debug)]
pub(crate) struct Newest {
    /// The type.
    pub(crate) artifact_type: String,
    /// The version's number.
    pub(crate) version: i64,
    /// When it was made.
    pub(crate) created_at: String,
}

/// Each type's newest complete version, from the table that has one row a type.
macro_rules! newest_of {
    ($joined:literal, $rest:literal) => {
        concat!(
            $joined,
            " JOIN versions ON versions.artifact = numbers.artifact AND versions.artifact_type = numbers.artifact_type
             AND versions.version = (
                 SELECT complete.version FROM versions complete LEFT JOIN uploads ON version_id = complete.id
                 WHERE complete.artifact = numbers.artifact AND complete.artifact_type = numbers.artifact_type
                     AND (complete.file = 0 OR blob IS NOT NULL)
                 ORDER BY complete.version DESC LIMIT 1)",
            $rest
        )
    };
}

/// Metadata is kept as JSON without spaces: a pair in it begins behind a brace or a comma that no
/// backslash stands before, which neither can have inside a string that a quote follows.
const CATALOGUE: &str = concat!(
    "SELECT page.username, page.name, page.public, versions.artifact_type, versions.version, versions.created_at
     FROM (SELECT artifact, username, name, public FROM artifacts
         WHERE (public = 1 OR EXISTS (
                 SELECT 1 FROM members WHERE organisation = artifacts.username AND members.username = $1))
             AND lower(username || '/' || name) LIKE lower($2) ESCAPE '!'
             AND ($3 = '' OR username = $3)
             AND (username > $4 OR (username = $4 AND name > $5))
             AND (($6 = '' AND $7 = '') OR EXISTS (",
    newest_of!(
        "SELECT 1 FROM numbers",
        " WHERE numbers.artifact = artifacts.artifact AND ($6 = '' OR numbers.artifact_type = $6)
             AND ($7 = '' OR replace(replace(metadata, '{' || $7, ''), ',' || $7, '') <> metadata)"
    ),
    "    ))
         ORDER BY username, name LIMIT $8) page
     LEFT JOIN numbers ON numbers.artifact = page.artifact
     LEFT ",
    newest_of!("", ""),
    " ORDER BY page.username, page.name, versions.artifact_type"
);

impl Database {
    /// The artifacts that are looked for, by slug.
    pub(crate) async fn catalogue(
        &self,
        sought: &Sought<'_>,
    ) -> Result<Vec<CatalogueEntry>, DatabaseError> {
        let pair = sought.metadata.map(|(key, value)| {
            let [key, value] = [key, value].map(|text| serde_json::Value::from(text).to_string());
            format!("{key}:{value}")
        });
        let rows = sqlx::query(CATALOGUE)
            .bind(sought.user)
            .bind(format!("%{}%", escaped(sought.part)))
            .bind(sought.organisation)
            .bind(sought.after.0)
            .bind(sought.after.1)
            .bind(sought.artifact_type)
            .bind(pair.unwrap_or_default())
            .bind(i64::try_from(sought.most).unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await?;
        let mut entries: Vec<CatalogueEntry> = Vec::new();
        for row in &rows {
            let entry = entry(row)?;
            match entries.last_mut() {
                Some(last) if last.slug == entry.slug => last.newest.extend(entry.newest),
                _ => entries.push(entry),
            }
        }
        Ok(entries)
    }
}

fn entry(row: &AnyRow) -> Result<CatalogueEntry, DatabaseError> {
    let slug = ArtifactSlug::parse(row.try_get("username")?, row.try_get("name")?);
    let version: Option<i64> = row.try_get("version")?;
    let newest = version.map(|version| {
        Ok::<_, DatabaseError>(Newest {
            artifact_type: row.try_get("artifact_type")?,
            version,
            created_at: row.try_get("created_at")?,
        })
    });
    Ok(CatalogueEntry {
        slug: slug.map_err(|_| DatabaseError::Damaged("slug"))?,
        public: row.try_get::<i64, _>("public")? != 0,
        newest: newest.transpose()?.into_iter().collect(),
    })
}

/// A text that is no pattern of LIKE.
fn escaped(text: &str) -> String {
    ["!", "%", "_"]
        .iter()
        .fold(text.to_owned(), |text, special| {
            text.replace(special, &format!("!{special}"))
        })
}
