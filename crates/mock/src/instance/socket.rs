//! The socket that shows QR codes until a phone has scanned one.

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{CloseFrame, Role, frame::coding::CloseCode},
    },
};

use super::{authorization, life, qr::Qr};
pub(super) use crate::world::sockets::Post;
use crate::{
    account::AccountInstance, connection::Line, options::TimeoutSpelling, state::State, sync::lock,
    world::sockets::Seat,
};

/// A socket that was granted and is about to open.
pub(crate) struct Opening {
    state: Arc<State>,
    id_instance: u64,
    upgrade: OnUpgrade,
    seat: Seat,
    posts: mpsc::UnboundedReceiver<Post>,
    window_ends: Timestamp,
}

impl Opening {
    /// Takes a seat among the open sockets, so that nothing is missed from now on, and prepares the first frame.
    pub(crate) fn new(state: &Arc<State>, id_instance: u64, upgrade: OnUpgrade) -> Self {
        let window = life::milliseconds(state.options().scan_window_ms);
        let window_ends = state.clock.exactly().saturating_add(window).unwrap_or(Timestamp::MAX);
        let (sender, posts) = mpsc::unbounded_channel();
        let mut account = lock(&state.account);
        let first = match account.instance_mut(id_instance) {
            Some((instance, digits)) => {
                let frame = authorization::to_scan(state, instance, digits);
                if frame["type"] == "qrCode" || frame["type"] == PASSKEY_REQUIRED {
                    Post::Frame(frame.to_string())
                } else {
                    Post::Last(frame.to_string())
                }
            }
            None => Post::Close,
        };
        // The other end is still here.
        let _ = sender.send(first);
        let seat = state.sockets.sit_down(id_instance, sender);
        drop(account);
        Self { state: Arc::clone(state), id_instance, upgrade, seat, posts, window_ends }
    }

    /// The socket's life, from the switch of protocols to its end.
    pub(crate) async fn run(self, line: &Line) {
        let Self { state, id_instance, upgrade, seat, mut posts, window_ends } = self;
        let Ok(upgraded) = upgrade.await else { return };
        let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        let mut sent = 0;
        let last = loop {
            let refresh_at = lock(&state.account)
                .instance(id_instance)
                .and_then(|instance| authorization::qr_changes_at(&state, instance));
            tokio::select! {
                biased;
                () = line.closed() => return,
                post = posts.recv() => match post {
                    Some(Post::Frame(_) | Post::Last(_)) if is_silent(&state, sent) => {}
                    Some(Post::Frame(text)) => if socket.send(Message::text(text)).await.is_err() { return } else { sent += 1 },
                    Some(Post::Last(text)) => break Some(text),
                    Some(Post::Close) => break None,
                    Some(Post::Cut) | None => return,
                },
                () = state.clock.reaches(Some(window_ends)), if !is_silent(&state, sent) => break Some(timeout_frame(&state).to_string()),
                () = state.clock.reaches(refresh_at) => refresh(&state, id_instance),
                message = socket.next() => if !matches!(message, Some(Ok(_))) { return },
            }
        };
        drop(seat);
        tokio::select! {
            () = line.closed() => {}
            // An error is the client's way to hang up.
            _ = say_goodbye(&mut socket, last) => {}
        }
    }
}

/// Whether a socket that has sent so many frames says nothing more.
fn is_silent(state: &State, sent: usize) -> bool {
    state.options().socket_frames.is_some_and(|frames| sent >= frames)
}

/// Sends a last frame and a close, and waits for the client's.
async fn say_goodbye(socket: &mut WebSocketStream<TokioIo<Upgraded>>, last: Option<String>) -> Result<(), Error> {
    if let Some(text) = last {
        socket.send(Message::text(text)).await?;
    }
    socket.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() })).await?;
    while socket.next().await.transpose()?.is_some() {}
    Ok(())
}

/// Lets the QR code change, unless another socket has done so.
fn refresh(state: &State, id_instance: u64) {
    if let Some((instance, digits)) = lock(&state.account).instance_mut(id_instance) {
        authorization::to_scan(state, instance, digits);
    }
}

pub(super) fn qr_frame(qr: Option<&Qr>) -> Value {
    json!({ "type": "qrCode", "message": qr.map(|qr| qr.picture.as_str()) })
}

/// What asks for a passkey.
///
/// Evidence: the type is documented, for calls and sockets; what `message` holds, and whether anything follows, is not. Here
/// it is empty, and the socket stays open.
pub(crate) fn passkey_frame() -> Value {
    json!({ "type": PASSKEY_REQUIRED, "message": "" })
}

pub(crate) fn error_frame(message: &str) -> Value {
    json!({ "type": "error", "message": message })
}

pub(crate) fn timeout_frame(state: &State) -> Value {
    match state.options().timeout_spelling {
        TimeoutSpelling::Timeout => json!({ "type": "timeout" }),
        TimeoutSpelling::TimeoutExpired => json!({ "type": "timeoutExpired", "message": "timeoutExpired" }),
    }
}

/// What says that a phone was linked.
pub(crate) fn account_data_frame(instance: &AccountInstance, with_fields: bool) -> Value {
    let mut frame = json!({ "type": "accountData" });
    if with_fields {
        frame["wid"] = instance.wid().into();
        frame["pushname"] = PUSH_NAME.into();
        frame["webhookUrl"] = instance.settings.get("webhookUrl").cloned().unwrap_or_else(|| "".into());
    }
    frame
}

const PASSKEY_REQUIRED: &str = "passkeyRequired";
/// What the owner of every phone is called.
const PUSH_NAME: &str = "Mock phone";
