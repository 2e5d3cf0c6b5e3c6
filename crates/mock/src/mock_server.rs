//! A mock's life: started on the caller's runtime or on a thread of its own, stopped by dropping it.

use std::{io, process, sync::Arc, thread};

use tokio::{net::TcpListener, runtime, sync::oneshot, task::JoinHandle};

use crate::{control::Control, options::Options, server};

/// A running mock of GREEN-API's partner service on a free port of 127.0.0.1. Dropping it ends it.
///
/// ```
/// use greenapi_partner_mock::{Fault, MockServer, Named, Requests};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), String> {
/// let mock = MockServer::start().await;
/// mock.control().add_faults("createInstance", [Fault::named(Named::NoCapacity)])?;
/// // … point a client at mock.url() with mock.partner_token(), and look at what it does:
/// assert_eq!(mock.control().requests(&Requests::of("createInstance")).len(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MockServer {
    control: Control,
    running: Running,
}

impl MockServer {
    /// Starts a mock with the default options, on the current tokio runtime.
    ///
    /// # Panics
    /// When no port of 127.0.0.1 can be opened, or outside a tokio runtime.
    #[expect(clippy::panic, reason = "a test that cannot have its server cannot go on")]
    pub async fn start() -> Self {
        match Self::start_with(Options::default()).await {
            Ok(mock) => mock,
            Err(error) => panic!("the mock cannot listen on 127.0.0.1: {error}"),
        }
    }

    /// Starts a mock on the current tokio runtime.
    ///
    /// # Errors
    /// When the port cannot be opened, or an option is out of range.
    #[expect(clippy::unused_async, reason = "it needs a runtime, and says so by being awaited")]
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let (listener, state) = server::bind(options)?;
        let task = tokio::spawn(server::serve(TcpListener::from_std(listener)?, Arc::clone(&state)));
        Ok(Self { control: Control::new(state), running: Running::Task(Some(task)) })
    }

    /// Starts a mock on a thread and a runtime of its own, for programs without one. Dropping it joins the thread.
    ///
    /// # Errors
    /// When the port cannot be opened, the thread cannot be started, or an option is out of range.
    pub fn start_blocking(options: Options) -> io::Result<Self> {
        let (listener, state) = server::bind(options)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("greenapi-mock".to_owned()).spawn({
            let state = Arc::clone(&state);
            move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = server::serve(listener, state) => {}
                        // Said by dropping the other end.
                        _ = stopped => {}
                    }
                });
            }
        })?;
        let running = Running::Thread { thread: Some(thread), stop: Some(stop), process: process::id() };
        Ok(Self { control: Control::new(state), running })
    }

    /// Where it listens: `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        self.control.url().to_owned()
    }

    /// The partner token that it accepts.
    pub fn partner_token(&self) -> String {
        self.control.partner_token().to_owned()
    }

    /// What a test can do to it, and ask of it.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Ends it, and waits until its port and connections are closed.
    pub async fn stop(mut self) {
        if let Running::Task(task) = &mut self.running
            && let Some(task) = task.take()
        {
            task.abort();
            // The error says that it was aborted.
            let _ = task.await;
        }
    }
}

#[derive(Debug)]
enum Running {
    Task(Option<JoinHandle<()>>),
    Thread { thread: Option<thread::JoinHandle<()>>, stop: Option<oneshot::Sender<()>>, process: u32 },
}

impl Drop for Running {
    fn drop(&mut self) {
        match self {
            Self::Task(task) => {
                if let Some(task) = task.take() {
                    task.abort();
                }
            }
            // A forked child has no such thread to wait for.
            Self::Thread { process, .. } if *process != process::id() => {}
            Self::Thread { thread, stop, .. } => {
                drop(stop.take());
                if let Some(thread) = thread.take() {
                    // Its panic, if it had one, was reported where it happened.
                    let _ = thread.join();
                }
            }
        }
    }
}
