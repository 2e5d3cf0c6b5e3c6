//! Deletion of duplicates: of the live instances of a name, all but the linked one.

use std::sync::Arc;

use super::{
    BulkItem, BulkOptions,
    executor::{Executor, Known, Order, Step},
    existing::{ALREADY_DELETED, Work},
    instance_index::InstanceIndex,
    item::{Standing, Subject},
    options::Deletions,
};
use crate::{
    Instance, PartnerClient,
    api::nothing_left,
    config::BULK_PARTNER_CONCURRENCY,
    error::Error,
    fleet::{
        Run,
        duplicates::{Fate, Look, Seen, asked_again, fates, groups, kept, look},
        inspect::concurrency,
        journal::ItemState,
        options::options,
        run::Sink,
    },
};

options! {
    /// Options of [`PartnerClient::delete_duplicates`].
    #[derive(Clone, Debug)]
    #[must_use]
    DeleteDuplicatesOptions {}

    /// What `delete_duplicates` can be told.
    DELETING_DUPLICATES {
        dry_run "dryRun" Flag = true, "Whether to say only what would be deleted. Nothing is deleted unless this is false.";
        include_unlinked "includeUnlinked" Flag = false, "Whether to clean up names of which no instance is linked, too: the one that was linked last is kept then, or else the oldest.";
        max_deleted "maxDeleted" Int, "How many may be deleted, at most: above that nothing is deleted. Defaults to no limit.";
        expect "expect" Int, "How many are to be deleted: if there are more or fewer, nothing is. Defaults to any number.";
        concurrency "concurrency" Count, "How many may be under way at once, at least 1. Defaults to 64 for looking and to 8 for deleting.";
        timeout "timeout" Duration, "The time of each call, with its retries. Defaults to the client's.";
    }
}

impl PartnerClient {
    #[doc = include_str!("delete_duplicates.md")]
    pub fn delete_duplicates(&self, options: DeleteDuplicatesOptions) -> Run<BulkItem> {
        let partner = self.clone();
        Run::driven(move |sink| clean_up(partner, options, sink))
    }
}

async fn clean_up(partner: PartnerClient, options: DeleteDuplicatesOptions, sink: Sink) -> Result<(), Error> {
    let bulk = BulkOptions {
        dry_run: options.dry_run,
        max_deleted: options.max_deleted,
        expect: options.expect,
        timeout: options.timeout,
        ..BulkOptions::new()
    };
    bulk.check()?;
    let at_once = concurrency(options.concurrency)?;
    let mut found = Vec::new();
    let looking = async {
        let groups = groups(&partner, &partner.get_instances_with(bulk.call()).await?);
        let how = Look { history: options.include_unlinked, concurrency: at_once, call: bulk.call() };
        look(&partner, groups, how, |group| found.push(group)).await;
        Ok::<_, Error>(())
    };
    tokio::select! {
        looked = looking => looked?,
        () = sink.stopped() => return Ok(()),
    }
    if found.is_empty() {
        return bulk.guard_deletions(Deletions::default());
    }
    found.sort_by(|one, other| name_of(one).cmp(&name_of(other)));
    let doubles: Vec<_> = found.iter().flat_map(|group| doubles(group, options.include_unlinked)).collect();
    let order = Order {
        kind: "deleteDuplicates",
        work: String::new(),
        subjects: doubles.iter().map(Double::subject).collect(),
        keys: doubles.iter().map(|double| double.instance.id_instance().to_string()).collect(),
        creates: false,
    };
    let decide = |known: &Known<'_>, _: &mut [Subject]| {
        let steps: Vec<_> = doubles.iter().map(|double| double.step(known.list, &bulk)).collect();
        Work::Delete.guard(&steps, known.rows, known.list.live_count(), &bulk)?;
        Ok(steps)
    };
    let at_once = options.concurrency.unwrap_or(BULK_PARTNER_CONCURRENCY);
    let (executor, todo) = Executor::open(&partner, order, &bulk, at_once, sink, decide).await?;
    let cleaning = Arc::new(Cleaning { partner, bulk, executor: Arc::clone(&executor), doubles });
    let one = |cleaning: Arc<Cleaning>, (index, _)| async move { cleaning.send(index).await };
    executor.each(cleaning, todo.send, one).await;
    executor.close().await
}

fn name_of(group: &[Seen]) -> Option<&str> {
    group.first().and_then(|one| one.instance.name())
}

/// One of several of a name.
struct Double {
    instance: Instance,
    fate: Fate,
    /// The one of its name that is kept, unless all are left alone.
    kept: Option<Seen>,
}

fn doubles(group: &[Seen], include_unlinked: bool) -> Vec<Double> {
    let kept = kept(group, include_unlinked);
    let seen = kept.ok().map(|(place, _)| group[place].clone());
    let double = |(one, fate): (&Seen, Fate)| Double { instance: one.instance.clone(), fate, kept: seen.clone() };
    group.iter().zip(fates(group, kept)).map(double).collect()
}

impl Double {
    fn subject(&self) -> Subject {
        Subject { instance: Some(self.instance.clone()), ..Subject::with_id(self.instance.id_instance()) }
    }

    /// What is to be done with it, by a list that is newer than what was seen: others may have cleaned up meanwhile.
    fn step(&self, list: &InstanceIndex, options: &BulkOptions) -> Step {
        let id = self.instance.id_instance();
        let of_name = |one: &Instance| one.name() == self.instance.name();
        let live = |id| list.find(id).filter(|one| !one.deleted());
        match (self.fate, &self.kept) {
            (Fate::Keep(why) | Fate::Leave(why), _) => Step::Tell(Standing::skipped(why)),
            (Fate::Delete, None) => Step::Tell(Standing::skipped(KEPT_CHANGED)),
            (Fate::Delete, Some(kept)) if !live(kept.instance.id_instance()).is_some_and(|kept| of_name(&kept)) => {
                Step::Tell(Standing::skipped(KEPT_CHANGED))
            }
            (Fate::Delete, _) if live(id).is_some_and(|one| !of_name(&one)) => Step::Tell(Standing::skipped(RENAMED)),
            (Fate::Delete, _) => Work::Delete.step(id, list, ItemState::Waiting, options),
        }
    }
}

struct Cleaning {
    partner: PartnerClient,
    bulk: BulkOptions,
    executor: Arc<Executor>,
    doubles: Vec<Double>,
}

impl Cleaning {
    async fn send(&self, index: usize) {
        let double = &self.doubles[index];
        let Some(kept) = &double.kept else { return };
        if !self.executor.begin(index, Standing::skipped).await {
            return;
        }
        let standing = self.delete(&double.instance, kept).await.unwrap_or_else(Standing::ended_by);
        self.executor.end(index, &standing).await;
    }

    /// Deletes it, if both are still what they were when that was decided: the last that is asked is the one to go.
    async fn delete(&self, double: &Instance, kept: &Seen) -> Result<Standing, Error> {
        let Self { partner, bulk, .. } = self;
        match asked_again(partner, &kept.instance, bulk.call()).await {
            Ok(Some(true)) => {}
            Ok(Some(false)) if kept.is_linked == Some(false) => {}
            Ok(_) => return Ok(Standing::skipped(KEPT_CHANGED)),
            Err(error) => return Ok(Standing::failed(error).because(KEPT_UNREAD)),
        }
        if asked_again(partner, double, bulk.call()).await? != Some(false) {
            return Ok(Standing::skipped(CHANGED));
        }
        if let Some(store) = &partner.0.store {
            store.replace(double, &kept.instance).await?;
        }
        match partner.delete_instance_account_with(double.id_instance(), bulk.call()).await {
            // Somebody else was quicker: the list had it a moment ago.
            Err(error) if nothing_left(&error) => Ok(Standing::done().because(ALREADY_DELETED)),
            deleted => deleted.map(|()| Standing::done()),
        }
    }
}

const RENAMED: &str = "it has another name by now";
const CHANGED: &str = "it is being linked, or is linked by now";
const KEPT_CHANGED: &str = "the one to be kept is not what it was";
const KEPT_UNREAD: &str = "the state of the one to be kept could not be had again";
