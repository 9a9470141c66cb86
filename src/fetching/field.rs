//! One field of a version, for scripts.

use crate::diagnostic::{Code, Problem, quoted_list};
use crate::steps::Version;
use crate::suggest::closest;

/// A field, as the host names it.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The region of an `ami`.
    pub region: Option<String>,
}

/// The names of the fields that are not metadata.
const NAMES: [&str; 9] = [
    "ami", "id", "sha256", "size", "slug", "tag", "type", "url", "version",
];

/// A field that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldName {
    /// One of a version's own.
    Own(&'static str),
    /// A key of its metadata.
    Metadata(String),
    /// The image of a region, or the only one.
    Ami(Option<String>),
}

impl FieldName {
    /// Reads its name.
    pub(super) fn read(field: Field) -> Result<Self, Problem> {
        let Field { name, region } = field;
        let read = match name.strip_prefix("metadata.") {
            Some(key) => Some(Self::Metadata(key.into())),
            None if name == "ami" => return Ok(Self::Ami(region)),
            None => NAMES.into_iter().find(|n| *n == name).map(Self::Own),
        };
        match read {
            Some(read) if region.is_none() => Ok(read),
            Some(_) => Err(Problem::error(
                Code::WrongArgument,
                "only the field `ami` has a region",
            )
            .help("ask for the field `ami`, or leave the region away")),
            None => {
                let message = format!("there is no field `{}`", name.escape_debug());
                let help = match closest(&name, NAMES) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("the fields are {} and `metadata.KEY`", quoted_list(&NAMES)),
                };
                Err(Problem::error(Code::WrongArgument, message).help(help))
            }
        }
    }

    /// Its value. The error says in words what the version has instead.
    pub(super) fn of(&self, version: &Version) -> Result<String, String> {
        match self {
            Self::Own(name) => {
                let value = match *name {
                    "id" => Some(version.id.clone()),
                    "sha256" => version.sha256.clone(),
                    "size" => version.size.map(|size| size.to_string()),
                    "slug" => Some(version.slug.clone()),
                    "tag" => Some(version.tag.clone()),
                    "type" => Some(version.artifact_type.clone()),
                    "url" => version.url.clone(),
                    _ => Some(version.version.to_string()),
                };
                value.ok_or_else(|| format!("it has no `{name}`"))
            }
            Self::Metadata(key) => {
                let value = version.metadata.get(key).cloned();
                value.ok_or_else(|| {
                    let keys: Vec<_> = version.metadata.keys().collect();
                    let there = match keys.as_slice() {
                        [] => "none".into(),
                        keys => quoted_list(keys),
                    };
                    format!(
                        "it has no metadata `{}`; it has {there}",
                        key.escape_debug()
                    )
                })
            }
            Self::Ami(region) => ami(version, region.as_deref()),
        }
    }
}

fn ami(version: &Version, region: Option<&str>) -> Result<String, String> {
    let amis = &version.amis;
    let regions: Vec<_> = amis.keys().collect();
    match (region, regions.as_slice()) {
        (_, []) => Err("it has no Amazon machine image".into()),
        (None, [only]) => Ok(amis.get(*only).cloned().unwrap_or_default()),
        (None, all) => Err(format!(
            "it has images in {}: name one of these regions",
            quoted_list(all)
        )),
        (Some(region), all) => amis.get(region).cloned().ok_or_else(|| {
            format!(
                "it has no image in `{}`; it has images in {}",
                region.escape_debug(),
                quoted_list(all)
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, region: Option<&str>) -> Result<FieldName, Problem> {
        FieldName::read(Field {
            name: name.into(),
            region: region.map(str::to_owned),
        })
    }

    fn version(amis: &[(&str, &str)]) -> Version {
        let amis = amis.iter().map(|(k, v)| ((*k).into(), (*v).into()));
        Version {
            slug: "a/b/aws.ami/7".into(),
            tag: "a/b".into(),
            artifact_type: "aws.ami".into(),
            version: 7,
            id: "x".into(),
            metadata: [("os".into(), "linux".into())].into(),
            url: None,
            size: Some(5),
            sha256: None,
            amis: amis.collect(),
            revoke_at: None,
        }
    }

    #[test]
    fn fields_have_values_or_words() {
        let version = version(&[("eu-west-1", "ami-1"), ("us-east-1", "ami-2")]);
        let value = |name, region| read(name, region).unwrap().of(&version);
        assert_eq!(value("version", None).unwrap(), "7");
        assert_eq!(value("type", None).unwrap(), "aws.ami");
        assert_eq!(value("size", None).unwrap(), "5");
        assert_eq!(value("metadata.os", None).unwrap(), "linux");
        assert_eq!(value("ami", Some("us-east-1")).unwrap(), "ami-2");
        assert_eq!(value("url", None).unwrap_err(), "it has no `url`");
        let no_key = "it has no metadata `arch`; it has `os`";
        assert_eq!(value("metadata.arch", None).unwrap_err(), no_key);
        let several = "it has images in `eu-west-1`, `us-east-1`: name one of these regions";
        assert_eq!(value("ami", None).unwrap_err(), several);
        let elsewhere = value("ami", Some("us-west-2")).unwrap_err();
        assert!(elsewhere.starts_with("it has no image in `us-west-2`; it has images in `eu"));
    }

    #[test]
    fn the_only_image_needs_no_region() {
        let one = version(&[("us-west-2", "ami-3")]);
        assert_eq!(FieldName::Ami(None).of(&one).unwrap(), "ami-3");
        assert!(FieldName::Ami(None).of(&version(&[])).is_err());
    }

    #[test]
    fn names_that_there_are_not() {
        let help = |name| read(name, None).unwrap_err().help.unwrap();
        assert_eq!(help("sha265"), "did you mean `sha256`?");
        assert!(help("xyz").ends_with("`version` and `metadata.KEY`"));
        assert!(read("id", Some("us-east-1")).is_err());
    }
}
