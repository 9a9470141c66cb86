//! Who may do what: the levels of access, and what a caller has where.

use std::collections::BTreeMap;

use crate::slug::Segment;

/// What one may do in an organisation; each level includes the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Search, list and download.
    Read,
    /// Publish, and manage versions: channels, revocation, attestations.
    Write,
    /// Delete, publish to everybody, and manage tokens and members.
    Own,
}

impl Access {
    /// Its name in the API and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Own => "own",
        }
    }

    /// The level of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Own]
            .into_iter()
            .find(|access| access.name() == name)
    }
}

/// Who sends a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// How the audit log and a version's `created_by` name it: a user, or a token by its number.
    /// Empty for nobody.
    pub(crate) name: String,
    /// The user, if it is one's token or session.
    pub(crate) user: Option<String>,
    rights: Rights,
}

#[derive(Debug, Clone, Default)]
enum Rights {
    #[default]
    Nobody,
    Everywhere(Access),
    In(BTreeMap<String, Access>),
}

impl Caller {
    /// Who has the same access in every organisation, those that do not exist yet too.
    pub(crate) fn everywhere(name: String, access: Access) -> Self {
        Self {
            name,
            user: None,
            rights: Rights::Everywhere(access),
        }
    }

    /// Who has access in some organisations.
    pub(crate) fn within(
        name: String,
        user: Option<String>,
        organisations: BTreeMap<String, Access>,
    ) -> Self {
        Self {
            name,
            user,
            rights: Rights::In(organisations),
        }
    }

    /// Whether an accepted token or session was shown.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.rights, Rights::Nobody)
    }

    /// Whether it administers the whole registry.
    pub(crate) fn is_administrator(&self) -> bool {
        matches!(self.rights, Rights::Everywhere(Access::Own))
    }

    /// What it may do in an organisation, if anything.
    pub(crate) fn access(&self, organisation: &Segment) -> Option<Access> {
        match &self.rights {
            Rights::Nobody => None,
            Rights::Everywhere(access) => Some(*access),
            Rights::In(organisations) => organisations.get(organisation.as_str()).copied(),
        }
    }

    /// The organisations in which it has access; `None` is all of them.
    pub(crate) fn organisations(&self) -> Option<Vec<(&str, Access)>> {
        match &self.rights {
            Rights::Nobody => Some(Vec::new()),
            Rights::Everywhere(_) => None,
            Rights::In(organisations) => Some(
                organisations
                    .iter()
                    .map(|(name, access)| (name.as_str(), *access))
                    .collect(),
            ),
        }
    }
}
