//! An HTTP/2 server, written frame by frame, that ends streams as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use greenapi_partner::{PartnerClient, PartnerClientBuilder};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::tls::TlsFront;

/// What becomes of a request, which has been read whole.
#[derive(Clone)]
pub(crate) enum End {
    /// 200, and this.
    Answer(&'static str),
    /// `RST_STREAM` with this code.
    Reset(u32),
    /// The head of an answer, and then the same.
    HeadAndReset(u32),
    /// `GOAWAY` with this code, which says that the stream before this one was the last that was looked at.
    LeaveBefore(u32),
    /// The same, which counts this stream among them, and a closed connection.
    LeaveAfter(u32),
}

/// Dropping it closes it.
pub(crate) struct Http2Server {
    front: TlsFront,
    streams: Arc<Mutex<Vec<u32>>>,
    _serving: JoinSet<()>,
}

impl Http2Server {
    /// Ends the first request in the first way, and so on, on whichever connection they come.
    pub(crate) async fn start<const N: usize>(ends: [End; N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = TlsFront::before(&listener.local_addr().unwrap().to_string(), &["h2"]).await;
        let (ends, streams) = (Arc::new(Mutex::new(VecDeque::from(ends))), Arc::default());
        let (heard, mut serving) = (Arc::clone(&streams), JoinSet::new());
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(serve(socket, Arc::clone(&ends), Arc::clone(&heard)));
            }
        });
        Self { front, streams, _serving: serving }
    }

    pub(crate) fn builder(&self) -> PartnerClientBuilder {
        let builder = PartnerClient::builder().partner_api_url(self.front.url()).partner_token("gac.canary");
        builder.ca_file(self.front.ca_file())
    }

    /// The numbers of the streams that requests came on: 1, 3, 5 … of each connection.
    pub(crate) fn streams(&self) -> Vec<u32> {
        self.streams.lock().unwrap().clone()
    }
}

async fn serve(mut socket: TcpStream, ends: Arc<Mutex<VecDeque<End>>>, streams: Arc<Mutex<Vec<u32>>>) {
    let mut preface = [0; 24];
    if socket.read_exact(&mut preface).await.is_err() {
        return;
    }
    send(&mut socket, SETTINGS, 0, 0, &[]).await;
    while let Some((kind, flags, stream)) = receive(&mut socket).await {
        match kind {
            SETTINGS if flags & ACK == 0 => send(&mut socket, SETTINGS, ACK, 0, &[]).await,
            HEADERS | DATA if flags & END_STREAM != 0 => {
                streams.lock().unwrap().push(stream);
                let end = ends.lock().unwrap().pop_front().unwrap();
                if !carry_out(&mut socket, end, stream).await {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Whether the connection goes on.
async fn carry_out(socket: &mut TcpStream, end: End, stream: u32) -> bool {
    match end {
        End::Answer(body) => {
            send(socket, HEADERS, END_HEADERS, stream, &STATUS_200).await;
            send(socket, DATA, END_STREAM, stream, body.as_bytes()).await;
        }
        End::Reset(code) => send(socket, RST_STREAM, 0, stream, &code.to_be_bytes()).await,
        End::HeadAndReset(code) => {
            send(socket, HEADERS, END_HEADERS, stream, &STATUS_200).await;
            send(socket, RST_STREAM, 0, stream, &code.to_be_bytes()).await;
        }
        End::LeaveBefore(code) => leave(socket, stream.saturating_sub(2), code).await,
        End::LeaveAfter(code) => {
            leave(socket, stream, code).await;
            return false;
        }
    }
    true
}

async fn leave(socket: &mut TcpStream, last: u32, code: u32) {
    send(socket, GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat()).await;
}

/// The kind, the flags and the stream of the next frame; what it holds is passed over.
async fn receive(socket: &mut TcpStream) -> Option<(u8, u8, u32)> {
    let mut head = [0; 9];
    socket.read_exact(&mut head).await.ok()?;
    let [a, b, c, kind, flags, stream @ ..] = head;
    let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
    socket.read_exact(&mut payload).await.ok()?;
    Some((kind, flags, u32::from_be_bytes(stream)))
}

async fn send(socket: &mut TcpStream, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&[a, b, c, kind, flags][..], &stream.to_be_bytes()].concat();
    // The client may hang up as it likes.
    let _ = socket.write_all(&[&head[..], payload].concat()).await;
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200`, as the eighth entry of the table that both sides have.
const STATUS_200: [u8; 1] = [0x88];
