//! From an instance without a phone to one that is linked.

use async_stream::try_stream;
use serde_json::{Map, json};
use tokio::time::Instant;
use tokio::{select, time};

use super::{
    Flow, asked,
    asked::{PENDING_PASSWORD, object},
    events::{self, Events},
    options::{AuthorizeOptions, Deadline},
    readiness::{Observation, Readiness},
    scan_qr_code::{Scan, linked},
    wait_until_authorized::{AUTHORIZED, is_held, not_held},
};
use crate::{
    AuthorizationCode, Event, InstanceClient, QrCode, Waiting,
    config::{
        MOST_SILENCES, PHONE_CODE_LIFETIME, PHONE_CODE_LIFETIME_OTHERS, POLL_INTERVAL_BESIDE, QR_INTERVAL,
        QR_INTERVAL_OTHERS,
    },
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    hosts::WHATSAPP,
    instance::qr,
    log::TARGET,
};

pub(crate) const FLOW: Flow = Flow { name: "authorize", node: "authorize", prose: include_str!("authorize.md") };

impl InstanceClient {
    #[doc = include_str!("authorize.md")]
    pub fn authorize(&self, options: AuthorizeOptions) -> Events {
        authorize(self, options)
    }
}

pub(crate) fn authorize(instance: &InstanceClient, options: AuthorizeOptions) -> Events {
    let instance = instance.clone();
    Events::of(
        events::known(&instance),
        try_stream! {
            let mut linking = Linking::new(&instance, &options, options.begin()?);
            loop {
                yield linking.next().await?;
            }
        },
    )
}

/// One instance on its way to a phone.
pub(super) struct Linking {
    instance: InstanceClient,
    deadline: Deadline,
    readiness: Readiness,
    phone_number: Option<String>,
    /// The open window; none before it is known that one is wanted.
    scan: Option<Scan>,
    /// Since when it is open, or the last one was.
    scan_since: Instant,
    /// When the state is asked next, beside the socket.
    look_at: Instant,
    /// The socket has failed.
    polls: bool,
    /// Upstream says that a phone is linked, while the state says that none is: so many times in a row.
    contradictions: u32,
    /// The socket knew no such token.
    token_refused: bool,
    /// What was told last, so that nothing is told twice.
    shown: Option<LastShown>,
    /// Until when a code for a phone is good.
    code_is_good_until: Option<Instant>,
}

#[derive(PartialEq)]
enum LastShown {
    State(Option<String>),
    Picture(QrCode),
    Passkey(Option<String>),
}

/// What is to be done, by the state.
enum Next {
    Tell(Event),
    Again,
}

impl Linking {
    pub(super) fn new(instance: &InstanceClient, options: &AuthorizeOptions, deadline: Deadline) -> Self {
        Self {
            readiness: Readiness::new(instance, deadline, &options.ready),
            instance: instance.clone(),
            deadline,
            phone_number: options.phone_number.clone(),
            scan: None,
            scan_since: Instant::now(),
            look_at: Instant::now(),
            polls: false,
            contradictions: 0,
            token_refused: false,
            shown: None,
            code_is_good_until: None,
        }
    }

    /// The next event: the last is `Authorized`.
    pub(super) async fn next(&mut self) -> Result<Event, Error> {
        loop {
            let next = match self.scan {
                Some(_) => self.scan().await?,
                None => self.look().await?,
            };
            if let Next::Tell(event) = next {
                return Ok(event);
            }
        }
    }

    /// Looks at the state, and does what it asks for.
    async fn look(&mut self) -> Result<Next, Error> {
        let state = match self.readiness.look().await? {
            Observation::Ready(state) => state,
            Observation::Waiting(state) => return self.wait(state).await,
            Observation::Unseen => return self.rest().await,
        };
        self.by(state).await
    }

    async fn by(&mut self, state: String) -> Result<Next, Error> {
        not_held(&state)?;
        match state.as_str() {
            AUTHORIZED => Ok(Next::Tell(Event::Authorized(linked(&self.instance, &Map::new()).await))),
            PENDING_PASSWORD => self.password().await,
            "notAuthorized" if self.phone_number.is_some() => self.phone().await,
            "notAuthorized" if self.polls || !self.is_whatsapp() => self.poll().await,
            "notAuthorized" => {
                let scan = Scan::begin(&self.instance, Some(self.deadline.at));
                self.scan = Some(scan.that_gives_up_after(MOST_SILENCES));
                self.scan_since = Instant::now();
                self.look_at = self.scan_since + POLL_INTERVAL_BESIDE;
                Ok(Next::Again)
            }
            _ => self.wait(Some(state)).await,
        }
    }

    /// A QR code from the socket, or what the state says meanwhile. A window that is over is followed by another; a socket
    /// that fails, by polling.
    async fn scan(&mut self) -> Result<Next, Error> {
        let Some(scan) = &mut self.scan else { return Ok(Next::Again) };
        let next = select! {
            biased;
            next = scan.next() => next,
            state = beside(&mut self.readiness, &mut self.look_at) => {
                self.scan = None;
                return self.by(state?).await;
            }
        };
        let error = match next {
            Ok(Event::QrCode(qr)) => {
                self.contradictions = 0;
                self.shown = Some(LastShown::Picture(qr.clone()));
                return Ok(Next::Tell(Event::QrCode(qr)));
            }
            Ok(Event::PasswordNeeded(_)) => return Ok(self.asked_for_a_password()),
            Ok(Event::PasskeyRequired(event)) => {
                let message = event.message().map(ToOwned::to_owned);
                return Ok(self.changed(LastShown::Passkey(message), Event::PasskeyRequired(event)));
            }
            Ok(event) => return Ok(Next::Tell(event)),
            Err(error) => error,
        };
        self.scan = None;
        match error.code() {
            _ if self.deadline.left().is_zero() => Err(self.over()),
            ErrorCode::QrExpired => self.rest_after_a_short_window().await,
            ErrorCode::AlreadyAuthorized => self.contradicted(error).await,
            // The next look at the state says what is the matter.
            ErrorCode::NotReady => self.rest().await,
            ErrorCode::Unauthorized if !self.token_refused => {
                self.token_refused = true;
                Ok(Next::Again)
            }
            ErrorCode::Configuration if !error.is_about_the_url() => Err(error),
            code => {
                tracing::info!(
                    target: TARGET,
                    operation = "scanQrCode",
                    id_instance = self.instance.id_instance(),
                    code = code.as_str(),
                    "the socket does not work: QR codes are asked for one by one"
                );
                self.polls = true;
                Ok(Next::Again)
            }
        }
    }

    /// A QR code over HTTP; told only where it is another one.
    async fn poll(&mut self) -> Result<Next, Error> {
        let interval = self.deadline.interval_or(if self.is_whatsapp() { QR_INTERVAL } else { QR_INTERVAL_OTHERS });
        let asked = self.instance.ask(&qr::SHOWN, Map::new(), None, self.options()).await;
        let next = match asked {
            Ok(qr::Shown::Code(qr)) => self.changed(LastShown::Picture(qr.clone()), Event::QrCode(qr)),
            Ok(qr::Shown::Passkey(message)) => match asked::passkey(&self.instance, message.as_deref())? {
                Event::PasskeyRequired(event) => {
                    let message = event.message().map(ToOwned::to_owned);
                    self.changed(LastShown::Passkey(message), Event::PasskeyRequired(event))
                }
                other => Next::Tell(other),
            },
            Ok(qr::Shown::Password) => self.asked_for_a_password(),
            Err(error) if error.code() == ErrorCode::AlreadyAuthorized => return self.contradicted(error).await,
            // The next look at the state says more, and gives up on what is final.
            Err(error) if error.is_retryable() || error.code() == ErrorCode::Unauthorized => return self.rest().await,
            Err(error) => return Err(error),
        };
        self.contradictions = 0;
        if matches!(next, Next::Again) {
            self.deadline.sleep(interval, NOT_LINKED).await?;
        }
        Ok(next)
    }

    /// Tells what is another thing than what was told last.
    fn changed(&mut self, shown: LastShown, event: Event) -> Next {
        if self.shown.as_ref() == Some(&shown) {
            return Next::Again;
        }
        self.shown = Some(shown);
        Next::Tell(event)
    }

    fn asked_for_a_password(&mut self) -> Next {
        self.changed(LastShown::State(Some(PENDING_PASSWORD.to_owned())), asked::password())
    }

    /// A code by the phone's number, and another when it is no longer good.
    async fn phone(&mut self) -> Result<Next, Error> {
        if self.code_is_good_until.is_some_and(|until| until > Instant::now()) {
            return self.rest().await;
        }
        let Some(phone_number) = self.phone_number.clone() else { return Ok(Next::Again) };
        let instance = self.instance.with_options(self.options());
        let (asked, lifetime) = if self.is_whatsapp() {
            (instance.get_authorization_code(phone_number.clone()).await.map(Some), PHONE_CODE_LIFETIME)
        } else {
            (instance.start_authorization(phone_number.clone()).await.map(|()| None), PHONE_CODE_LIFETIME_OTHERS)
        };
        match asked {
            Ok(code) => {
                self.code_is_good_until = Some(Instant::now() + lifetime);
                let digits: String = phone_number.chars().filter(char::is_ascii_digit).collect();
                let fields = object(json!({ "code": code, "phoneNumber": digits }));
                Ok(Next::Tell(Event::AuthorizationCode(AuthorizationCode::read(fields))))
            }
            Err(error) if error.code() == ErrorCode::AlreadyAuthorized => self.contradicted(error).await,
            Err(error) if error.is_retryable() || error.code() == ErrorCode::Unauthorized => self.rest().await,
            Err(error) => Err(error),
        }
    }

    /// A phone was linked a moment ago, or there is stale data of one ("Instance has auth"): then only a logout helps, and
    /// that is the caller's decision.
    async fn contradicted(&mut self, error: Error) -> Result<Next, Error> {
        self.contradictions += 1;
        match self.contradictions {
            // As a rule the state says so too.
            1 => Ok(Next::Again),
            2..=MOST_CONTRADICTIONS => self.rest().await,
            _ => Err(error),
        }
    }

    fn is_whatsapp(&self) -> bool {
        self.instance.messenger() == WHATSAPP
    }

    async fn password(&mut self) -> Result<Next, Error> {
        match self.asked_for_a_password() {
            Next::Again => self.rest().await,
            told @ Next::Tell(_) => Ok(told),
        }
    }

    async fn wait(&mut self, state: Option<String>) -> Result<Next, Error> {
        let event = Event::Waiting(Waiting::read(object(json!({ "stateInstance": state }))));
        match self.changed(LastShown::State(state), event) {
            Next::Again => self.rest().await,
            told @ Next::Tell(_) => Ok(told),
        }
    }

    async fn rest(&self) -> Result<Next, Error> {
        self.deadline.sleep(self.deadline.interval(), NOT_LINKED).await?;
        Ok(Next::Again)
    }

    /// A window is open for 100 seconds. One that upstream ends at once, over and over, is not opened over and over at once.
    async fn rest_after_a_short_window(&self) -> Result<Next, Error> {
        let rest = self.deadline.interval().saturating_sub(self.scan_since.elapsed());
        self.deadline.sleep(rest, NOT_LINKED).await?;
        Ok(Next::Again)
    }

    fn options(&self) -> CallOptions {
        CallOptions::timeout(self.deadline.left().max(super::SHORTEST_CALL))
    }

    fn over(&self) -> Error {
        self.deadline.over(NOT_LINKED)
    }
}

/// Asks the state beside the socket, until it is one that no code changes any more.
async fn beside(readiness: &mut Readiness, look_at: &mut Instant) -> Result<String, Error> {
    loop {
        time::sleep_until(*look_at).await;
        *look_at = Instant::now() + POLL_INTERVAL_BESIDE;
        match readiness.look().await? {
            Observation::Ready(state) if state == AUTHORIZED || state == PENDING_PASSWORD || is_held(&state) => {
                return Ok(state);
            }
            Observation::Ready(_) | Observation::Waiting(_) | Observation::Unseen => {}
        }
    }
}

const NOT_LINKED: &str = "no phone was linked";
/// A state may lag behind a little.
const MOST_CONTRADICTIONS: u32 = 3;
