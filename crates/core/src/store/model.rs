//! Model of three clients that want one name: every order of their steps, with a crash, a lost reply and time at any of them.
//!
//! What moves the row are the statements that are shipped, run by SQLite; what a client makes of a row is `row.rs`. Its steps
//! are those of `claim.rs` and `flow/store_turn.rs`, one statement or one request each, and between two of them anything may
//! happen. Upstream may act late, its list may lag, a reply may be lost. Time is what is left of a claim, so that worlds that
//! differ by the hour alone are one.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{
    cell::Cell,
    dialect::Dialect,
    row::{NameRow, NameStanding},
    sql::{ADOPT, CLAIM, DONE, FREE, KEEP, MIGRATIONS, READ, RELEASE, RENEW, SEND, UNKNOWN},
    sqlite::query,
};

/// The name's row: who is a number, as is an instance, and 0 is nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Row {
    state: usize,
    owner: u8,
    /// How many ticks of the clock its owner's claim has left.
    lease: u8,
    sender: u8,
    doubt: bool,
    id: u8,
}

const STATES: [&str; 6] = ["free", "claimed", "sending", "done", "refused", "unknown"];

/// How many ticks a claim runs. One that is renewed in time is as it was.
const CLAIM_TICKS: u8 = 1;
/// How many claims a client makes before it gives up.
const TRIES: u8 = 2;
/// How many requests there may be before one that was refused is not sent again.
const MOST_REQUESTS: usize = 2;

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asks {
    Ensure,
    /// `retry_unknown`: it may send what nobody knows anything of.
    EnsureWithWord,
    /// `create_instance`.
    Second,
}

/// Where a client is: what it does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step {
    Look,
    Claim {
        in_doubt: bool,
    },
    Adopt,
    List,
    Permit,
    Send,
    Wait(u8),
    /// It has this instance, be it by an answer or by the list: to be written.
    Tell(u8),
    /// The list has what was in doubt.
    Settle(u8),
    /// Nothing was created; where it may not send any more, it looks who has the name.
    Release {
        lost: bool,
    },
    Unanswered,
    Reconcile,
    Unknown {
        adopted: bool,
    },
    /// Ended with this instance; 0 is an error, or the end of its process.
    Ended(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Client {
    step: Step,
    /// Its claim, as the row has it, and how many ticks it has left by its own clock.
    claim: u8,
    left: u8,
    tries: u8,
    has_first: bool,
    by_word: bool,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Request {
    /// Upstream may act on it yet.
    UnderWay,
    Acted,
    /// Refused, or deleted since.
    Nothing,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct World {
    row: Option<Row>,
    clients: [Client; 3],
    requests: Vec<Request>,
    /// Whether somebody has sent by a caller's word.
    by_word: bool,
}

impl World {
    /// The same with its clients in another order.
    fn in_order(&self, order: [usize; 3]) -> Self {
        let renamed = |claim: u8| {
            let Some(place) = claim.checked_sub(1).map(|claim| claim / TRIES) else { return 0 };
            let new = order.iter().position(|old| *old == usize::from(place)).unwrap();
            claim - place * TRIES + u8::try_from(new).unwrap() * TRIES
        };
        let clients = order.map(|old| Client { claim: renamed(self.clients[old].claim), ..self.clients[old] });
        let row = self.row.map(|row| Row { owner: renamed(row.owner), sender: renamed(row.sender), ..row });
        Self { row, clients, requests: self.requests.clone(), by_word: self.by_word }
    }
}

/// A statement, as a client runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
    Read,
    Claim { in_doubt: bool, second: bool },
    Send,
    Renew,
    Adopt,
    Done { id: u8, settles: bool },
    Keep,
    Release,
    Unknown,
    Free { id: u8 },
}

/// What a statement did.
#[derive(Clone, Copy)]
struct Ran {
    row: Option<Row>,
    /// Whether it gave a row.
    took: bool,
    standing: NameStanding,
    id: u8,
}

/// The database, which is asked each thing once.
struct Database {
    connection: Connection,
    /// Changed statements, to see that the model notices.
    broken: Option<(&'static str, String)>,
    known: HashMap<(Act, u8, Option<Row>), Ran>,
}

impl Database {
    fn new(broken: Option<(&'static str, String)>) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE clock (at INTEGER); INSERT INTO clock VALUES (1000000)").unwrap();
        connection.execute_batch(&dialect().fill(MIGRATIONS[0])).unwrap();
        Self { connection, broken, known: HashMap::new() }
    }

    fn run(&mut self, act: Act, claim: u8, row: Option<Row>) -> Ran {
        if let Some(known) = self.known.get(&(act, claim, row)) {
            return *known;
        }
        self.put(row);
        let (statement, params) = spelled(act, claim);
        let changed = self.broken.as_ref().filter(|(of, _)| *of == statement).map(|(_, changed)| &**changed);
        let statement = dialect().fill(changed.unwrap_or(statement));
        // A statement that lacks a condition lacks its parameter too.
        let count = self.connection.prepare(&statement).unwrap().parameter_count();
        let params = params.into_iter().take(count).collect();
        let mut rows = query(&self.connection, &statement, params).unwrap();
        let took = !rows.is_empty();
        let shown = matches!(act, Act::Read | Act::Claim { .. } | Act::Adopt).then(|| rows.pop()).flatten();
        let shown = shown.map(NameRow::read);
        let standing = shown.as_ref().map_or(NameStanding::Free, |row| row.standing(std::time::Duration::MAX));
        let id = shown.as_ref().and_then(NameRow::instance).map_or(0, |one| u8::try_from(one.id_instance).unwrap());
        let ran = Ran { row: self.row(), took, standing, id };
        self.known.insert((act, claim, row), ran);
        ran
    }

    fn put(&self, row: Option<Row>) {
        self.connection.execute("DELETE FROM names", []).unwrap();
        let Some(row) = row else { return };
        let who = |who: u8| (who > 0).then(|| who.to_string());
        let written = "INSERT INTO names (account, name, state, owner, lease_until, sender, doubt, id_instance, known_at, changed_at)
            VALUES ('a', 'n', ?1, ?2, (SELECT at FROM clock) + ?3, ?4, ?5, ?6, 0, 0)";
        let lease = i64::from(row.lease) * TICK;
        let values = (STATES[row.state], who(row.owner), lease, who(row.sender), row.doubt, who(row.id));
        self.connection.execute(written, values).unwrap();
    }

    fn row(&self) -> Option<Row> {
        let read = "SELECT state, owner, lease_until - (SELECT at FROM clock), sender, doubt, id_instance FROM names";
        let row = self.connection.query_row(read, [], |row| {
            let who = |place| row.get(place).map(|who: Option<String>| who.map_or(0, |who| who.parse().unwrap()));
            let (state, left): (String, Option<i64>) = (row.get(0)?, row.get(2)?);
            let state = STATES.iter().position(|known| *known == state).unwrap();
            let lease = u8::try_from(left.unwrap_or(0) / TICK).unwrap();
            Ok(Row { state, owner: who(1)?, lease, sender: who(3)?, doubt: row.get(4)?, id: who(5)? })
        });
        // What nobody looks at any more is not told apart.
        row.ok().map(|row| if row.owner == 0 { Row { lease: 0, ..row } } else { row })
    }
}

/// Of a claim, in the database's milliseconds.
const TICK: i64 = 1000;

/// SQLite's, with a clock that stands still.
fn dialect() -> Dialect {
    Dialect { now: "(SELECT at FROM clock)", ..Dialect::sqlite() }
}

fn spelled(act: Act, claim: u8) -> (&'static str, Vec<Cell>) {
    let who = || Cell::from(&*claim.to_string());
    let time = || Cell::from(i64::from(CLAIM_TICKS) * TICK);
    let (statement, more) = match act {
        Act::Read => (READ, vec![]),
        Act::Claim { in_doubt, second } => (CLAIM, vec![who(), time(), in_doubt.into(), second.into()]),
        Act::Send => (SEND, vec![who(), time()]),
        Act::Renew => (RENEW, vec![who(), time()]),
        Act::Adopt => (ADOPT, vec![who(), time()]),
        Act::Done { id, settles } => {
            let who = if settles { Cell::Null } else { who() };
            let nothing = std::iter::repeat_n(Cell::Null, 5);
            let id = Cell::from(&*id.to_string());
            (DONE, [who, id].into_iter().chain(nothing).chain([settles.into()]).collect())
        }
        Act::Keep => (KEEP, vec![who()]),
        Act::Release => (RELEASE, vec![who(), "free".into()]),
        Act::Unknown => (UNKNOWN, vec![who()]),
        Act::Free { id } => (FREE, vec![0.into(), format!("[\"{id}\"]").as_str().into()]),
    };
    let place = if matches!(act, Act::Free { .. }) { vec!["a".into()] } else { vec!["a".into(), "n".into()] };
    (statement, place.into_iter().chain(more).collect())
}

/// All worlds that three clients can come to, or the first that must not be, and the way to it.
struct Explorer {
    asks: [Asks; 3],
    /// Whether the instance may be deleted through the library.
    deletes: bool,
    database: Database,
    worlds: HashMap<World, usize>,
    /// From which world each was come to, and how.
    ways: Vec<(usize, String)>,
    left: Vec<World>,
    /// Which ends were seen.
    all_got_it: bool,
    somebody_was_told_unknown: bool,
}

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

type Seen = Result<(), String>;

impl Explorer {
    fn new(asks: [Asks; 3], deletes: bool, broken: Option<(&'static str, String)>) -> Self {
        let client = Client { step: Step::Look, claim: 0, left: 0, tries: 0, has_first: false, by_word: false };
        let first = World { row: None, clients: [client; 3], requests: Vec::new(), by_word: false };
        Self {
            asks,
            deletes,
            database: Database::new(broken),
            worlds: HashMap::from([(first.clone(), 0)]),
            ways: vec![(0, "nothing".to_owned())],
            left: vec![first],
            all_got_it: false,
            somebody_was_told_unknown: false,
        }
    }

    fn explore(&mut self) -> Seen {
        while let Some(world) = self.left.pop() {
            let at = self.worlds[&world];
            self.judge(&world).and_then(|()| self.all_that_follow(&world, at)).map_err(|why| {
                let mut way = vec![why];
                let mut at = at;
                while at > 0 {
                    way.push(self.ways[at].1.clone());
                    at = self.ways[at].0;
                }
                way.reverse();
                way.join("\n")
            })?;
        }
        Ok(())
    }

    /// What holds in every world.
    fn judge(&mut self, world: &World) -> Seen {
        let may_have_acted = world.requests.iter().any(|request| *request != Request::Nothing);
        let is_remembered = world
            .row
            .is_some_and(|row| matches!(STATES[row.state], "sending" | "done" | "unknown") || row.doubt || row.id > 0);
        if may_have_acted && !is_remembered {
            return Err(format!("forgotten: {:?}", world.row));
        }
        let got: Vec<_> = world
            .clients
            .iter()
            .filter_map(|one| if let Step::Ended(id @ 1..) = one.step { Some(id) } else { None })
            .collect();
        let is_plain = !self.deletes && !world.by_word && !self.asks.contains(&Asks::Second);
        if is_plain && got.windows(2).any(|two| two[0] != two[1]) {
            return Err(format!("they have got {got:?}"));
        }
        self.all_got_it |= got.len() == 3;
        self.somebody_was_told_unknown |= world.row.is_some_and(|row| STATES[row.state] == "unknown");
        Ok(())
    }

    fn all_that_follow(&mut self, world: &World, at: usize) -> Seen {
        for place in 0..3 {
            self.steps_of(place, world, at)?;
        }
        for (place, request) in world.requests.iter().enumerate() {
            if *request == Request::UnderWay {
                for became in [Request::Acted, Request::Nothing] {
                    let mut next = world.clone();
                    next.requests[place] = became;
                    self.come_to(&next, at, || format!("request {}: {became:?}", place + 1));
                }
            }
        }
        let mut later = world.clone();
        later.row.iter_mut().for_each(|row| row.lease = row.lease.saturating_sub(1));
        later.clients.iter_mut().for_each(|client| client.left = client.left.saturating_sub(1));
        self.come_to(&later, at, || "time".to_owned());
        if self.deletes
            && let Some(row) = world.row.filter(|row| row.id > 0)
            && world.requests[usize::from(row.id) - 1] == Request::Acted
        {
            let mut next = world.clone();
            next.requests[usize::from(row.id) - 1] = Request::Nothing;
            next.row = self.database.run(Act::Free { id: row.id }, 0, world.row).row;
            self.come_to(&next, at, || format!("{} is deleted", row.id));
        }
        Ok(())
    }

    /// Clients who ask for the same are as good as one another: of worlds that differ by their order one is looked at.
    fn come_to(&mut self, world: &World, from: usize, how: impl FnOnce() -> String) {
        let orders = ORDERS.iter().filter(|order| self.may_be_first(world, order));
        let world = orders.map(|order| world.in_order(*order)).min().unwrap();
        let next = self.ways.len();
        if !self.worlds.contains_key(&world) {
            self.worlds.insert(world.clone(), next);
            self.ways.push((from, how()));
            self.left.push(world);
        }
    }

    /// Whether the clients, in this order, ask for what those in their places ask for, and stand in a row but for the names of claims, which
    /// change with the order. One such order there is always, and mostly one alone.
    fn may_be_first(&self, world: &World, order: &[usize; 3]) -> bool {
        let rank = |place: usize| Client { claim: 0, ..world.clients[place] };
        for (place, &old) in order.iter().enumerate() {
            if self.asks[old] != self.asks[place] {
                return false;
            }
            if order[..place].iter().any(|&before| self.asks[before] == self.asks[old] && rank(before) > rank(old)) {
                return false;
            }
        }
        true
    }

    /// What this client may do, or what may befall it.
    #[expect(clippy::too_many_lines, reason = "a client's whole way reads top to bottom")]
    fn steps_of(&mut self, place: usize, world: &World, at: usize) -> Seen {
        let (client, asks) = (world.clients[place], self.asks[place]);
        if matches!(client.step, Step::Ended(_)) {
            return Ok(());
        }
        let instances: Vec<_> =
            (1..).zip(&world.requests).filter(|(_, one)| **one == Request::Acted).map(|(id, _)| id).collect();
        let mut next: Vec<World> = Vec::new();
        let mut go = |row: Option<Row>, client: Client| {
            let mut world = world.clone();
            world.row = row;
            world.clients[place] = client;
            next.push(world);
        };
        let to = |step| Client { step, ..client };
        // What its claim was is not told apart any more.
        let without_claim = |step| Client { step, claim: 0, left: 0, has_first: false, by_word: false, ..client };
        let mut run = |act| self.database.run(act, client.claim, world.row);

        go(world.row, without_claim(Step::Ended(0)));
        if client.claim > 0 && client.left == 0 && run(Act::Renew).took {
            return Err("a claim that had run out was renewed".to_owned());
        }
        // What the list may have to say: nothing of what is new.
        let seen = || instances.iter().take(1).copied();
        match client.step {
            Step::Look => {
                let ran = run(Act::Read);
                match ran.standing {
                    NameStanding::Done { .. } if asks != Asks::Second => {
                        go(world.row, without_claim(Step::Ended(ran.id)));
                    }
                    _ if client.tries == TRIES => go(world.row, without_claim(Step::Ended(0))),
                    NameStanding::Free | NameStanding::Done { .. } => {
                        go(world.row, to(Step::Claim { in_doubt: false }));
                    }
                    NameStanding::Abandoned => go(world.row, to(Step::Adopt)),
                    NameStanding::InDoubt => {
                        seen().for_each(|id| go(world.row, to(Step::Settle(id))));
                        let has_word = asks == Asks::EnsureWithWord;
                        let step = if has_word { Step::Claim { in_doubt: true } } else { Step::Ended(0) };
                        go(world.row, to(step));
                    }
                    NameStanding::Held => {}
                }
            }
            Step::Claim { in_doubt } => {
                let claim = 1 + u8::try_from(place).unwrap() * TRIES + client.tries;
                let (second, tries) = (asks == Asks::Second, client.tries + 1);
                let ran = self.database.run(Act::Claim { in_doubt, second }, claim, world.row);
                if ran.took {
                    let step = if second { Step::Permit } else { Step::List };
                    let has_first = second && ran.id > 0;
                    go(ran.row, Client { step, claim, left: CLAIM_TICKS, tries, has_first, by_word: in_doubt });
                } else {
                    go(ran.row, to(Step::Look));
                }
            }
            Step::Adopt => {
                let claim = 1 + u8::try_from(place).unwrap() * TRIES + client.tries;
                let ran = self.database.run(Act::Adopt, claim, world.row);
                if ran.took {
                    let (step, tries) = (Step::Reconcile, client.tries + 1);
                    go(ran.row, Client { step, claim, left: CLAIM_TICKS, tries, ..client });
                } else {
                    go(ran.row, to(Step::Look));
                }
            }
            Step::List => {
                seen().for_each(|id| go(world.row, to(Step::Tell(id))));
                go(world.row, to(Step::Permit));
                // The list cannot be had.
                go(world.row, to(Step::Release { lost: false }));
            }
            Step::Permit => {
                let ran = run(Act::Send);
                if ran.took && client.left == 0 {
                    return Err("a claim that has run out was let send".to_owned());
                }
                if ran.took {
                    go(ran.row, Client { step: Step::Send, left: CLAIM_TICKS, ..client });
                    // The store's answer is lost, and it is too late when it is asked again.
                    go(ran.row, to(Step::Release { lost: true }));
                } else {
                    go(ran.row, to(Step::Release { lost: true }));
                }
            }
            Step::Send => {
                // It was not to be sent: no connection.
                go(world.row, to(Step::Release { lost: false }));
                let others = world.requests.iter().any(|request| *request != Request::Nothing);
                let may = world.by_word || client.by_word || asks == Asks::Second;
                if others && !may {
                    return Err(format!("sent twice: {:?}", world.row));
                }
                let mut world = world.clone();
                world.requests.push(Request::UnderWay);
                world.by_word |= client.by_word;
                world.clients[place].step = Step::Wait(u8::try_from(world.requests.len()).unwrap());
                next.push(world);
            }
            Step::Wait(id) => {
                let lost = to(Step::Unanswered);
                match world.requests[usize::from(id) - 1] {
                    Request::UnderWay => go(world.row, lost),
                    Request::Acted => [lost, to(Step::Tell(id))].into_iter().for_each(|client| go(world.row, client)),
                    // Refused: the call ends, or is made again.
                    Request::Nothing => {
                        go(world.row, lost);
                        go(world.row, to(Step::Release { lost: false }));
                        if world.requests.len() < MOST_REQUESTS {
                            go(world.row, to(Step::Permit));
                        }
                    }
                }
            }
            Step::Tell(id) => {
                let kept = client.has_first.then(|| run(Act::Keep)).filter(|ran| ran.took);
                let ran = kept.unwrap_or_else(|| run(Act::Done { id, settles: false }));
                go(ran.row, without_claim(Step::Ended(id)));
                // The store cannot be told.
                go(world.row, without_claim(Step::Ended(id)));
            }
            Step::Settle(id) => go(run(Act::Done { id, settles: true }).row, to(Step::Look)),
            Step::Release { lost } => {
                go(run(Act::Release).row, without_claim(if lost { Step::Look } else { Step::Ended(0) }));
            }
            Step::Unanswered => {
                // `create_instance` does not look.
                seen().filter(|_| asks != Asks::Second).for_each(|id| go(world.row, to(Step::Tell(id))));
                go(world.row, to(Step::Unknown { adopted: false }));
            }
            Step::Reconcile => {
                seen().for_each(|id| go(world.row, to(Step::Tell(id))));
                go(world.row, to(Step::Unknown { adopted: true }));
            }
            Step::Unknown { adopted } => {
                let ran = run(Act::Unknown);
                let step = if adopted { Step::Look } else { Step::Ended(0) };
                go(ran.row, without_claim(step));
            }
            Step::Ended(_) => {}
        }
        for world in next {
            let after = world.clients[place].step;
            self.come_to(&world, at, || format!("{place}: {:?}, then {after:?}", client.step));
        }
        Ok(())
    }
}

#[test]
fn three_who_ensure_a_name_get_the_one_instance() {
    explore([Asks::Ensure; 3], false);
}

#[test]
fn what_was_sent_is_sent_again_by_the_word_of_who_gave_it_alone() {
    explore([Asks::Ensure, Asks::Ensure, Asks::EnsureWithWord], false);
}

#[test]
fn a_deliberate_second_one_lets_nobody_else_create() {
    explore([Asks::Ensure, Asks::Ensure, Asks::Second], false);
}

#[test]
fn a_deletion_frees_a_name_and_nothing_more() {
    explore([Asks::Ensure; 3], true);
}

fn explore(asks: [Asks; 3], deletes: bool) {
    let mut explorer = Explorer::new(asks, deletes, None);
    explorer.explore().unwrap_or_else(|way| panic!("{way}"));
    println!("{} worlds", explorer.ways.len());
    assert!(explorer.all_got_it && explorer.somebody_was_told_unknown, "some ends were never come to");
}

/// The model sees what each part of the statements is for.
#[test]
fn without_any_one_of_its_conditions_the_store_is_found_out() {
    use Asks::{Ensure, Second};
    let ensure = [Ensure; 3];
    let unnoticed = [
        (SEND, " AND lease_until > {now}", "", ensure),
        (SEND, " AND owner = $3", "", ensure),
        (RENEW, " AND lease_until > {now}", "", ensure),
        (CLAIM, "(held.doubt = 0 OR $5 = 1) AND", "", ensure),
        (CLAIM, "('free', 'refused', 'unknown')", "('free', 'refused', 'unknown', 'sending')", ensure),
        (CLAIM, " AND (held.id_instance IS NULL OR $6 = 1)", "", [Ensure, Ensure, Second]),
        (CLAIM, " AND $6 = 1)", ")", ensure),
        (UNKNOWN, "doubt = 1, ", "", ensure),
        (RELEASE, "owner = $3 AND ", "", ensure),
        (RELEASE, "sender = $3 AND ", "", ensure),
    ];
    let unnoticed = unnoticed.into_iter().filter(|(statement, part, instead, asks)| {
        assert!(statement.contains(part), "{part} is not in {statement}");
        let mut explorer = Explorer::new(*asks, false, Some((statement, statement.replacen(part, instead, 1))));
        explorer.explore().is_ok()
    });
    assert_eq!(unnoticed.map(|(_, part, ..)| part).collect::<Vec<_>>(), Vec::<&str>::new());
}
