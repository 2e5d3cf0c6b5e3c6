//! WebSockets: a connection of HTTP/1.1 with the same proxy, certificates and time-outs as any other.

use std::sync::{Mutex, PoisonError};

use futures_util::StreamExt as _;
use reqwest_websocket::{Message, Upgrade as _, WebSocket};
use tokio::task::consume_budget;

use super::http::{Http, Lost, lost_of, url};
use crate::{
    endpoint::{Answer, Spec, Target},
    words,
};

/// An open socket that only listens. The lock is never taken: it makes the socket one that threads may share.
pub(crate) struct Socket(Mutex<WebSocket>);

/// What came over a socket.
pub(crate) enum Frame {
    Text(String),
    /// Binary, where upstream documents none.
    Odd,
    /// Larger than anything upstream sends, or than the caller allows.
    TooLarge,
    /// The connection has ended, with a word or without.
    Cut,
}

/// What a try to open one came to.
pub(crate) enum Opened {
    Socket(Box<Socket>),
    /// Upstream answers otherwise than by a switch of protocols.
    Answered(Answer),
    Lost(Lost),
}

impl Http {
    /// Opens a socket.
    pub(crate) async fn socket(&self, spec: &Spec, target: &Target) -> Opened {
        let client = match self.socket_client(&target.base) {
            Ok(client) => client,
            Err(lost) => return Opened::Lost(lost),
        };
        let response = match client.get(&*url(target, spec, "")).upgrade().web_socket_config(self.frames()).send().await
        {
            Ok(response) => response,
            Err(reqwest_websocket::Error::Reqwest(error)) => return Opened::Lost(lost_of(target, error)),
            Err(error) => return Opened::Lost(Lost::unanswered(clean(target, &error.to_string()))),
        };
        if response.status().as_u16() != SWITCHING_PROTOCOLS {
            return match self.whole(target, response.into_inner()).await {
                Ok(answer) => Opened::Answered(answer),
                Err(lost) => Opened::Lost(lost),
            };
        }
        match response.into_websocket().await {
            Ok(socket) => Opened::Socket(Box::new(Socket(Mutex::new(socket)))),
            Err(error) => Opened::Lost(Lost::unanswered(clean(target, &error.to_string()))),
        }
    }
}

impl Socket {
    /// The next frame. Pings are answered meanwhile. A server that sends without a pause lets others work, too.
    pub(crate) async fn next(&mut self) -> Frame {
        let socket = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        loop {
            consume_budget().await;
            return match socket.next().await {
                Some(Ok(Message::Text(text))) => Frame::Text(text),
                Some(Ok(Message::Binary(_))) => Frame::Odd,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Err(reqwest_websocket::Error::Tungstenite(tungstenite::Error::Capacity(_)))) => Frame::TooLarge,
                Some(Ok(Message::Close { .. }) | Err(_)) | None => Frame::Cut,
            };
        }
    }
}

fn clean(target: &Target, text: &str) -> String {
    words::scrubbed(text, &[&target.token])
}

const SWITCHING_PROTOCOLS: u16 = 101;
