//! Works: what is measured, by whom, and what we mean to reach.

use anyhow::{Result, bail};

use super::growth;

/// What we are called among the peers.
pub(super) const OURS: &str = "greenapi_partner";

/// A piece of work that several do.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) language: Language,
    /// What its worker calls it.
    pub(super) task: &'static str,
    /// How many calls, or of how many instances.
    pub(super) count: usize,
    pub(super) concurrency: usize,
    pub(super) tls: bool,
    pub(super) peers: &'static [&'static str],
    /// The first is the one that we are held to.
    pub(super) floors: &'static [&'static str],
    pub(super) figures: Vec<Figure>,
    /// Whether it shows how a cost grows: measured less often, and shown in a table of its own.
    pub(super) grows: bool,
}

/// In which language we do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    Node,
    Rust,
}

/// What is read off a run of a work.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) unit: Unit,
    pub(super) reaches: Vec<Reach>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Calls a second: more is better.
    PerSecond,
    /// The time of all of it.
    Milliseconds,
    /// By how much the memory grew, at most.
    Megabytes,
}

impl Unit {
    pub(super) fn more_is_better(self) -> bool {
        self == Self::PerSecond
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PerSecond => "/s",
            Self::Milliseconds => "ms",
            Self::Megabytes => "MB",
        }
    }
}

/// We mean to reach so much of somebody's figure: at least where more is better, else at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) of: Of,
    pub(super) factor: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The best of all peers.
    BestPeer,
    Peer(&'static str),
    /// The first of the floors.
    Floor,
    /// Our own in another work.
    Ours(&'static str),
}

const PYTHON: &[&str] = &["whatsapp-api-client-python", "requests", "httpx", "niquests", "primp", "pyreqwest", "wreq"];
const PYTHON_ASYNC: &[&str] =
    &["whatsapp-api-client-python", "httpx", "aiohttp", "niquests", "primp", "pyreqwest", "wreq"];
const NODE: &[&str] = &["@green-api/whatsapp-api-client-js-v2", "axios", "got", "undici", "fetch"];
const FRAMES: &[&str] = &["json + DataFrame", "read_json"];

/// On one thread, where they are fastest against a server on another core.
const FLOORS: &[&str] = &["reqwest", "hyper"];
/// With a thread for each core, as core is used in Rust.
const FLOORS_OF_CORE: &[&str] = &["reqwest-threads", "hyper-threads", "reqwest", "hyper"];

/// All works, in the order of the page.
pub(super) fn all() -> Vec<Work> {
    use Language::{Node, Python, Rust};
    let of = |of, factor| Reach { of, factor };
    let (best, floor) = (Of::BestPeer, Of::Floor);
    let mut works = vec![
        work("python-create", "Python, createInstance one after another", Python, ("create", 3_000, 1))
            .against(PYTHON, FLOORS)
            .reaching(Unit::PerSecond, &[of(best, 1.1), of(floor, 0.9)]),
        work("python-asyncio", "Python, asyncio, one after another", Python, ("create-async", 3_000, 1))
            .against(PYTHON_ASYNC, FLOORS)
            .reaching(Unit::PerSecond, &[of(best, 1.3)]),
        work("python-threads-64", "Python, 64 threads", Python, ("create", 8_000, 64))
            .against(PYTHON, FLOORS)
            .reaching(Unit::PerSecond, &[of(best, 2.5)]),
        work("python-asyncio-64", "Python, asyncio, 64 at once", Python, ("create-async", 8_000, 64))
            .against(PYTHON_ASYNC, FLOORS)
            .reaching(Unit::PerSecond, &[of(best, 2.5)]),
        work("node-create", "Node, one after another", Node, ("create", 3_000, 1))
            .against(NODE, FLOORS)
            .reaching(Unit::PerSecond, &[of(Of::Peer("undici"), 1.3)]),
        work("node-create-64", "Node, 64 at once", Node, ("create", 8_000, 64))
            .against(NODE, FLOORS)
            .reaching(Unit::PerSecond, &[of(Of::Peer("undici"), 3.5)]),
        work("rust-create", "Rust, one after another", Rust, ("create", 8_000, 1))
            .against(&[], FLOORS_OF_CORE)
            .reaching(Unit::PerSecond, &[]),
        work("rust-create-64", "Rust, 64 at once", Rust, ("create", 40_000, 64))
            .against(&[], FLOORS_OF_CORE)
            .reaching(Unit::PerSecond, &[of(floor, 0.95)]),
        work("python-bulk", "Python, `create_instances` of 5,000, 64 at once", Python, ("bulk", 5_000, 64))
            .against(&[], FLOORS)
            .reaching(Unit::PerSecond, &[of(floor, 0.8)]),
        work("python-inspect", "Python, `inspect` of 8,571, 64 at once, calls", Python, ("inspect", 10_000, 64))
            .against(&[], FLOORS)
            .reaching(Unit::PerSecond, &[of(floor, 0.8)]),
        work("python-list", "Python, list of 10,000, one field of each", Python, ("list", 10_000, 1))
            .against(PYTHON, FLOORS)
            .reaching(Unit::Milliseconds, &[of(floor, 1.1)])
            .reaching(Unit::Megabytes, &[of(floor, 1.1)]),
        work("node-list", "Node, list of 10,000, one field of each", Node, ("list", 10_000, 1))
            .against(NODE, FLOORS)
            .reaching(Unit::Milliseconds, &[of(floor, 1.1)])
            .reaching(Unit::Megabytes, &[of(floor, 1.5)]),
        work("python-polars", "Python, a list of 100,000 to polars", Python, ("columns-polars", 100_000, 1))
            .against(FRAMES, &[])
            .reaching(Unit::Milliseconds, &[of(Of::Peer(FRAMES[0]), 0.2)]),
        work("python-pandas", "Python, a list of 100,000 to pandas", Python, ("columns-pandas", 100_000, 1))
            .against(FRAMES, &[])
            .reaching(Unit::Milliseconds, &[of(Of::Peer(FRAMES[0]), 0.2)]),
        work("python-polars-all", "Python, 100,000 from the server to polars", Python, ("frame-polars", 100_000, 1))
            .against(FRAMES, &[])
            .reaching(Unit::Milliseconds, &[]),
        work("python-pandas-all", "Python, 100,000 from the server to pandas", Python, ("frame-pandas", 100_000, 1))
            .against(FRAMES, &[])
            .reaching(Unit::Milliseconds, &[]),
        work("python-tls", "Python, TLS, one after another", Python, ("create", 2_000, 1))
            .over_tls()
            .against(PYTHON, &[])
            .reaching(Unit::PerSecond, &[of(best, 1.0)]),
        work("node-tls", "Node, TLS, one after another", Node, ("create", 2_000, 1))
            .over_tls()
            .against(NODE, &[])
            .reaching(Unit::PerSecond, &[of(best, 1.0)]),
        work("python-cold", "Python, createInstance on a cold connection", Python, ("cold", 1_000, 1))
            .against(PYTHON, &[])
            .reaching(Unit::PerSecond, &[of(best, 1.0)]),
        work("node-cold", "Node, createInstance on a cold connection", Node, ("cold", 1_000, 1))
            .against(NODE, &[])
            .reaching(Unit::PerSecond, &[of(best, 1.0)]),
        work("python-cold-tls", "Python, createInstance on a cold connection with TLS", Python, ("cold", 500, 1))
            .over_tls()
            .against(PYTHON, &[])
            .reaching(Unit::PerSecond, &[of(best, 1.0)]),
        work("node-cold-tls", "Node, createInstance on a cold connection with TLS", Node, ("cold", 500, 1))
            .over_tls()
            .against(NODE, &[])
            .reaching(Unit::PerSecond, &[of(best, 1.0)]),
    ];
    works.extend(growth::works());
    works
}

/// The works whose names begin like one of these, or all; `quick`: a twentieth of each.
pub(super) fn chosen(only: &[String], quick: bool) -> Result<Vec<Work>> {
    let mut works = all();
    if let Some(unknown) = only.iter().find(|name| !works.iter().any(|work| work.name.starts_with(*name))) {
        bail!("there is no work {unknown}: cargo xtask bench --list names them");
    }
    works.retain(|work| only.is_empty() || only.iter().any(|name| work.name.starts_with(name)));
    if quick {
        works.retain(|work| !work.grows || work.count <= 10_000);
        for work in works.iter_mut().filter(|work| !work.grows) {
            work.count = (work.count / 20).max(20);
        }
    }
    Ok(works)
}

/// A work: its worker's name of it, how many, and how many at once.
pub(super) fn work(
    name: impl Into<String>,
    title: impl Into<String>,
    language: Language,
    (task, count, concurrency): (&'static str, usize, usize),
) -> Work {
    Work {
        name: name.into(),
        title: title.into(),
        language,
        task,
        count,
        concurrency,
        tls: false,
        peers: &[],
        floors: &[],
        figures: Vec::new(),
        grows: false,
    }
}

impl Work {
    fn over_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    fn against(self, peers: &'static [&'static str], floors: &'static [&'static str]) -> Self {
        Self { peers, floors, ..self }
    }

    /// Has a figure of this unit, with what it is to reach.
    pub(super) fn reaching<const N: usize>(mut self, unit: Unit, reaches: &[Reach; N]) -> Self {
        self.figures.push(Figure { unit, reaches: reaches.to_vec() });
        self
    }

    /// All who do it: we first, then the peers, then the floors.
    pub(super) fn contenders(&self) -> Vec<&'static str> {
        [&[OURS], self.peers, self.floors].concat()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;
    use crate::checkout::Checkout;

    #[test]
    fn names_are_unique_and_what_is_compared_with_is_measured() {
        let works = all();
        let names: BTreeSet<_> = works.iter().map(|work| &work.name).collect();
        assert_eq!(names.len(), works.len());
        for (work, reach) in works.iter().flat_map(|work| {
            let reaches = work.figures.iter().flat_map(|figure| &figure.reaches);
            reaches.map(move |reach| (work, reach))
        }) {
            let there = match reach.of {
                Of::BestPeer => !work.peers.is_empty(),
                Of::Peer(peer) => work.peers.contains(&peer),
                Of::Floor => !work.floors.is_empty(),
                Of::Ours(other) => works.iter().any(|one| one.name == other),
            };
            assert!(there, "{}: {reach:?}", work.name);
        }
    }

    #[test]
    fn every_peer_is_pinned_and_known_to_its_worker() {
        let checkout = Checkout::find().unwrap();
        let read = |name: &str| fs::read_to_string(checkout.path("crates/xtask/tools/bench").join(name)).unwrap();
        for (peers, worker, pins) in [
            ([PYTHON, PYTHON_ASYNC].concat(), "work.py", "requirements.txt"),
            (NODE.to_vec(), "work.mjs", "package.json"),
        ] {
            let (worker, pins) = (read(worker), read(pins));
            for peer in peers {
                assert!(worker.contains(peer), "{peer}");
                // Node brings its fetch along.
                let is_pinned = pins.contains(&format!("\n{peer}==")) || pins.contains(&format!("\"{peer}\": \""));
                assert!(is_pinned || peer == "fetch", "{peer}");
            }
        }
    }

    #[test]
    fn works_are_chosen_by_how_their_names_begin() {
        let only = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(chosen(&only(&["node"]), false).unwrap().iter().all(|work| work.language == Language::Node));
        assert!(chosen(&only(&["ruby"]), false).is_err());
        assert!(chosen(&[], true).unwrap().iter().all(|work| work.count <= 10_000));
    }
}
