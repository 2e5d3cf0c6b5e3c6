//! Delivery: the changes of an account as signed webhooks, by the specification of Standard Webhooks.
//!
//! A watch takes changes in, and the spool keeps each, with what is known by it, before it is posted; posts go on by themselves.
//! So a receiver that is down holds up no look, and a crash loses nothing.

mod event;
mod options;
mod posts;
mod receiver;
mod signature;
mod spool;
mod verify;

use std::sync::Arc;

use tokio::sync::{
    Mutex,
    mpsc::{self, UnboundedSender},
    watch as signal,
};

use self::{event::Event, posts::Means, receiver::Receiver, spool::Spool};
use super::{
    Run, Sink, WatchOptions,
    watch::{Base, Looks, WatchInner},
};
use crate::{Change, PartnerClient, error::Error, lock::lock, model::record};

pub use options::DeliverOptions;
pub use verify::{WebhookEvent, verify_event};

record! {
    /// An event that the receiver has taken.
    Delivery "" {
        r#type "type" Text { always } "What has happened: `instance.linked`.";
        id_instance "idInstance" Int { always } "The instance's id.";
        id "id" Text { always } "The header `webhook-id`: the same each time the event is posted.";
        attempts "attempts" Int { always } "How often this process has posted it.";
        at "at" Time { always } "When the receiver had it.";
    }
}

/// How a turn has ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Stopped,
    /// Another process has the store's.
    LostTurn,
}

impl PartnerClient {
    #[doc = include_str!("deliver.md")]
    pub fn deliver(&self, options: DeliverOptions) -> Run<Delivery> {
        let partner = self.clone();
        Run::driven(async move |sink: Sink| deliver(&partner, options, &sink).await.map_err(of_deliver))
    }
}

/// An error of upstream's keeps its method.
fn of_deliver(error: Error) -> Error {
    if error.operation().is_some() { error } else { error.during(OPERATION) }
}

async fn deliver(partner: &PartnerClient, options: DeliverOptions, sink: &Sink) -> Result<(), Error> {
    let receiver = Receiver::of(&options, Arc::clone(&partner.0.engine))?;
    let shared = WatchInner::new(partner);
    let watching = WatchOptions {
        interval: options.interval,
        states: options.states,
        settle: options.settle,
        concurrency: options.concurrency,
        ..WatchOptions::default()
    };
    let mut looks = Looks::begin(partner.clone(), watching, &shared).await?;
    let mut spool = match (&options.spool, &partner.0.store) {
        (Some(path), _) => Spool::of_file(path, shared.account()).await?,
        (None, Some(names)) => Spool::of_store(names.store.clone(), &options.name)?,
        (None, None) => {
            return Err(Error::configuration("deliver needs a spool: give it a file, or the client a store"));
        }
    };
    loop {
        let taken = tokio::select! {
            () = sink.stopped() => return Ok(()),
            taken = spool.take() => taken?,
        };
        *lock(shared.base()) = taken.base.map(Base::of);
        looks.begin_anew(taken.is_to_be_proven);
        let guarded = Mutex::new(spool);
        let means = Means { receiver: &receiver, spool: &guarded, sink, first_wait: options.first_wait };
        let (arrivals, arrived) = mpsc::unbounded_channel();
        let mut watching = Watching { looks: &mut looks, shared: &shared, spool: &guarded, arrivals };
        let first = async { if taken.is_to_be_proven { watching.look().await } else { Ok(true) } };
        let first = tokio::select! {
            () = sink.stopped() => Ok(None),
            looked = first => looked.map(Some),
        };
        let ended = match first {
            Ok(Some(true)) => {
                let (halt, halted) = signal::channel(false);
                let posting = posts::post(means, taken.pending, arrived, halted);
                tokio::pin!(posting);
                tokio::select! {
                    ended = watching.go_on(sink) => {
                        // What was sent is written down, whatever has become of the watch.
                        halt.send_replace(true);
                        let posted = posting.await;
                        ended.and_then(|ended| posted.map(|_| ended))
                    }
                    ended = &mut posting => ended,
                }
            }
            Ok(Some(false)) => Ok(End::LostTurn),
            Ok(None) => Ok(End::Stopped),
            Err(error) => Err(error),
        };
        spool = guarded.into_inner();
        match ended {
            Ok(End::LostTurn) => {}
            ended => {
                spool.close().await;
                return ended.map(drop);
            }
        }
    }
}

/// The watch of a delivery: what it sees stands in the spool before the next look.
struct Watching<'a> {
    looks: &'a mut Looks,
    shared: &'a WatchInner,
    spool: &'a Mutex<Spool>,
    /// To whom it is told what is to be posted.
    arrivals: UnboundedSender<(u64, Event)>,
}

impl Watching<'_> {
    /// Looks again and again, until it is stopped or another has the turn.
    async fn go_on(&mut self, sink: &Sink) -> Result<End, Error> {
        let looking = async {
            while self.look().await? {}
            Ok(End::LostTurn)
        };
        tokio::select! {
            () = sink.stopped() => Ok(End::Stopped),
            ended = looking => ended,
        }
    }

    /// Waits for the next look and takes in what it shows. Gives whether it is still this process's turn.
    async fn look(&mut self) -> Result<bool, Error> {
        let mut look = self.looks.next(self.shared).await?;
        let found = self.looks.compare(&mut look, self.shared);
        for difference in found {
            self.shared.hand_out(&difference);
            let id = difference.id();
            let known = lock(self.shared.base()).as_ref().and_then(|base| base.instances().get(&id).cloned());
            let event = Event::of(self.shared.account(), &Change::from(difference));
            if !self.spool.lock().await.push(id, known, event.clone()).await? {
                return Ok(false);
            }
            // Whoever posts has ended with an error, which ends this too.
            let _ = self.arrivals.send((id, event));
        }
        let known = lock(self.shared.base()).as_ref().map(|base| base.instances().clone()).unwrap_or_default();
        if !self.spool.lock().await.remember(&known).await? {
            return Ok(false);
        }
        self.looks.record(look, self.shared).await?;
        Ok(true)
    }
}

/// What the errors call it: upstream has no such method.
const OPERATION: &str = "deliver";
