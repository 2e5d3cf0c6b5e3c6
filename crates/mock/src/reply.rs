//! An answer's body on its way: at once, in pieces, or broken off half-way.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::{connection::Line, faults::Drip, record::Ticket};

/// The body of an answer, which says what became of its request as it goes.
pub(crate) struct Reply {
    pieces: VecDeque<Bytes>,
    pause: Option<Duration>,
    pausing: Option<Pin<Box<Sleep>>>,
    breaks_off: bool,
    /// Whether the length may be told from the body; not where a header says another.
    has_true_length: bool,
    receipt: Option<Receipt>,
}

/// Whom to tell when an answer is complete.
pub(crate) struct Receipt {
    pub(crate) ticket: Ticket,
    pub(crate) status: u16,
    pub(crate) line: Arc<Line>,
}

impl Reply {
    /// A body for a request that is not recorded.
    pub(crate) fn plain(body: Bytes) -> Self {
        Self {
            pieces: in_pieces(body, 1),
            pause: None,
            pausing: None,
            breaks_off: false,
            has_true_length: true,
            receipt: None,
        }
    }

    /// A body for a partner's request.
    pub(crate) fn new(body: Bytes, drip: Option<Drip>, receipt: Receipt) -> Self {
        let mut reply = Self {
            pieces: in_pieces(body, drip.map_or(1, |drip| drip.chunks)),
            pause: drip.map(|drip| Duration::from_millis(drip.delay_ms)),
            receipt: Some(receipt),
            ..Self::plain(Bytes::new())
        };
        reply.note_if_complete();
        reply
    }

    /// The first half of a body, and then the end of the connection.
    pub(crate) fn broken_off(body: &Bytes, drip: Option<Drip>, receipt: Receipt) -> Self {
        let half = body.slice(..body.len() / 2);
        Self {
            pieces: in_pieces(half, drip.map_or(1, |drip| drip.chunks)),
            pause: drip.map(|drip| Duration::from_millis(drip.delay_ms)),
            breaks_off: true,
            has_true_length: false,
            receipt: Some(receipt),
            ..Self::plain(Bytes::new())
        }
    }

    /// The same body, with its length left to a header.
    pub(crate) fn with_length_in_header(mut self) -> Self {
        self.has_true_length = false;
        self
    }

    fn is_complete(&self) -> bool {
        self.pieces.is_empty() && !self.breaks_off
    }

    /// Tells whom it concerns before the last byte leaves, so that nobody who has read it finds it untold.
    fn note_if_complete(&mut self) {
        if !self.is_complete() {
            return;
        }
        if let Some(Receipt { mut ticket, status, line }) = self.receipt.take() {
            ticket.answered(status);
            line.served();
        }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        if let (Some(pause), false) = (this.pause, this.pieces.is_empty()) {
            let pausing = this.pausing.get_or_insert_with(|| Box::pin(sleep(pause)));
            ready!(pausing.as_mut().poll(cx));
            this.pausing = None;
        }
        if let Some(piece) = this.pieces.pop_front() {
            this.note_if_complete();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if !this.breaks_off {
            return Poll::Ready(None);
        }
        if let Some(Receipt { mut ticket, line, .. }) = this.receipt.take() {
            ticket.cut();
            line.close_when_flushed();
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.is_complete()
    }

    fn size_hint(&self) -> SizeHint {
        if self.has_true_length {
            SizeHint::with_exact(self.pieces.iter().map(|piece| piece.len() as u64).sum())
        } else {
            SizeHint::default()
        }
    }
}

/// A body cut into so many pieces of about one size, fewer if it is too short for that.
fn in_pieces(mut body: Bytes, pieces: usize) -> VecDeque<Bytes> {
    let size = body.len().div_ceil(pieces.max(1)).max(1);
    let mut cut = VecDeque::new();
    while body.len() > size {
        cut.push_back(body.split_to(size));
    }
    if !body.is_empty() {
        cut.push_back(body);
    }
    cut
}
