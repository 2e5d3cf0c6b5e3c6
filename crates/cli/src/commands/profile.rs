//! `profile`: accounts by name.

use std::path::{self, Path, PathBuf};

use clap::{Args, Subcommand};
use greenapi_partner::Store;
use serde_json::json;

use crate::{
    context::{Context, client, read_token},
    exit::{DONE, Failure, Outcome},
    global::Global,
    output::{Plain, Sheet},
    profiles::{Profile as Kept, Profiles, printable},
    terminal,
};

/// Keep accounts by name: the token, the hosts and the store of each
#[derive(Subcommand, Debug)]
pub(crate) enum Profile {
    Set(Set),
    /// List the profiles, without their tokens
    List,
    /// Ask upstream whether a profile's token works, without showing it
    Check(Named),
    /// Remove a profile
    Remove(Named),
}

/// Keep an account under a name; the token is read from a file, or asked for
///
/// The profile `default` is used where neither a profile nor a token is given otherwise. Profiles are kept in the user's
/// configuration folder, or in the file that GREENAPI_PARTNER_CONFIG names, which nobody else may read. With --token-file, an
/// option of every command, the token is read from there; `-` is stdin. What is not given again of a profile that is there stays as it
/// was; `profile remove` forgets all of it.
#[derive(Args, Debug)]
pub(crate) struct Set {
    /// The profile's name
    name: String,

    /// The partner host, upstream's partnerApiUrl
    #[arg(long, value_name = "URL")]
    partner_api_url: Option<String>,

    /// The host of instance calls; defaults to each instance's own
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,

    /// The host of uploads; defaults to each instance's own
    #[arg(long, value_name = "URL")]
    media_url: Option<String>,

    /// A PEM file with certificates to trust besides the system's, or a folder of such files
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The profile's name
    #[arg(default_value = "default")]
    name: String,
}

impl Profile {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self {
            Self::Set(set) => set.run(context).await,
            Self::List => list(context),
            Self::Check(Named { name }) => check(&name, context).await,
            Self::Remove(Named { name }) => {
                let removed = printable(&name);
                Profiles::change(move |profiles| profiles.remove(&name)).await?;
                terminal::say(&format!("removed {removed}"));
                Ok(DONE)
            }
        }
    }
}

impl Set {
    async fn run(self, context: &mut Context) -> Outcome {
        let Self { name, partner_api_url, api_url, media_url, ca_file } = self;
        check_name(&name)?;
        let ca_file = ca_file.as_deref().map(absolute).transpose()?;
        let store = context.global.store.as_deref().map(from_any_folder).transpose()?;
        let Global { store_account, store_schema, .. } = context.global.clone();
        // Where they cannot be read, nobody is asked for a token.
        Profiles::read()?;
        let partner_token = match &context.global.token_file {
            Some(file) => read_token(file)?,
            None => terminal::ask_secretly("Partner token", &context.interrupt).await?.trim().to_owned(),
        };
        let given =
            Kept { partner_token, partner_api_url, api_url, media_url, ca_file, store, store_account, store_schema };
        let kept = name.clone();
        let path = Profiles::change(move |profiles| {
            let known = profiles.find(&name).cloned().unwrap_or_default();
            let profile = given.or(known);
            // What will not do is not kept.
            client(&profile).build()?;
            profile.store()?;
            profiles.set(name, profile);
            Ok(())
        });
        terminal::say(&format!("kept {kept} in {}", path.await?.display()));
        Ok(DONE)
    }
}

/// A name that can be typed, and shown in one line.
fn check_name(name: &str) -> Outcome<()> {
    if name.trim().is_empty() || name.contains(char::is_control) {
        return Err(Failure::usage(format!("a profile's name has letters, and no control characters: not {name:?}")));
    }
    Ok(())
}

/// A store's address as it is kept: the file that is meant here, or a database's URL as it is.
fn from_any_folder(store: &str) -> Outcome<String> {
    // Before it looks like a path.
    Store::builder(store).map(drop)?;
    if store.contains("://") {
        return Ok(store.to_owned());
    }
    let path = absolute(Path::new(store))?.into_os_string();
    path.into_string().map_err(|path| Failure::configuration(format!("{} is not UTF-8", path.display())))
}

/// The path with its folders: another command runs in another folder, and means the same file.
fn absolute(path: &Path) -> Outcome<PathBuf> {
    path::absolute(path).map_err(|error| Failure::configuration(format!("{}: {error}", path.display())))
}

fn list(context: &mut Context) -> Outcome {
    let profiles = Profiles::read()?;
    let rows = profiles.iter().map(|(name, profile)| {
        let row = json!({
            "name": name,
            "partnerApiUrl": profile.partner_api_url,
            "apiUrl": profile.api_url,
            "hasStore": profile.store.is_some(),
        });
        let serde_json::Value::Object(row) = row else { return Plain(serde_json::Map::new()) };
        Plain(row)
    });
    let rows: Vec<_> = rows.collect();
    context.output.rows(&Sheet::plain(&["name", "partnerApiUrl", "apiUrl", "hasStore"]), rows)?;
    Ok(DONE)
}

async fn check(name: &str, context: &mut Context) -> Outcome {
    let profiles = Profiles::read()?;
    let instances = client(profiles.get(name)?).build()?.get_instances().await?;
    let row = json!({ "name": name, "works": true, "live": instances.live().len() });
    let serde_json::Value::Object(row) = row else { return Ok(DONE) };
    context.output.one(&Sheet::plain(&["name", "works", "live"]), &Plain(row))?;
    Ok(DONE)
}
