//! Everything that the connections of one mock share.

use std::sync::{
    Arc, Mutex, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use crate::{
    account::Account,
    clock::Clock,
    connection::Connections,
    faults::Script,
    limiter::Limiter,
    listing::Listing,
    options::Options,
    record::Log,
    sync::lock,
    world::{messengers::Messengers, queues::Queues, quotas::Quotas, rates::Rates, sockets::Sockets},
};

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) url: String,
    pub(crate) partner_token: String,
    pub(crate) clock: Clock,
    pub(crate) script: Script,
    pub(crate) log: Arc<Log>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) account: Mutex<Account>,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) sockets: Sockets,
    pub(crate) queues: Mutex<Queues>,
    pub(crate) quotas: Mutex<Quotas>,
    pub(crate) rates: Mutex<Rates>,
    pub(crate) messengers: Mutex<Messengers>,
    pub(crate) held: Held,
    options: RwLock<Arc<Options>>,
    options_at_start: Arc<Options>,
    told: Notify,
    listing: Mutex<Option<Arc<Listing>>>,
    /// Grows with every reset: a request that began before one has no effect after it.
    age: AtomicU64,
}

impl State {
    pub(crate) fn new(url: String, partner_token: String, options: Options) -> Self {
        let options = Arc::new(options);
        Self {
            url,
            partner_token,
            clock: Clock::default(),
            script: Script::default(),
            log: Arc::default(),
            connections: Arc::default(),
            account: Mutex::new(Account::new()),
            limiter: Mutex::default(),
            sockets: Sockets::default(),
            queues: Mutex::default(),
            quotas: Mutex::default(),
            rates: Mutex::default(),
            messengers: Mutex::default(),
            held: Held::default(),
            options: RwLock::new(Arc::clone(&options)),
            options_at_start: options,
            told: Notify::new(),
            listing: Mutex::default(),
            age: AtomicU64::new(0),
        }
    }

    pub(crate) fn options(&self) -> Arc<Options> {
        Arc::clone(&self.options.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_options(&self, options: Options) {
        *self.options.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(options);
        self.told.notify_waiters();
    }

    /// Begins to wait for the next change of an option.
    pub(crate) fn told(&self) -> impl Future<Output = ()> + '_ {
        let mut told = Box::pin(self.told.notified());
        told.as_mut().enable();
        told
    }

    pub(crate) fn age(&self) -> u64 {
        self.age.load(Ordering::Acquire)
    }

    /// The list as it is now; written anew only when it has changed.
    pub(crate) fn listing(&self, now: Timestamp) -> Arc<Listing> {
        let options = self.options();
        let account = lock(&self.account);
        let mut listing = lock(&self.listing);
        if let Some(listing) = listing.as_ref().filter(|listing| listing.still_true(&account, now, &options)) {
            return Arc::clone(listing);
        }
        let written = Listing::write(&account, now, &options, listing.as_deref());
        Arc::clone(listing.insert(Arc::new(written)))
    }

    /// Forgets everything since the start. What is held is dropped without an answer.
    pub(crate) fn reset(&self) {
        self.age.fetch_add(1, Ordering::AcqRel);
        self.script.clear();
        self.clock.reset();
        self.set_options(Options::clone(&self.options_at_start));
        {
            // Together: the old list must not be taken for one of the new account.
            let mut account = lock(&self.account);
            *account = Account::new();
            *lock(&self.listing) = None;
        }
        *lock(&self.limiter) = Limiter::default();
        self.sockets.cut_all();
        lock(&self.queues).forget();
        *lock(&self.quotas) = Quotas::default();
        *lock(&self.rates) = Rates::default();
        *lock(&self.messengers) = Messengers::default();
        self.held.release();
        self.log.clear();
        self.connections.forget_accepted();
    }
}

/// The requests that are kept unanswered.
#[derive(Debug)]
pub(crate) struct Held(watch::Sender<u64>);

impl Held {
    /// Lets all of them go; says how many there were.
    pub(crate) fn release(&self) -> usize {
        let waiting = self.0.receiver_count();
        self.0.send_modify(|round| *round += 1);
        waiting
    }

    /// Begins to wait; the future ends with the next release.
    pub(crate) fn wait(&self) -> impl Future<Output = ()> + use<> {
        let mut round = self.0.subscribe();
        async move {
            // An error means that the mock is gone, and this request with it.
            let _ = round.changed().await;
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}
