//! What the provider, the data source and the resource that it had have in their blocks.

use crate::protocol::schema::{Attribute, Block, Schema, Schemas};

/// What both the data source and the resource are called.
pub const ARTIFACT: &str = "atlas_artifact";

const STRING: &str = r#""string""#;
const NUMBER: &str = r#""number""#;
const MAP: &str = r#"["map","string"]"#;
const SET: &str = r#"["set","string"]"#;

/// An attribute: its name, its type, what it is for.
type Row = (&'static str, &'static str, &'static str);

const PROVIDER: [Row; 2] = [
    (
        "address",
        STRING,
        "The address of Atlas; by default that in ATLAS_ADDRESS",
    ),
    (
        "token",
        STRING,
        "Who asks; by default who is in ATLAS_TOKEN, or nobody: public artifacts need no token",
    ),
];

const REQUIRED: [Row; 2] = [
    ("name", STRING, "The artifact, `user/name`"),
    ("type", STRING, "Its type, such as `aws.ami`"),
];

const OPTIONAL: [Row; 5] = [
    (
        "version",
        STRING,
        "`latest`, the newest version, if it matches; `any`, the newest of those that match; a number; or a \
         channel. By default `latest`, or `any` if `build` is given",
    ),
    (
        "build",
        STRING,
        "The build that made it: `latest`, `any` or a number. It has no meaning beside `version`",
    ),
    (
        "channel",
        STRING,
        "The channel that is at the version, such as `production`, in place of `version`",
    ),
    ("metadata", MAP, "What the version must have as metadata"),
    (
        "metadata_keys",
        SET,
        "Keys that its metadata must have, with any value",
    ),
];

const COMPUTED: [Row; 10] = [
    ("id", STRING, "What was published: the artifact's id"),
    ("version_real", STRING, "The version's number"),
    (
        "metadata_full",
        MAP,
        "Its metadata; what is no letter, digit, `_` or `-` in a key is `-`",
    ),
    ("slug", STRING, "`user/name/type/version`"),
    (
        "file_url",
        STRING,
        "Where the file of the artifact's latest version is; empty if this one has none",
    ),
    ("url", STRING, "Where this version's own file is"),
    ("amis", MAP, "The Amazon machine images, by region"),
    ("sha256", STRING, "SHA-256 of its file, in hexadecimal"),
    ("size", NUMBER, "Bytes of its file"),
    (
        "revoke_at",
        STRING,
        "From when on it should not be used any more, if that is so",
    ),
];

/// All of them.
pub fn schemas() -> Schemas {
    let artifact = || {
        let required = REQUIRED.iter().map(|row| Attribute {
            required: true,
            ..attribute(row)
        });
        let optional = OPTIONAL.iter().map(|row| Attribute {
            optional: true,
            ..attribute(row)
        });
        let computed = COMPUTED.iter().map(|row| Attribute {
            computed: true,
            ..attribute(row)
        });
        required.chain(optional).chain(computed).collect()
    };
    let provider = PROVIDER.iter().map(|row| Attribute {
        optional: true,
        sensitive: row.0 == "token",
        ..attribute(row)
    });
    let found = schema("A version of an artifact in Atlas", artifact());
    let mut gone = schema("In its place there is the data source", artifact());
    if let Some(block) = &mut gone.block {
        block.deprecated = true;
    }
    Schemas {
        provider: Some(schema("", provider.collect())),
        resources: [(ARTIFACT.to_owned(), gone)].into(),
        data_sources: [(ARTIFACT.to_owned(), found)].into(),
        diagnostics: Vec::new(),
    }
}

/// The names of all attributes of an artifact.
pub fn artifact_names() -> impl Iterator<Item = &'static str> {
    let rows = REQUIRED.iter().chain(&OPTIONAL).chain(&COMPUTED);
    rows.map(|(name, ..)| *name)
}

fn schema(description: &str, mut attributes: Vec<Attribute>) -> Schema {
    attributes.sort_by(|one, other| one.name.cmp(&other.name));
    let block = Block {
        attributes,
        description: description.to_owned(),
        ..Block::default()
    };
    Schema {
        version: 0,
        block: Some(block),
    }
}

fn attribute((name, kind, description): &Row) -> Attribute {
    Attribute {
        name: (*name).to_owned(),
        type_json: kind.as_bytes().to_vec(),
        description: (*description).to_owned(),
        ..Attribute::default()
    }
}
