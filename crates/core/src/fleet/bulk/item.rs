//! Items of a bulk run, as it tells of them.

use std::{borrow::Cow, sync::Arc};

use crate::{
    Instance,
    error::{Error, ErrorCode},
    fleet::{Run, Table, journal::ItemState, run::Tally},
    model::{Record, record},
};

record! {
    /// One item of a bulk run, and what has become of it.
    BulkItem "" {
        index "index" Int { always } "Its place in what was given, from 0.";
        id_instance "idInstance" Int {} "The instance's id, where there is one.";
        name "name" Text {} "The instance's name, where it is known.";
        status "status" Text { always one_of(&["done", "failed", "skipped", "not_kept", "unknown", "planned", "waiting", "underWay"]) }
            "`done`, `failed` (see `error`), `skipped` (nothing was sent, see `reason`), `not_kept` (settings that upstream confirmed and does not show, see `error`), `unknown` (sent, and nobody knows whether it took effect), `planned` (a dry run); in a report also `waiting` and `underWay`.";
        reason "reason" Text {} "Why it is so, where that does not go without saying.";
        error "error" Error {} "What went wrong.";
        instance "instance" Instance {} "The instance, as the list had it before, or as it was created.";
    }
}

impl Run<BulkItem> {
    /// Every item as it stands, in the order in which they were given: at any time, also after the run was stopped.
    pub fn report(&self) -> Table<BulkItem> {
        Table::of(self.control().items())
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Status {
    Waiting,
    UnderWay,
    Planned,
    Done,
    Failed,
    NotKept,
    Skipped,
    Unknown,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::UnderWay => "underWay",
            Self::Planned => "planned",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotKept => "not_kept",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }

    /// Where it is counted: of a dry run, nothing was sent.
    pub(super) fn count(self, tally: &mut Tally) -> &mut u64 {
        match self {
            Self::Done => &mut tally.done,
            Self::Failed | Self::NotKept => &mut tally.failed,
            Self::Unknown => &mut tally.unknown,
            Self::Skipped | Self::Planned | Self::Waiting | Self::UnderWay => &mut tally.skipped,
        }
    }

    /// What the journal says of it; nothing where nothing was sent.
    pub(super) fn journalled(self) -> Option<ItemState> {
        match self {
            Self::UnderWay => Some(ItemState::Sent),
            Self::Done => Some(ItemState::Done),
            Self::Failed | Self::NotKept => Some(ItemState::Failed),
            Self::Unknown => Some(ItemState::Unknown),
            Self::Waiting | Self::Planned | Self::Skipped => None,
        }
    }
}

/// How an item stands.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) status: Status,
    pub(super) reason: Option<&'static str>,
    pub(super) error: Option<Arc<Error>>,
    /// Where it is known now, and was not when the run began.
    pub(super) instance: Option<Instance>,
    /// The same for an id without an instance: the journal's.
    pub(super) id_instance: Option<u64>,
}

impl Standing {
    pub(super) fn of(status: Status) -> Self {
        Self { status, reason: None, error: None, instance: None, id_instance: None }
    }

    pub(super) fn done() -> Self {
        Self::of(Status::Done)
    }

    /// Created, and nobody was told; the list has it.
    pub(super) fn found(live: Instance) -> Self {
        Self::done().because("found by its name").with(Some(live))
    }

    pub(super) fn skipped(reason: &'static str) -> Self {
        Self::of(Status::Skipped).because(reason)
    }

    pub(super) fn failed(error: Error) -> Self {
        Self { error: Some(Arc::new(error)), ..Self::of(Status::Failed) }
    }

    /// Not done; unless nobody knows.
    pub(super) fn ended_by(error: Error) -> Self {
        if error.code() == ErrorCode::OutcomeUnknown { Self::unknown(error) } else { Self::failed(error) }
    }

    pub(super) fn not_kept(error: Error) -> Self {
        Self { error: Some(Arc::new(error)), ..Self::of(Status::NotKept) }
    }

    pub(super) fn unknown(error: Error) -> Self {
        Self { error: Some(Arc::new(error)), ..Self::of(Status::Unknown) }
    }

    pub(super) fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    pub(super) fn with(mut self, instance: Option<Instance>) -> Self {
        self.instance = instance;
        self
    }

    pub(super) fn with_id(mut self, id_instance: Option<u64>) -> Self {
        self.id_instance = id_instance;
        self
    }
}

/// What an item is about: what was given, and what the list says of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    pub(super) id_instance: Option<u64>,
    pub(super) name: Option<String>,
    pub(super) instance: Option<Instance>,
}

impl Subject {
    pub(super) fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::default() }
    }

    pub(super) fn with_id(id_instance: u64) -> Self {
        Self { id_instance: Some(id_instance), ..Self::default() }
    }

    /// The id, by whatever is known best.
    pub(super) fn id(&self, standing: &Standing) -> Option<u64> {
        let instance = standing.instance.as_ref().or(self.instance.as_ref());
        instance.map(Instance::id_instance).or(standing.id_instance).or(self.id_instance)
    }

    pub(super) fn item(&self, index: usize, standing: &Standing) -> Record {
        let instance = standing.instance.as_ref().or(self.instance.as_ref());
        let name = self.name.as_deref().or_else(|| instance.and_then(Instance::name));
        let values = vec![
            u64::try_from(index).ok().into(),
            self.id(standing).into(),
            name.into(),
            Cow::Borrowed(standing.status.as_str()).into(),
            standing.reason.map(Cow::Borrowed).into(),
            standing.error.clone().into(),
            instance.cloned().into(),
        ];
        Record::of(BulkItem::MODEL, values)
    }
}
