//! Profiles: accounts by name, in a file of the user's own that nobody else may read.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy as _, choose_base_strategy};
use greenapi_partner::{Store, StoreBuilder};
use serde::{Deserialize, Serialize};
use tokio::task;

use crate::{
    exit::{FAILED, Failure, Outcome},
    private_file::{linked_to, lock, replace},
};

/// What is kept of one account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) partner_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partner_api_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store_schema: Option<String>,
}

impl Profile {
    /// This one, with another's where it says nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            partner_token: self.partner_token,
            partner_api_url: self.partner_api_url.or(other.partner_api_url),
            api_url: self.api_url.or(other.api_url),
            media_url: self.media_url.or(other.media_url),
            ca_file: self.ca_file.or(other.ca_file),
            store: self.store.or(other.store),
            store_account: self.store_account.or(other.store_account),
            store_schema: self.store_schema.or(other.store_schema),
        }
    }

    /// The store, where one is named.
    pub(crate) fn store(&self) -> Outcome<Option<Store>> {
        let Some(address) = &self.store else { return Ok(None) };
        let builder = Store::builder(address)?;
        let builder = self.store_account.iter().fold(builder, StoreBuilder::account);
        Ok(Some(self.store_schema.iter().fold(builder, StoreBuilder::schema).build()?))
    }
}

/// All profiles, and the file that they are in.
pub(crate) struct Profiles {
    path: PathBuf,
    known: BTreeMap<String, Profile>,
}

impl Profiles {
    /// Reads the file, where there is one.
    pub(crate) fn read() -> Outcome<Self> {
        let path = place()?;
        let known = match fs::read(&path) {
            Ok(text) => {
                check_private(&path)?;
                serde_json::from_slice(&text).map_err(|error| {
                    // Not the parser's words: they may quote a token.
                    let place = format!("line {}, column {}", error.line(), error.column());
                    Failure::configuration(format!("{} cannot be read at {place}", path.display()))
                })?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(Failure::configuration(format!("{}: {error}", path.display()))),
        };
        Ok(Self { path, known })
    }

    pub(crate) fn get(&self, name: &str) -> Outcome<&Profile> {
        self.known.get(name).ok_or_else(|| {
            let names: Vec<_> = self.known.keys().map(|name| printable(name)).collect();
            let known =
                if names.is_empty() { "there are none".to_owned() } else { format!("there are {}", names.join(", ")) };
            Failure::configuration(format!("there is no profile {name:?}: {known}"))
                .advised(format!("greenapi-partner profile set {}", printable(name)))
        })
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Profile> {
        self.known.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Profile)> {
        self.known.iter()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn set(&mut self, name: String, profile: Profile) {
        self.known.insert(name, profile);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Outcome<()> {
        self.get(name)?;
        self.known.remove(name);
        Ok(())
    }

    /// Reads, changes and writes them while nobody else does, so that what others set meanwhile stays; gives the file's path. A thread
    /// of its own waits for the others, so that Ctrl-C is heard.
    pub(crate) async fn change(change: impl FnOnce(&mut Self) -> Outcome<()> + Send + 'static) -> Outcome<PathBuf> {
        let changed = task::spawn_blocking(|| {
            let path = place()?;
            let failed = |error: io::Error| Failure::configuration(format!("{}: {error}", path.display()));
            let file = linked_to(&path);
            let _lock = lock(&file).map_err(failed)?;
            let mut profiles = Self::read()?;
            change(&mut profiles)?;
            replace(&file, &serde_json::to_vec_pretty(&profiles.known).unwrap_or_default()).map_err(failed)?;
            Ok(path)
        });
        changed.await.unwrap_or_else(|_| Err(Failure::new(FAILED, "the profiles were not changed")))
    }
}

/// A profile's name for people: nothing of it moves a cursor or colours a line.
pub(crate) fn printable(name: &str) -> String {
    if name.contains(char::is_control) { format!("{name:?}") } else { name.to_owned() }
}

/// Where the file is: `GREENAPI_PARTNER_CONFIG`, or the platform's place for settings.
fn place() -> Outcome<PathBuf> {
    if let Some(path) = env::var_os("GREENAPI_PARTNER_CONFIG").filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let strategy =
        choose_base_strategy().map_err(|_| Failure::configuration("there is no home directory to keep profiles in"))?;
    Ok(strategy.config_dir().join("greenapi-partner").join("profiles.json"))
}

/// Refuses a file with a token that others may read.
#[cfg(unix)]
pub(crate) fn check_private(path: &Path) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)
        .map_err(|error| Failure::configuration(format!("{}: {error}", path.display())))?
        .permissions()
        .mode();
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(Failure::configuration(format!("others may read {}, which holds a token", path.display()))
        .advised(format!("chmod 600 {}", path.display())))
}

#[cfg(not(unix))]
pub(crate) fn check_private(_path: &Path) -> Outcome<()> {
    Ok(())
}
