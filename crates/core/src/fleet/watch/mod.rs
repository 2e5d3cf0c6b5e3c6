//! Watch: the changes in an account, as they are noticed.

mod changes;
mod look;
mod looked;
mod settling;
mod snapshot;
mod turn;

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use futures_util::StreamExt as _;
use tokio::sync::{mpsc::UnboundedSender, watch};

use self::changes::{Difference, Previous};
use super::{Ledger, last_known::Account};
use crate::{
    PartnerClient,
    config::WATCH_INTERVAL,
    error::{Error, ErrorCode},
    lock::lock,
    model::record,
};

pub use self::looked::Looked;
pub(super) use self::{
    changes::Base,
    look::{Looks, passes},
    turn::{keep, wait_for},
};

/// Options of [`PartnerClient::watch`].
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// From the beginning of one look to that of the next. Defaults to 60 seconds.
    pub interval: Duration,
    /// The snapshot of an earlier watch: what is different from it is told first.
    pub since: Option<String>,
    /// Where to remember what was told, and more. Without `since`, what is different from it is told first.
    pub ledger: Option<Ledger>,
    /// Whether, of all watches of the account that are exclusive, one tells, and another takes over from it. Needs the client's
    /// store. Defaults to false.
    pub exclusive: bool,
    /// Whether to ask every live instance for its state. Defaults to false.
    pub states: bool,
    /// Whether a new state is told only once the next look shows it too, so that one that lasts for a single look never is.
    /// Defaults to false.
    pub settle: bool,
    /// How many instances may be asked at once. Defaults to 64.
    pub concurrency: Option<usize>,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            interval: WATCH_INTERVAL,
            since: None,
            ledger: None,
            exclusive: false,
            states: false,
            settle: false,
            concurrency: None,
        }
    }
}

record! {
    /// One thing that has changed.
    Change "" {
        kind "kind" Text { always one_of(&["created", "deleted", "renamed", "tokenChanged", "stateChanged", "expired"]) } "created, deleted, renamed, tokenChanged, stateChanged or expired.";
        id_instance "idInstance" Int { always } "The instance's id.";
        name "name" Text {} "Its name, the last one that is known.";
        before "before" Text {} "The name or the state before, where that is what changed.";
        after "after" Text {} "The name or the state from then on, where that is what changed.";
        at "at" Time { always } "When upstream says that it was created or deleted; otherwise when it was noticed.";
        instance "instance" Instance {} "The instance, as the list has it; nothing where the list has it no longer.";
    }
}

/// The changes of an account, as they are noticed. Nothing happens before one is asked for, nor between two.
///
/// It ends when it is stopped, and after an error. It is a [`Stream`] too.
#[must_use = "nothing happens until a change is asked for"]
pub struct Watch {
    changes: Pin<Box<dyn Stream<Item = Result<Change, Error>> + Send>>,
    control: WatchControl,
    over: bool,
}

impl Watch {
    /// The next change; `None` once it is stopped.
    pub async fn next(&mut self) -> Option<Result<Change, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// What was handed out so far, as text without tokens, for the `since` of a later watch; `None` before the first list.
    pub fn snapshot(&self) -> Option<String> {
        self.control.snapshot()
    }

    /// What can be asked of it, and told to it, while somebody waits for its next change.
    pub fn control(&self) -> WatchControl {
        self.control.clone()
    }
}

impl Stream for Watch {
    type Item = Result<Change, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let next = self.changes.as_mut().poll_next(context);
        self.over = matches!(next, Poll::Ready(None | Some(Err(_))));
        if self.over {
            // Whatever it holds, a turn among many, goes now, and not when somebody lets go of this.
            self.changes = Box::pin(futures_util::stream::empty());
        }
        next
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watch").field("over", &self.over).finish_non_exhaustive()
    }
}

/// A hold on a [`Watch`]: clones are of the same one.
#[derive(Clone)]
pub struct WatchControl(Arc<WatchInner>);

pub(in crate::fleet) struct WatchInner {
    account: Account,
    stopped: watch::Sender<bool>,
    base: Mutex<Option<Base>>,
    /// What was known before the last change.
    before: Mutex<Option<Previous>>,
    /// Who wants to know of each look; mostly nobody.
    counts: Mutex<Option<UnboundedSender<Result<Looked, ErrorCode>>>>,
}

impl WatchInner {
    pub(super) fn new(partner: &PartnerClient) -> Arc<Self> {
        let (account, stopped) = (Account::of(partner), watch::Sender::new(false));
        let (base, before, counts) = (Mutex::default(), Mutex::default(), Mutex::default());
        Arc::new(Self { account, stopped, base, before, counts })
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// What was handed out; nothing before the first list.
    pub(super) fn base(&self) -> &Mutex<Option<Base>> {
        &self.base
    }

    pub(super) fn hand_out(&self, change: &Difference) {
        if let Some(base) = lock(&self.base).as_mut() {
            *lock(&self.before) = Some(base.apply(change));
        }
    }
}

impl WatchControl {
    /// Ends it: whoever waits for the next change gets none.
    pub fn stop(&self) {
        self.0.stopped.send_replace(true);
    }

    /// As [`Watch::snapshot`].
    pub fn snapshot(&self) -> Option<String> {
        lock(&self.0.base).as_ref().and_then(|base| snapshot::write(&self.0.account, base))
    }

    /// The last change did not arrive, since who waited for it has left: the snapshot is again as before it. For the
    /// bindings.
    #[doc(hidden)]
    pub fn take_back(&self) {
        if let (Some(base), Some(before)) = (lock(&self.0.base).as_mut(), lock(&self.0.before).take()) {
            base.restore(before);
        }
    }
}

impl fmt::Debug for WatchControl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WatchControl").field("stopped", &*self.0.stopped.borrow()).finish_non_exhaustive()
    }
}

impl PartnerClient {
    #[doc = include_str!("watch.md")]
    pub fn watch(&self, options: WatchOptions) -> Watch {
        self::watch(self, options)
    }
}

pub(crate) fn watch(partner: &PartnerClient, options: WatchOptions) -> Watch {
    let shared = WatchInner::new(partner);
    let mut stopped = shared.stopped.subscribe();
    let changes = changes(partner.clone(), options, Arc::clone(&shared)).take_until(async move {
        // The sender lives as long as the watch.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    });
    Watch { changes: Box::pin(changes), control: WatchControl(shared), over: false }
}

fn changes(
    partner: PartnerClient,
    options: WatchOptions,
    shared: Arc<WatchInner>,
) -> impl Stream<Item = Result<Change, Error>> + Send {
    async_stream::try_stream! {
        let mut looks = Looks::begin(partner.clone(), options, &shared).await?;
        loop {
            looks.take_turn(&shared).await?;
            let mut look = looks.next(&shared).await?;
            let found = looks.compare(&mut look, &shared);
            let mut goes_on = looks.may_tell(&shared).await?;
            for change in found {
                if !goes_on {
                    break;
                }
                shared.hand_out(&change);
                let id = change.id();
                yield change.into();
                goes_on = looks.told(id, &shared).await?;
            }
            let looked = shared.is_counted().then(|| look.counted(&partner));
            if goes_on {
                looks.record(look, &shared).await?;
            }
            if let Some(looked) = looked {
                shared.count(Ok(looked));
            }
        }
    }
}
