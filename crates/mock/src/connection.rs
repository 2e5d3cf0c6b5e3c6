//! One TCP connection: who speaks on it, where one request ends and the next begins, and how it is cut.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
};

use crate::{record, sync::lock};

/// What the parts of one connection tell each other.
#[derive(Debug)]
pub(crate) struct Line {
    connections: Arc<Connections>,
    /// The connection's number, once a partner's request came on it.
    number: OnceLock<u64>,
    /// How many requests it has served.
    served: AtomicU64,
    /// Whether the next byte to come begins a request.
    between_requests: AtomicBool,
    /// Whether to close as soon as what was written is on its way.
    close_when_flushed: AtomicBool,
    close_now: Notify,
}

impl Line {
    /// Notes that a partner speaks here, not a test; gives the connection's number.
    pub(crate) fn partner_speaks(self: &Arc<Self>) -> u64 {
        *self.number.get_or_init(|| self.connections.add(self))
    }

    pub(crate) fn is_reused(&self) -> bool {
        self.served.load(Ordering::Acquire) > 0
    }

    /// Notes that an answer is complete.
    pub(crate) fn served(&self) {
        self.served.fetch_add(1, Ordering::AcqRel);
        self.between_requests.store(true, Ordering::Release);
    }

    pub(crate) fn close_when_flushed(&self) {
        self.close_when_flushed.store(true, Ordering::Release);
    }

    pub(crate) fn close_now(&self) {
        self.close_now.notify_one();
    }

    /// Ends when the connection is to be closed.
    pub(crate) async fn closed(&self) {
        self.close_now.notified().await;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(number) = self.number.get() {
            self.connections.remove(*number);
        }
    }
}

/// The partner connections of a mock; those of tests that control it are not among them.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    table: Mutex<OpenConnections>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct OpenConnections {
    open: Vec<(u64, Weak<Line>)>,
    last: u64,
    accepted: u64,
}

impl Connections {
    pub(crate) fn line(self: &Arc<Self>) -> Arc<Line> {
        Arc::new(Line {
            connections: Arc::clone(self),
            number: OnceLock::new(),
            served: AtomicU64::new(0),
            between_requests: AtomicBool::new(true),
            close_when_flushed: AtomicBool::new(false),
            close_now: Notify::new(),
        })
    }

    pub(crate) fn open(&self) -> usize {
        lock(&self.table).open.len()
    }

    /// How many there were since the start or the last reset.
    pub(crate) fn accepted(&self) -> u64 {
        lock(&self.table).accepted
    }

    pub(crate) fn forget_accepted(&self) {
        lock(&self.table).accepted = 0;
    }

    pub(crate) fn close_all(&self) {
        let lines: Vec<_> = lock(&self.table).open.iter().filter_map(|(_, line)| line.upgrade()).collect();
        for line in lines {
            line.close_now();
        }
    }

    /// Waits until exactly so many are open.
    pub(crate) async fn wait(&self, open: usize) {
        record::until(&self.changed, || (self.open() == open).then_some(())).await;
    }

    fn add(&self, line: &Arc<Line>) -> u64 {
        let mut table = lock(&self.table);
        table.last += 1;
        table.accepted += 1;
        let number = table.last;
        table.open.push((number, Arc::downgrade(line)));
        drop(table);
        self.changed.notify_waiters();
        number
    }

    fn remove(&self, number: u64) {
        lock(&self.table).open.retain(|(open, _)| *open != number);
        self.changed.notify_waiters();
    }
}

/// The socket of a connection, which looks at the first line of every HTTP/1 request before anybody else does.
pub(crate) struct Wire<F> {
    socket: TcpStream,
    line: Arc<Line>,
    /// Asked for each request line whether to go on; no resets the connection.
    admit: F,
    /// What was read to look at, and how much of it was passed on.
    looked_at: Vec<u8>,
    passed_on: usize,
    /// Whether it is HTTP/2, which has no request lines.
    is_http2: bool,
}

impl<F: FnMut(&[u8]) -> bool> Wire<F> {
    pub(crate) fn new(socket: TcpStream, line: Arc<Line>, admit: F) -> Self {
        Self { socket, line, admit, looked_at: Vec::new(), passed_on: 0, is_http2: false }
    }

    /// Reads until there is a whole first line, and asks whether it may pass.
    fn poll_first_line(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut chunk = [0; 4096];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut self.socket).poll_read(cx, &mut chunk))?;
            self.looked_at.extend_from_slice(chunk.filled());
            let first_line = self.looked_at.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
            let is_whole = first_line.ends_with(b"\n");
            if is_whole && !(self.admit)(first_line) {
                // Closed without a word to the other parts: they would say goodbye first, and it would be no reset.
                self.socket.set_zero_linger()?;
                self.line.close_now();
                return Poll::Pending;
            }
            self.is_http2 = first_line.starts_with(HTTP2_PREFACE);
            let is_at_its_end = chunk.filled().is_empty();
            if is_whole || is_at_its_end || self.looked_at.len() > LONGEST_FIRST_LINE {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<F: FnMut(&[u8]) -> bool + Unpin> AsyncRead for Wire<F> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.is_http2 && this.line.between_requests.load(Ordering::Acquire) {
            if this.passed_on == this.looked_at.len() {
                this.looked_at.clear();
                this.passed_on = 0;
            }
            if this.passed_on == 0 {
                ready!(this.poll_first_line(cx))?;
                this.line.between_requests.store(false, Ordering::Release);
            }
        }
        let rest = &this.looked_at[this.passed_on..];
        if rest.is_empty() {
            return Pin::new(&mut this.socket).poll_read(cx, buffer);
        }
        let passed = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..passed]);
        this.passed_on += passed;
        Poll::Ready(Ok(()))
    }
}

impl<F: Unpin> AsyncWrite for Wire<F> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// Everything written before is with the system now: the moment for a cut in mid-answer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        if self.line.close_when_flushed.load(Ordering::Acquire) {
            self.line.close_now();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0";
const LONGEST_FIRST_LINE: usize = 16 * 1024;
