//! Reconciliation of creations without an answer: one look into the list for all of them.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{
    sync::mpsc,
    time::{self, Instant},
};

use super::{
    executor::{Executor, unsettled},
    instance_index::InstanceIndex,
    item::Standing,
};
use crate::{
    Instance, PartnerClient,
    config::{LONGEST_CALL, SETTLE_FIRST_WAIT},
    error::Error,
    store::Claim,
};

/// A creation of which nobody knows whether it took effect.
pub(super) struct Missed {
    pub(super) index: usize,
    pub(super) name: String,
    /// Of this run; one of an earlier run has none.
    pub(super) error: Option<Error>,
    /// With a store, the claim that is still held.
    pub(super) claim: Option<Arc<Claim>>,
}

/// Looks for instances by their names, after 1, 2, 4 … seconds, for so long as `settle` says of each.
pub(super) struct Reconciliation<'a> {
    partner: &'a PartnerClient,
    executor: &'a Arc<Executor>,
    settle: Duration,
    /// Whether those of an earlier run that are not found are sent again.
    again: bool,
}

/// One that is looked for, and until when.
struct Sought {
    missed: Missed,
    until: Instant,
}

impl<'a> Reconciliation<'a> {
    pub(super) fn new(partner: &'a PartnerClient, executor: &'a Arc<Executor>, settle: Duration, again: bool) -> Self {
        Self { partner, executor, settle: settle.min(LONGEST_CALL), again }
    }

    /// Until all that arrive are settled and no more can; gives those that are to be sent again.
    pub(super) async fn run(&self, mut arrivals: mpsc::UnboundedReceiver<Missed>) -> Vec<usize> {
        let (mut sought, mut again) = (Vec::new(), Vec::new());
        let first_wait = SETTLE_FIRST_WAIT.min(self.settle);
        while let Some(missed) = arrivals.recv().await {
            sought.push(self.begin(missed));
            let mut wait = first_wait;
            while !sought.is_empty() {
                if self.pause(wait, first_wait, &mut sought, &mut arrivals).await {
                    wait = first_wait;
                }
                sought = self.look(sought, &mut again).await;
                wait = wait.saturating_mul(2);
            }
        }
        again
    }

    fn begin(&self, missed: Missed) -> Sought {
        Sought { missed, until: Instant::now() + self.settle }
    }

    /// Waits until the next look, and takes up what arrives meanwhile; then that is looked for soon, and it says so.
    async fn pause(
        &self,
        wait: Duration,
        first_wait: Duration,
        sought: &mut Vec<Sought>,
        arrivals: &mut mpsc::UnboundedReceiver<Missed>,
    ) -> bool {
        let begun = Instant::now();
        let ends = sought.iter().map(|one| one.until).min().unwrap_or(begun);
        // No two looks are closer together than this, however many end in between.
        let mut next = (begun + wait).min(ends).max(begun + first_wait);
        let mut news = false;
        loop {
            tokio::select! {
                biased;
                Some(missed) = arrivals.recv() => {
                    sought.push(self.begin(missed));
                    next = next.min(Instant::now() + first_wait);
                    news = true;
                }
                () = time::sleep_until(next) => return news,
            }
        }
    }

    /// Tells the store what the looking has settled.
    async fn tell(&self, missed: &Missed, found: Option<&Instance>) {
        let (Some(store), Some(claim)) = (&self.partner.0.store, &missed.claim) else { return };
        match found {
            Some(found) => claim.done(&store.of_listed(found)).await,
            None => claim.unknown().await,
        }
    }

    /// Looks once: settles what is there and what was looked for long enough, and gives the rest.
    async fn look(&self, sought: Vec<Sought>, again: &mut Vec<usize>) -> Vec<Sought> {
        let begun = Instant::now();
        // A list that cannot be had shows nothing.
        let known = self.partner.get_instances().await.ok().map(|listed| InstanceIndex::of(self.partner, &listed));
        let (mut left, mut settled) = (Vec::new(), Vec::new());
        for Sought { missed, until } in sought {
            match known.as_ref().and_then(|known| known.live(&missed.name)) {
                Some(live) => {
                    self.tell(&missed, Some(&live)).await;
                    self.partner.0.memory.created(live.clone(), Some(&missed.name), Timestamp::now());
                    settled.push((missed.index, Standing::found(live)));
                }
                None if until > begun => left.push(Sought { missed, until }),
                // What a list lacks that could not be read whole may be there.
                None if missed.error.is_none()
                    && self.again
                    && !known.as_ref().is_some_and(InstanceIndex::is_incomplete) =>
                {
                    again.push(missed.index);
                }
                None => {
                    self.tell(&missed, None).await;
                    settled.push((missed.index, Standing::unknown(missed.error.unwrap_or_else(unsettled))));
                }
            }
        }
        self.executor.end_all(settled).await;
        left
    }
}
