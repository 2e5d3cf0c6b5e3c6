//! What the measured programs of Rust share: how they are called, how they do many calls at once, and what they print.
//!
//! Every worker, of every language, is called in the same way, `worker PEER WORK URL COUNT CONCURRENCY`, and prints one line of JSON.
//! It is measured after a warm-up, so that neither the start of its program nor the opening of its connections counts.

mod memory;
mod report;

use std::{
    env,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{runtime::Builder, task::JoinSet};

pub use self::report::{Measured, Stopwatch, typical};

/// Whatever goes wrong in a measurement: it ends it, and is printed.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The token of every worker; the server does not look at it.
pub const TOKEN: &str = "gac.0000000000000000000000000000000000000000000000";

/// What a worker is to do.
#[derive(Clone, Debug)]
pub struct Order {
    /// With which client.
    pub peer: String,
    /// Which work: `create`, `list`, …
    pub work: String,
    /// The server's URL, without a path.
    pub url: String,
    /// How many calls, or of how many instances.
    pub count: usize,
    /// How many at once.
    pub concurrency: usize,
}

impl Order {
    /// That of the command line.
    ///
    /// # Errors
    ///
    /// If there are not five words, or the last two are no numbers.
    pub fn of_arguments() -> Result<Self, Failure> {
        let words: Vec<String> = env::args().skip(1).collect();
        let [peer, work, url, count, concurrency] = words.as_slice() else {
            return Err("it is called with PEER WORK URL COUNT CONCURRENCY".into());
        };
        let (peer, work, url) = (peer.clone(), work.clone(), url.clone());
        Ok(Self { peer, work, url, count: count.parse()?, concurrency: concurrency.parse()? })
    }

    /// The base of the partner's and the instances' URLs, for an account of so many instances. The server closes each connection of
    /// the work `cold` after its answer, and shows `watch` a change with every list.
    #[must_use]
    pub fn base(&self, instances: usize) -> String {
        let manner = match self.work.as_str() {
            "cold" => "/close",
            "watch" => "/turning",
            _ => "",
        };
        format!("{}/{instances}{manner}", self.url)
    }

    /// How many calls go before those that are measured: enough to open every connection.
    #[must_use]
    pub fn warm_up(&self) -> usize {
        100.max(4 * self.concurrency)
    }
}

/// Runs a worker on tokio: with a thread for each core, or with one in all.
///
/// # Errors
///
/// What the worker says, or that there can be no runtime.
pub fn run(has_threads: bool, worker: impl Future<Output = Result<Measured, Failure>>) -> Result<(), Failure> {
    let mut runtime = if has_threads { Builder::new_multi_thread() } else { Builder::new_current_thread() };
    let measured = runtime.enable_all().build()?.block_on(worker)?;
    println!("{}", measured.to_json());
    Ok(())
}

/// Does a call so many times, never more of them at once than `concurrency`; each is told its number.
///
/// # Errors
///
/// That of the first call that fails.
pub async fn at_once<Called>(
    count: usize,
    concurrency: usize,
    call: impl Fn(usize) -> Called + Clone + Send + 'static,
) -> Result<(), Failure>
where
    Called: Future<Output = Result<(), Failure>> + Send + 'static,
{
    if concurrency == 1 {
        for number in 0..count {
            call(number).await?;
        }
        return Ok(());
    }
    let next = Arc::new(AtomicUsize::new(0));
    let mut slots = JoinSet::new();
    for _ in 0..concurrency {
        let (next, call) = (Arc::clone(&next), call.clone());
        slots.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok::<_, Failure>(());
                }
                call(number).await?;
            }
        });
    }
    while let Some(ended) = slots.join_next().await {
        ended??;
    }
    Ok(())
}
