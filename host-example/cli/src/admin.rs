//! `atlas-host admin`: organisations, users and tokens of an Atlas of one's own.

use std::io::{self, BufRead, IsTerminal, Read};

use atlas_server::{Admin, AdminError, TokenOptions};
use serde_json::{Value, json};

use crate::arguments::{
    Admin as AdminArguments, AdminTask, MemberTask, OrganisationTask, TokenTask, UserTask,
};
use crate::show;

/// The longest password that is read, in bytes.
const LONGEST_PASSWORD: u64 = 4096;

/// What was done: as a document, and for people.
type Told = (Value, Vec<String>);

/// Does what an administrator wants done.
pub(crate) async fn admin(arguments: &AdminArguments) -> u8 {
    let json = arguments.json;
    let admin = match Admin::open(&arguments.storage.options()).await {
        Ok(admin) => admin,
        Err(error) => return failed(&error, json),
    };
    let done = match &arguments.task {
        AdminTask::Organisation(task) => organisation(&admin, task).await,
        AdminTask::User(task) => user(&admin, task).await,
        AdminTask::Member(task) => member(&admin, task).await,
        AdminTask::Token(task) => token(&admin, task).await,
        AdminTask::Audit {
            organisation,
            limit,
        } => audit(&admin, organisation.as_deref(), *limit).await,
    };
    admin.close().await;
    match done {
        Ok((document, lines)) => {
            show::done(&document, &lines, json);
            0
        }
        Err(error) => failed(&error, json),
    }
}

fn failed(error: &AdminError, json: bool) -> u8 {
    let (code, status) = match error {
        AdminError::Refused(_) => ("refused", 2),
        _ => ("registry-unusable", 1),
    };
    show::failed(code, &error.to_string(), json);
    status
}

async fn organisation(admin: &Admin, task: &OrganisationTask) -> Result<Told, AdminError> {
    match task {
        OrganisationTask::Add { name } => {
            admin.add_organisation(name).await?;
            let lines = vec![format!("There is an organisation {name} now.")];
            Ok((json!({ "organisation": name }), lines))
        }
        OrganisationTask::List => {
            let organisations = admin.organisations().await?;
            let rows: Vec<_> = organisations
                .iter()
                .map(|one| {
                    let quota = one.quota.map(|bytes| format!("at most {bytes} bytes"));
                    [one.name.clone(), quota.unwrap_or_default()]
                })
                .collect();
            let lines = show::table(&rows);
            Ok((json!({ "organisations": organisations }), lines))
        }
        OrganisationTask::Quota { name, bytes } => {
            admin.set_quota(name, bytes.0).await?;
            let line = match bytes.0 {
                Some(bytes) => format!("The files of {name} may take {bytes} bytes."),
                None => format!("The files of {name} may take any room."),
            };
            let document = json!({ "organisation": name, "quota": bytes.0 });
            Ok((document, vec![line]))
        }
    }
}

async fn user(admin: &Admin, task: &UserTask) -> Result<Told, AdminError> {
    match task {
        UserTask::Add { name } => {
            let is_new = admin.set_user(name, &password()?).await?;
            let line = match is_new {
                true => format!("There is a user {name} now."),
                false => format!("The user {name} has another password now."),
            };
            Ok((json!({ "user": name, "new": is_new }), vec![line]))
        }
        UserTask::List => {
            let users = admin.users().await?;
            let rows: Vec<_> = users.iter().map(|name| [name.clone()]).collect();
            Ok((json!({ "users": users }), show::table(&rows)))
        }
    }
}

/// From a terminal, without showing it, or one line of the standard input.
fn password() -> Result<String, AdminError> {
    let unreadable = |error| AdminError::Refused(format!("cannot read the password: {error}"));
    if io::stdin().is_terminal() {
        let ask = |prompt| rpassword::prompt_password(prompt).map_err(unreadable);
        let password = ask("Password: ")?;
        return match ask("The same again: ")? == password {
            true => Ok(password),
            false => Err(AdminError::Refused("the two passwords differ".to_owned())),
        };
    }
    let mut line = String::new();
    let mut input = io::stdin().lock().take(LONGEST_PASSWORD);
    input.read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn member(admin: &Admin, task: &MemberTask) -> Result<Told, AdminError> {
    let MemberTask::Set {
        organisation,
        user,
        access,
    } = task;
    admin.set_member(organisation, user, access.0).await?;
    let access = access.0.map_or("none", |access| access.name());
    let line = format!("Access of {user} to {organisation}: {access}.");
    let document = json!({ "organisation": organisation, "user": user, "access": access });
    Ok((document, vec![line]))
}

async fn token(admin: &Admin, task: &TokenTask) -> Result<Told, AdminError> {
    match task {
        TokenTask::Add {
            organisation,
            user,
            access,
            expires,
            description,
        } => {
            let wanted = TokenOptions {
                description,
                organisation: organisation.as_deref(),
                user: user.as_deref(),
                access: *access,
                lifetime: *expires,
            };
            let made = admin.add_token(wanted).await?;
            // For people who read it, and for `ATLAS_TOKEN=$(…)`.
            show::line(&format!("Token {}, shown this once:", made.id));
            Ok((json!(made), vec![made.token]))
        }
        TokenTask::List { organisation } => {
            let tokens = admin.tokens(organisation.as_deref()).await?;
            let rows: Vec<_> = tokens
                .iter()
                .map(|token| {
                    let user = token.username.as_deref().unwrap_or("-");
                    let organisation = token.organisation.as_deref().unwrap_or("-");
                    let end = match (&token.revoked_at, &token.expires_at) {
                        (Some(at), _) => format!("revoked {at}"),
                        (None, Some(at)) => format!("until {at}"),
                        (None, None) => "no end".to_owned(),
                    };
                    [
                        token.id.to_string(),
                        token.access.clone(),
                        organisation.to_owned(),
                        user.to_owned(),
                        end,
                        token.last_used_at.as_deref().unwrap_or("never").to_owned(),
                        token.description.clone(),
                    ]
                })
                .collect();
            let names = [
                "ID",
                "ACCESS",
                "ORGANISATION",
                "USER",
                "END",
                "LAST USED",
                "DESCRIPTION",
            ];
            let rows = [&[names.map(str::to_owned)], &rows[..]].concat();
            Ok((json!({ "tokens": tokens }), show::table(&rows)))
        }
        TokenTask::Revoke { id } => {
            admin.revoke_token(*id).await?;
            let lines = vec![format!("Token {id} is accepted no more.")];
            Ok((json!({ "revoked": id }), lines))
        }
    }
}

async fn audit(admin: &Admin, organisation: Option<&str>, limit: u32) -> Result<Told, AdminError> {
    let audit = admin.audit(organisation, limit).await?;
    let rows: Vec<_> = audit
        .iter()
        .map(|line| {
            let action = [&line.at, &line.who, &line.action, &line.subject];
            action.map(String::clone)
        })
        .collect();
    Ok((json!({ "audit": audit }), show::table(&rows)))
}
