//! Control of a mock by a test.

mod instances;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::{
    account::AccountInstance,
    charges::Charges,
    faults::{self, Fault},
    options::Options,
    record::{RecordedRequest, Requests},
    route::is_documented,
    simulation::Simulation,
    state::State,
    sync::lock,
};

/// The controls of a mock. The same verbs are reachable over HTTP, under `/_mock/`.
#[derive(Debug, Clone)]
pub struct Control {
    state: Arc<State>,
}

impl Control {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    /// Where the mock listens: `http://127.0.0.1:<port>`.
    pub fn url(&self) -> &str {
        &self.state.url
    }

    /// The partner token that the mock accepts.
    pub fn partner_token(&self) -> &str {
        &self.state.partner_token
    }

    /// Forgets faults, weather, requests and instances, follows the machine's clock again, and takes the options of the start.
    /// Requests that are held are cut.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Adds faults for the next requests of a method, or with `*` of any.
    ///
    /// Each request takes the first fault of its method's queue, and of the queue for any if its own is empty.
    ///
    /// # Errors
    /// A method that upstream does not document; what in a fault cannot be sent.
    pub fn add_faults(&self, method: &str, faults: impl IntoIterator<Item = Fault>) -> Result<(), String> {
        check_method(method)?;
        let faults: Vec<_> = faults.into_iter().collect();
        faults.iter().try_for_each(Fault::check)?;
        self.state.script.append(method, faults);
        Ok(())
    }

    /// Sets what the requests of a method get by chance while no fault waits for them, in place of what was set before: of
    /// each fault, the share of requests that get it, from 0 to 1. What is left of 1 is fair. With `*`, it is for the
    /// methods that have no weather of their own.
    ///
    /// The same seed gives the same sequence to requests that come one after another. To take the weather of a method
    /// away, give no shares.
    ///
    /// ```
    /// use greenapi_partner_mock::{Cut, Fault, MockServer, Named};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), String> {
    /// let mock = MockServer::start().await;
    /// let lost = Fault::cut(Cut::AfterAction);
    /// mock.control().set_weather("createInstance", 1, [(0.1, lost), (0.05, Fault::named(Named::NoCapacity))])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A method that upstream does not document, shares that are more than 1 together, a fault with [`times`](Fault::times), or one that cannot be sent.
    pub fn set_weather(
        &self,
        method: &str,
        seed: u64,
        shares: impl IntoIterator<Item = (f64, Fault)>,
    ) -> Result<(), String> {
        check_method(method)?;
        let shares: Vec<_> = shares.into_iter().collect();
        faults::check_weather(&shares)?;
        self.state.script.set_weather(method, seed, shares);
        Ok(())
    }

    /// Forgets the faults that wait, and those that come by chance.
    pub fn clear_faults(&self) {
        self.state.script.clear();
    }

    /// Lets the requests that are held go on; says how many there were.
    pub fn release(&self) -> usize {
        self.state.held.release()
    }

    /// The requests that arrived, in order of arrival.
    pub fn requests(&self, meant: &Requests) -> Vec<RecordedRequest> {
        self.state.log.all(meant)
    }

    /// How many requests arrived since the start, the last reset or [`clear_requests`](Self::clear_requests).
    pub fn request_count(&self) -> u64 {
        self.state.log.total()
    }

    /// Forgets the requests that arrived.
    pub fn clear_requests(&self) {
        self.state.log.clear();
    }

    /// Waits, without end, until at least so many such requests have arrived.
    pub async fn wait_for_requests(&self, meant: &Requests, count: usize) -> Vec<RecordedRequest> {
        self.state.log.wait(meant, count).await
    }

    /// How many connections of partners are open. Those that control the mock do not count.
    pub fn open_connections(&self) -> usize {
        self.state.connections.open()
    }

    /// How many connections of partners there were since the start or the last reset.
    pub fn accepted_connections(&self) -> u64 {
        self.state.connections.accepted()
    }

    /// Closes all connections of partners.
    pub fn close_connections(&self) {
        self.state.connections.close_all();
    }

    /// Waits, without end, until exactly so many connections of partners are open.
    pub async fn wait_for_connections(&self, open: usize) {
        self.state.connections.wait(open).await;
    }

    /// What the account holds: the live instances, and those deleted less than three months ago.
    pub fn instances(&self) -> Vec<AccountInstance> {
        lock(&self.state.account).listed(self.now()).cloned().collect()
    }

    /// How many the account holds.
    pub(crate) fn instance_count(&self) -> usize {
        lock(&self.state.account).listed(self.now()).count()
    }

    /// The days that upstream would charge until now, for all instances that the account ever had: also for those that a
    /// list has forgotten, and for those that a test put in with a past.
    pub fn charges(&self) -> Charges {
        let (now, midnight) = (self.now(), self.state.options().midnight);
        Charges::count(lock(&self.state.account).ever(), now, midnight)
    }

    /// Puts an instance into the account, without a partner's call.
    ///
    /// Known are `idInstance`, `name`, `apiTokenInstance`, `typeInstance`, `tariff`, `createdAt` and `deletedAt` (UTC, as
    /// `2026-11-22T10:00:00Z`), `timeCreated` and `timeDeleted` (as a list spells them), `deleted` (now), `settings` (an
    /// object), `phone` (digits: it is linked), `state` (of any name) and `password` (of a Telegram or MAX account), `passkey` (of a WhatsApp account: a flag). Every
    /// other field, and a known one of another type, is listed as it is, over the mock's own. It needs no warm-up.
    ///
    /// # Errors
    /// A moment that is none, or an id that the account has already.
    pub fn add_instance(&self, fields: &Map<String, Value>) -> Result<AccountInstance, String> {
        let options = self.state.options();
        let mut account = lock(&self.state.account);
        account.add(self.state.clock.now(), fields, &options).cloned()
    }

    /// Puts so many instances into the account, as createInstance would make them, past their warm-up.
    pub fn add_instances(&self, count: usize) {
        let (now, options) = (self.now(), Options { warm_up: Vec::new(), ..self.options() });
        let mut account = lock(&self.state.account);
        for _ in 0..count {
            account.create(now, Map::new(), &options);
        }
    }

    /// Fills the account with months of history that ends now: instances that were created, linked, left and deleted.
    /// Everything is made up from the seed: the same one at the same moment, in an empty account, makes the same account,
    /// tokens included. They are of the options' `typeInstance`, pool and `tariff`.
    ///
    /// # Errors
    /// Too few or too many days, or no prefix.
    pub fn simulate(&self, simulation: &Simulation) -> Result<(), String> {
        simulation.check()?;
        let options = self.state.options();
        let pasts = simulation.past(self.now());
        let mut account = lock(&self.state.account);
        for past in pasts {
            account.remember(past, &options);
        }
        Ok(())
    }

    /// What time it is for the mock.
    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// Stops the mock's clock at a moment.
    pub fn set_clock(&self, moment: Timestamp) {
        self.state.clock.stop_at(moment);
    }

    /// Moves the mock's clock. A stopped one stays stopped, a running one runs on from there.
    pub fn advance_clock(&self, by: SignedDuration) {
        self.state.clock.advance(by);
    }

    /// How the mock behaves at the moment.
    pub fn options(&self) -> Options {
        Options::clone(&self.state.options())
    }

    /// Changes options by their camelCase names, and gives all as they are then.
    ///
    /// # Errors
    /// An unknown name, a value of another type or out of range, or a change of `port` or `partnerToken`.
    pub fn change_options(&self, changes: &Map<String, Value>) -> Result<Options, String> {
        let options = self.state.options().changed(changes)?;
        self.state.set_options(options.clone());
        Ok(options)
    }
}

/// A slip of the pen would wait for ever, and the test that it is for would be green.
fn check_method(method: &str) -> Result<(), String> {
    if method == EVERY_METHOD || is_documented(method) {
        return Ok(());
    }
    Err(format!("upstream has no method {method:?}: give its own name for it, createInstance, or * for all"))
}

const EVERY_METHOD: &str = "*";
