//! Port: what Rust's threads tell one JavaScript environment (the main thread, or a worker): records of calls, and what calls end in.
//!
//! Everything stands in one queue, and one threadsafe function has JavaScript take what there is: napi's own promises make one for each
//! call, and take it away again, which costs more than the call's crossing. A call's records are queued before what it ends in, so they
//! are out before its promise settles.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::{
    Env, Error, Status,
    bindgen_prelude::{Array, Function, Result, ToNapiValue, Unknown},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use serde_json::{Map, Value};
use tracing::{Dispatch, Level, dispatcher::with_default};

use crate::{log::Listener, model::json_text};

/// Calls into JavaScript from any thread. Weak: by itself it keeps no process alive.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The number that JavaScript knows a call by.
pub(crate) type Ticket = u32;

/// A value that becomes JavaScript's on its thread. All calls have this one type inside, and one kind of task: for each type of value
/// the runtime would be compiled once more.
pub(crate) type Settled = Box<dyn for<'env> FnOnce(&'env Env) -> Result<Unknown<'env>> + Send>;

pub(crate) type Record = Map<String, Value>;

/// The port, as JavaScript has it: it makes one, and takes what there is whenever `wake` is called.
#[napi]
pub struct Port {
    queue: Arc<Queue>,
    everything: Dispatch,
    warnings: Dispatch,
}

#[napi]
impl Port {
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> Result<Self> {
        let wake = Mutex::new(wake.build_threadsafe_function::<()>().weak::<true>().build()?);
        let queue = Arc::new(Queue { waiting: Mutex::default(), wake });
        let up_to = |level| Dispatch::new(Listener { queue: Arc::clone(&queue), level });
        Ok(Self { everything: up_to(Level::DEBUG), warnings: up_to(Level::WARN), queue })
    }

    /// The records since the last time, as a JSON array; null where there are none. What `JSON.parse` would round is text.
    #[napi]
    pub fn take_records(&self) -> Option<String> {
        in_json(std::mem::take(&mut self.queue.lock().records))
    }

    /// All that there is: the records as `takeRecords` gives them, and for each call that has ended its ticket and what it ended in, a
    /// value or an error of napi's.
    #[napi]
    pub fn take<'env>(&self, env: &'env Env) -> Result<Array<'env>> {
        let (records, ended) = {
            let mut waiting = self.queue.lock();
            waiting.is_told = false;
            (std::mem::take(&mut waiting.records), std::mem::take(&mut waiting.ended))
        };
        let mut taken = env.create_array(0)?;
        taken.insert(in_json(records))?;
        let calls = ended.len();
        for (ticket, settled) in ended {
            taken.insert(ticket)?;
            taken.insert(settled(env).or_else(|error| env.create_error(error)?.into_unknown(env))?)?;
        }
        self.queue.end(*env, calls)?;
        Ok(taken)
    }

    /// Where a call's records go. Without a listener only warnings are recorded.
    pub(crate) fn dispatch(&self, listened: bool) -> Dispatch {
        if listened { self.everything.clone() } else { self.warnings.clone() }
    }

    /// Does what is no call, its warnings recorded.
    pub(crate) fn warned<T>(&self, work: impl FnOnce() -> T) -> T {
        with_default(&self.warnings, work)
    }

    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }
}

fn in_json(records: Vec<Record>) -> Option<String> {
    (!records.is_empty()).then(|| json_text(records.into_iter().map(Value::Object).collect()))
}

/// What waits to be taken.
#[derive(Default)]
struct Waiting {
    records: Vec<Record>,
    ended: Vec<(Ticket, Settled)>,
    /// JavaScript was told of it, and has not come yet.
    is_told: bool,
    /// How many calls have begun and were not taken.
    calls: usize,
}

pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    wake: Mutex<Wake>,
}

impl Queue {
    pub(crate) fn record(&self, record: Record) {
        self.push(|waiting| waiting.records.push(record));
    }

    fn push(&self, put: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.lock();
        put(&mut waiting);
        if !std::mem::replace(&mut waiting.is_told, true) {
            drop(waiting);
            // An environment that is gone is told nothing.
            let _ = self.wake().call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    /// A call begins, on JavaScript's thread, which does not end while there are any.
    pub(crate) fn begin(self: &Arc<Self>, env: Env, ticket: Ticket) -> Result<Pending> {
        let mut waiting = self.lock();
        waiting.calls += 1;
        let is_first = waiting.calls == 1;
        drop(waiting);
        if is_first {
            self.keep_alive(env, true)?;
        }
        Ok(Pending { queue: Arc::clone(self), ticket: Some(ticket) })
    }

    fn end(&self, env: Env, calls: usize) -> Result<()> {
        let mut waiting = self.lock();
        waiting.calls -= calls;
        let was_last = calls > 0 && waiting.calls == 0;
        drop(waiting);
        if was_last { self.keep_alive(env, false) } else { Ok(()) }
    }

    #[expect(
        deprecated,
        reason = "a clone keeps alive for good what a weak function does not, and is another function"
    )]
    fn keep_alive(&self, env: Env, alive: bool) -> Result<()> {
        let mut wake = self.wake();
        if alive { wake.refer(&env) } else { wake.unref(&env) }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) -> MutexGuard<'_, Wake> {
        self.wake.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that has begun. Whoever lets go of it without an end ends it with an error: its promise waits for nothing else.
pub(crate) struct Pending {
    queue: Arc<Queue>,
    ticket: Option<Ticket>,
}

impl Pending {
    pub(crate) fn settle(mut self, settled: Settled) {
        self.put(settled);
    }

    fn put(&mut self, settled: Settled) {
        if let Some(ticket) = self.ticket.take() {
            self.queue.push(|waiting| waiting.ended.push((ticket, settled)));
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.put(Box::new(|_| Err(Error::from_reason("the call broke off: this is a bug of greenapi_partner"))));
    }
}
