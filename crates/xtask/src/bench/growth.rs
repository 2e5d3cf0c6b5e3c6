//! Growth: what each cost is of accounts of 100 to 200,000 instances, in Rust alone.

use super::figures::{Results, grouped, whole};
use super::works::{Language, OURS, Of, Reach, Unit, Work, work};

/// How many instances the accounts have.
const SIZES: [usize; 5] = [100, 1_000, 10_000, 100_000, 200_000];
/// How many are created in one run.
const RUNS: [usize; 8] = [100, 1_000, 2_000, 10_000, 20_000, 50_000, 100_000, 200_000];
/// The run that larger ones are held to.
const FIRST_RUN: usize = 2_000;
const FLAT: [Reach; 1] = [Reach { of: Of::Ours("bulk-2000"), factor: 0.9 }];

/// What grows: its worker's name of it, what it is, and how many calls at once.
const COSTS: [(&str, &str, usize); 8] = [
    ("list", "`get_instances`, one field of each read", 1),
    ("frames", "a list to columns", 1),
    ("billing", "the bill of a list", 1),
    ("ledger", "a list recorded in a new ledger, and again", 1),
    ("store", "the same in a ledger of a store, in SQLite", 1),
    ("inspect", "`inspect`, 64 at once", 64),
    ("watch", "a look of `watch` that finds one change", 1),
    ("bulk", "`create_instances`, 64 at once", 64),
];

pub(super) fn works() -> Vec<Work> {
    COSTS
        .into_iter()
        .flat_map(|(name, title, concurrency)| {
            sizes(name).iter().map(move |&size| {
                let title = format!("Rust, {title}, {}", grouped(whole(size)));
                let of_size = work(format!("{name}-{size}"), title, Language::Rust, (name, size, concurrency));
                let of_size = match name {
                    "bulk" if size > FIRST_RUN => of_size.reaching(Unit::PerSecond, &FLAT),
                    "bulk" => of_size.reaching(Unit::PerSecond, &[]),
                    _ => of_size.reaching(Unit::Milliseconds, &[]),
                };
                Work { grows: true, ..of_size }
            })
        })
        .collect()
}

fn sizes(cost: &str) -> &'static [usize] {
    if cost == "bulk" { &RUNS } else { &SIZES }
}

/// A cost at each size that was measured, in milliseconds.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) points: Vec<(usize, f64)>,
}

pub(super) fn lines(results: &Results) -> Vec<Line> {
    let lines = COSTS.into_iter().map(|(name, title, _)| {
        let cost = |&size: &usize| Some((size, results.median(&format!("{name}-{size}"), OURS, Unit::Milliseconds)?));
        Line { name, title, points: sizes(name).iter().filter_map(cost).collect() }
    });
    lines.filter(|line| !line.points.is_empty()).collect()
}

/// The table of what an instance costs at each size: the same everywhere, where a line is straight.
pub(super) fn table(results: &Results) -> String {
    let head = SIZES.map(|size| format!(" {} |", grouped(whole(size)))).concat();
    let rule = "---|".repeat(SIZES.len());
    let rows = lines(results).into_iter().map(|line| {
        let cells = SIZES.map(|size| {
            let cost = line.points.iter().find(|(of, _)| *of == size).map(|(_, cost)| cost * 1_000.0 / whole(size));
            format!(" {} |", cost.map_or_else(|| "–".to_owned(), grouped))
        });
        format!("| {} |{}\n", line.title, cells.concat())
    });
    format!("| µs an instance, in an account of |{head}\n|---|{rule}\n{}", rows.collect::<String>())
}
