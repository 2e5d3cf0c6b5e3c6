//! Worker: a process of its own that ensures names, one after another, and tells what it got.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use greenapi_partner::{CallOptions, CreateInstance, EnsureOptions, PartnerClient, Store};
use tokio::{runtime::Runtime, task::spawn_blocking};

use crate::ground::{Ground, SHORT};

/// What a worker is to do.
#[derive(Clone)]
pub(crate) struct Orders {
    pub(crate) names: Vec<String>,
    /// Where its store is, if not where the ground has it.
    pub(crate) address: Option<String>,
    pub(crate) settle: Duration,
    pub(crate) retry_unknown: bool,
    pub(crate) timeout: Duration,
}

impl Orders {
    pub(crate) fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        // Longer than any machine is busy; who waits here for so long fails.
        let (settle, timeout) = (Duration::from_secs(20), Duration::from_secs(60));
        Self { names, address: None, settle, retry_unknown: false, timeout }
    }
}

/// A process that runs. It ends when this is dropped.
pub(crate) struct Worker {
    child: Child,
    said: Option<BufReader<std::process::ChildStdout>>,
    names: usize,
}

impl Worker {
    pub(crate) fn start(ground: &Ground, orders: &Orders) -> Self {
        Self::of(Command::new(env::current_exe().unwrap()), ground, orders)
    }

    /// One that can make no file longer, and is told so.
    pub(crate) fn start_where_nothing_is_written(ground: &Ground, orders: &Orders) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]).arg(env::current_exe().unwrap());
        Self::of(shell, ground, orders)
    }

    fn of(mut command: Command, ground: &Ground, orders: &Orders) -> Self {
        command.args(["--exact", "worker::works", "--nocapture"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let address = orders.address.clone().unwrap_or_else(|| ground.address());
        let milliseconds = |time: Duration| time.as_millis().to_string();
        for (name, value) in [
            (NAMES, orders.names.join(",")),
            (ADDRESS, address),
            (SCHEMA, ground.schema.clone()),
            (URL, ground.mock.url()),
            (TOKEN, ground.mock.partner_token()),
            (SETTLE, milliseconds(orders.settle)),
            (TIMEOUT, milliseconds(orders.timeout)),
            (WORD, orders.retry_unknown.to_string()),
        ] {
            command.env(name, value);
        }
        let mut child = command.spawn().unwrap();
        let said = child.stdout.take().map(BufReader::new);
        Self { child, said, names: orders.names.len() }
    }

    /// What it got: of each name the id, or the code of an error. It is read to its last name.
    pub(crate) async fn got(&mut self) -> Vec<(String, String)> {
        let (mut said, names) = (self.said.take().unwrap(), self.names);
        let read = spawn_blocking(move || {
            let (mut got, mut line) = (Vec::new(), String::new());
            while got.len() < names && said.read_line(&mut line).unwrap() > 0 {
                if let Some((_, result)) = line.trim().split_once(GOT) {
                    let (name, what) = result.split_once(' ').unwrap();
                    got.push((name.to_owned(), what.to_owned()));
                }
                line.clear();
            }
            (got, said)
        });
        let (got, said) = read.await.unwrap();
        self.said = Some(said);
        got
    }

    /// The end that nobody can prepare for.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Not a step further, in none of its threads, until it is told to go on.
    pub(crate) fn stop(&self) {
        self.signal("STOP");
        while !is_stopped(self.child.id()) {
            thread::yield_now();
        }
    }

    pub(crate) fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A signal is sent in no time, and reaches the last thread of a busy machine when that gets its turn.
fn is_stopped(process: u32) -> bool {
    let state = |thread: &fs::DirEntry| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.chars().next()
    };
    fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten().all(|thread| state(&thread) == Some('T'))
}

/// What the process does; started as a test, it does nothing.
#[test]
fn works() {
    let Ok(names) = env::var(NAMES) else { return };
    let told = |name| env::var(name).unwrap();
    let time = |name| Duration::from_millis(told(name).parse().unwrap());
    let options = EnsureOptions {
        call: CallOptions::timeout(time(TIMEOUT)),
        settle: Some(time(SETTLE)),
        retry_unknown: told(WORD) == "true",
        ..EnsureOptions::default()
    };
    let store = Store::builder(&told(ADDRESS)).unwrap().schema(told(SCHEMA)).claim(SHORT).build().unwrap();
    let partner = PartnerClient::builder().partner_api_url(told(URL)).partner_token(told(TOKEN)).store(store);
    Runtime::new().unwrap().block_on(async {
        let partner = partner.build().unwrap();
        for name in names.split(',') {
            let ensured = partner.ensure_instance_with(CreateInstance::named(name), options).await;
            let got = ensured
                .map_or_else(|error| error.code().as_str().to_owned(), |ensured| ensured.id_instance().to_string());
            println!("{GOT}{name} {got}");
        }
    });
    // It stays until it is ended.
    drop(std::io::stdin().read(&mut [0]));
}

const GOT: &str = "got: ";
const NAMES: &str = "STORE_TEST_NAMES";
const ADDRESS: &str = "STORE_TEST_ADDRESS";
const SCHEMA: &str = "STORE_TEST_SCHEMA";
const URL: &str = "STORE_TEST_API_URL";
const TOKEN: &str = "STORE_TEST_TOKEN";
const SETTLE: &str = "STORE_TEST_SETTLE";
const TIMEOUT: &str = "STORE_TEST_TIMEOUT";
const WORD: &str = "STORE_TEST_WORD";
