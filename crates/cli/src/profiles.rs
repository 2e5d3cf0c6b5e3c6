//! Profiles: accounts by name, in a file of the user's own that nobody else may read.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy as _, choose_base_strategy};
use serde::{Deserialize, Serialize};

use crate::exit::{Failure, Outcome};

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
            let names: Vec<_> = self.known.keys().map(String::as_str).collect();
            let known =
                if names.is_empty() { "there are none".to_owned() } else { format!("there are {}", names.join(", ")) };
            Failure::configuration(format!("there is no profile {name:?}: {known}"))
                .advised(format!("greenapi-partner profile set {name}"))
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

    pub(crate) fn set(&mut self, name: String, profile: Profile) -> Outcome<()> {
        self.known.insert(name, profile);
        self.write()
    }

    pub(crate) fn remove(&mut self, name: &str) -> Outcome<()> {
        self.get(name)?;
        self.known.remove(name);
        self.write()
    }

    /// Writes all of them to a new file that takes the old one's place: whoever reads meanwhile reads one or the other.
    fn write(&self) -> Outcome<()> {
        let failed = |error: io::Error| Failure::configuration(format!("{}: {error}", self.path.display()));
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let new = self.path.with_extension(format!("new-{}", std::process::id()));
        let written = write_private(&new, &serde_json::to_vec_pretty(&self.known).unwrap_or_default());
        written.and_then(|()| fs::rename(&new, &self.path)).map_err(|error| {
            let _ = fs::remove_file(&new);
            failed(error)
        })
    }
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

fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
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
