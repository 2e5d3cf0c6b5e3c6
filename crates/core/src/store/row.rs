//! Row of a name, as it was read, and what it says to who asks for the name.

use std::time::Duration;

use jiff::Timestamp;

use super::{cell::Cells, seal::Seal};
use crate::secret::ZeroedText;

/// What the store has of a name.
pub(crate) struct NameRow {
    state: NameState,
    /// Whether its owner's claim still runs.
    is_held: bool,
    /// Whether nobody knows what came of an earlier sending.
    in_doubt: bool,
    instance: Option<StoredInstance>,
    /// Since it was last known to be live.
    age: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum NameState {
    Free,
    Claimed,
    Sending,
    Done,
    Refused,
    Unknown,
}

/// What a row means for who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NameStanding {
    /// Anybody may claim it.
    Free,
    /// Somebody has it.
    Held,
    /// Somebody has sent a creation, and left.
    Abandoned,
    /// Nobody knows what came of a creation.
    InDoubt,
    /// It has an instance; `is_fresh`: which was live not long ago.
    Done { is_fresh: bool },
}

impl NameRow {
    /// Reads the columns that every statement shows.
    pub(crate) fn read(mut cells: Cells) -> Self {
        let state = NameState::of(&cells.text().unwrap_or_default());
        let _owner = cells.text();
        let (is_held, in_doubt) = (cells.flag(), cells.flag());
        let instance = StoredInstance::read(&mut cells);
        let age = cells.whole().and_then(|age| u64::try_from(age.max(0)).ok()).map(Duration::from_millis);
        Self { state, is_held, in_doubt, instance, age }
    }

    pub(crate) fn standing(&self, fresh: Duration) -> NameStanding {
        match self.state {
            NameState::Done => self.done(fresh),
            NameState::Claimed | NameState::Sending if self.is_held => NameStanding::Held,
            NameState::Sending => NameStanding::Abandoned,
            NameState::Unknown => NameStanding::InDoubt,
            _ if self.in_doubt => NameStanding::InDoubt,
            // A second one was to be created, and nothing was sent.
            NameState::Claimed if self.instance.is_some() => self.done(fresh),
            NameState::Free | NameState::Refused | NameState::Claimed => NameStanding::Free,
        }
    }

    fn done(&self, fresh: Duration) -> NameStanding {
        NameStanding::Done { is_fresh: self.age.is_some_and(|age| age <= fresh) }
    }

    /// The instance that the name has, or had before it was claimed.
    pub(crate) fn instance(&self) -> Option<&StoredInstance> {
        self.instance.as_ref()
    }
}

impl NameState {
    /// What cannot be read may have been sent.
    fn of(word: &str) -> Self {
        match word {
            "free" => Self::Free,
            "claimed" => Self::Claimed,
            "sending" => Self::Sending,
            "done" => Self::Done,
            "refused" => Self::Refused,
            _ => Self::Unknown,
        }
    }
}

/// What the store keeps of an instance. Its token is sealed, and only opened with the partner's.
#[derive(Clone, PartialEq)]
pub(crate) struct StoredInstance {
    pub(crate) id_instance: u64,
    pub(crate) type_instance: Option<String>,
    pub(crate) api_url: Option<String>,
    pub(crate) media_url: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(super) api_token: Option<Vec<u8>>,
}

impl StoredInstance {
    fn read(cells: &mut Cells) -> Option<Self> {
        let id_instance = cells.text().and_then(|id| id.parse().ok());
        let (type_instance, api_url, media_url) = (cells.text(), cells.text(), cells.text());
        let created_at = cells.whole().and_then(|at| Timestamp::from_millisecond(at).ok());
        let api_token = cells.bytes();
        Some(Self { id_instance: id_instance?, type_instance, api_url, media_url, created_at, api_token })
    }

    /// Its token, if this seal has closed it.
    pub(crate) fn open_token(&self, seal: &Seal, account: &str) -> Option<ZeroedText> {
        seal.open(&[account, &self.id_instance.to_string()], self.api_token.as_ref()?)
    }
}
