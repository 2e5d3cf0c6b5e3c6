//! The page `docs/benchmarks.md`: its prose is by hand, and what stands between two comments is written here.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use super::figures::{Results, grouped, standing};
use super::growth;
use super::machine::Machine;
use super::works::{Figure, OURS, Of, Reach, Unit, Work};

/// What begins a part, before its name; and what ends it.
const BEGIN: &str = "<!-- written by cargo xtask bench: ";
const END: &str = "<!-- end -->";

/// The page with new figures.
pub(super) fn with_figures(page: &str, works: &[Work], results: &Results, machine: &Machine) -> Result<String> {
    let picture = |name: &str, shows: &str| format!("\n![{shows}](pictures/bench-{name}.svg)\n");
    let create = picture("create", "createInstance a second, by all who were measured");
    let list = picture("list", "The time and the memory of a list of 10,000, by all who were measured");
    let growth = picture("growth", "How the time of each cost grows with the account");
    let parts = [
        ("reaches", reaches(works, results)),
        ("everybody", everybody(works, results) + &create + &list),
        ("growth", growth::table(results) + &growth),
        ("machine", machine.table(&pinned())),
    ];
    parts.iter().try_fold(page.to_owned(), |page, (name, text)| with_part(&page, name, text))
}

/// The page with this text for one of its parts.
fn with_part(page: &str, name: &str, text: &str) -> Result<String> {
    let begin = format!("{BEGIN}{name} -->\n");
    let (before, rest) = page.split_once(&begin).with_context(|| format!("the page has no part {name}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("the part {name} has no end"))?;
    Ok(format!("{before}{begin}\n{}\n\n{END}{after}", text.trim()))
}

/// The table of what we mean to reach, and whether it holds.
pub(super) fn reaches(works: &[Work], results: &Results) -> String {
    let rows = works.iter().flat_map(|work| {
        let figures = work.figures.iter().filter(|figure| !figure.reaches.is_empty());
        figures.map(move |figure| row(results, work, figure))
    });
    let head = "| work | | us | best peer | floor | to reach (reached) | holds |\n|---|---|---|---|---|---|---|\n";
    head.to_owned() + &rows.collect::<String>()
}

fn row(results: &Results, work: &Work, Figure { unit, reaches }: &Figure) -> String {
    let shown = |figure: Option<f64>| figure.map_or_else(|| "–".to_owned(), grouped);
    let ours = shown(results.median(&work.name, OURS, *unit));
    let best = results.best(&work.name, work.peers, *unit);
    let best = best.map_or_else(|| "–".to_owned(), |(peer, figure)| format!("{peer} {}", grouped(figure)));
    let floor = shown(work.floors.first().and_then(|floor| results.median(&work.name, floor, *unit)));
    let standings: Vec<_> = reaches.iter().map(|reach| standing(results, work, *unit, *reach)).collect();
    let to_reach = reaches.iter().zip(&standings).map(|(reach, standing)| {
        let reached = standing.map_or_else(|| "–".to_owned(), |standing| format!("{:.2}", standing.ratio));
        format!("{} ({reached})", said(*reach, *unit))
    });
    let to_reach = to_reach.collect::<Vec<_>>().join("; ");
    let holds = match standings.iter().flatten().filter(|standing| standing.holds).count() {
        all if all == standings.len() => "yes",
        _ if standings.iter().any(Option::is_none) => "–",
        _ => "**no**",
    };
    format!("| {} | {} | **{ours}** | {best} | {floor} | {to_reach} | {holds} |\n", work.title, unit.name())
}

fn said(reach: Reach, unit: Unit) -> String {
    let at = if unit.more_is_better() { "≥" } else { "≤" };
    let of = match reach.of {
        Of::BestPeer => "the best peer",
        Of::Peer(peer) => peer,
        Of::Floor => "the floor",
        Of::Ours(_) => "ours of 2,000",
    };
    format!("{at} {} of {of}", reach.factor)
}

/// All who were measured, the best first.
fn everybody(works: &[Work], results: &Results) -> String {
    let mut table = "| work | | all, the best first |\n|---|---|---|\n".to_owned();
    for work in works.iter().filter(|work| !work.grows) {
        for figure in &work.figures {
            let mut all: Vec<(&str, f64)> = Vec::new();
            for contender in work.contenders() {
                all.extend(results.median(&work.name, contender, figure.unit).map(|median| (contender, median)));
            }
            all.sort_by(|(_, one), (_, other)| one.total_cmp(other));
            if figure.unit.more_is_better() {
                all.reverse();
            }
            let all = all.into_iter().map(|(contender, median)| match contender {
                OURS => format!("**us {}**", grouped(median)),
                _ if work.floors.contains(&contender) => format!("*{contender} {}*", grouped(median)),
                _ => format!("{contender} {}", grouped(median)),
            });
            let all = all.collect::<Vec<_>>().join(" · ");
            // Writing to text cannot fail.
            let _ = writeln!(table, "| {} | {} | {all} |", work.title, figure.unit.name());
        }
    }
    for (name, contender, _) in results.failures() {
        if let Some(work) = works.iter().find(|work| work.name == name) {
            let _ = writeln!(table, "| {} | | {contender} failed |", work.title);
        }
    }
    table
}

/// The peers with the versions that are pinned.
fn pinned() -> String {
    let python = include_str!("../../tools/bench/requirements.txt").lines();
    let python = python.filter(|line| !line.starts_with('#')).map(|line| line.replace("==", " "));
    let node = include_str!("../../tools/bench/package.json").lines().skip_while(|line| !line.contains("dependencies"));
    let node = node.skip(1).take_while(|line| !line.contains('}')).map(|line| {
        let line = line.replace(['"', ','], "");
        line.trim().replacen(": ", " ", 1)
    });
    python.chain(node).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::fs;

    use super::super::figures::Run;
    use super::super::works::{self, Language, work};
    use super::*;
    use crate::checkout::Checkout;

    fn measured() -> (Vec<Work>, Results) {
        let reaches = [Reach { of: Of::BestPeer, factor: 1.1 }, Reach { of: Of::Floor, factor: 0.9 }];
        let mut one = work("w", "A work", Language::Python, ("create", 100, 1)).reaching(Unit::PerSecond, &reaches);
        (one.peers, one.floors) = (&["slow", "fast"], &["reqwest"]);
        let mut results = Results::default();
        for (who, seconds) in [(OURS, 1.0), ("slow", 4.0), ("fast", 1.25), ("reqwest", 0.5)] {
            results.add("w", who, Ok(Run { seconds, count: 1_000.0, grown: None }));
        }
        (vec![one], results)
    }

    #[test]
    fn a_row_says_what_is_reached_and_whether_all_of_it_holds() {
        let (works, results) = measured();
        let row = "| A work | /s | **1,000** | fast 800 | 2,000 | ≥ 1.1 of the best peer (1.25); ≥ 0.9 of the floor (0.50) | **no** |";
        assert_eq!(reaches(&works, &results).lines().last(), Some(row));
    }

    #[test]
    fn what_was_not_measured_holds_and_fails_nowhere() {
        let (works, _) = measured();
        let row = "| A work | /s | **–** | – | – | ≥ 1.1 of the best peer (–); ≥ 0.9 of the floor (–) | – |";
        assert_eq!(reaches(&works, &Results::default()).lines().last(), Some(row));
    }

    #[test]
    fn everybody_stands_in_a_row_the_best_first() {
        let (works, mut results) = measured();
        results.add("w", "slow", Err("it fell over".to_owned()));
        let rows: Vec<_> = everybody(&works, &results).lines().skip(2).map(str::to_owned).collect();
        let row = "| A work | /s | *reqwest 2,000* · **us 1,000** · fast 800 |";
        assert_eq!(rows, [row, "| A work | | slow failed |"]);
    }

    #[test]
    fn the_page_has_every_part_and_keeps_its_prose() {
        let page = fs::read_to_string(Checkout::find().unwrap().path(super::super::PAGE)).unwrap();
        let mut written = page.clone();
        for part in ["reaches", "everybody", "growth", "machine"] {
            written = with_part(&written, part, &format!("New {part}.\n")).unwrap();
            assert!(written.contains(&format!("\n\nNew {part}.\n\n{END}")), "{written}");
        }
        let prose = |page: &str| {
            let parts = page.split(BEGIN).skip(1).filter_map(|part| part.split_once(END));
            parts.map(|(_, after)| after.to_owned()).collect::<String>()
        };
        assert_eq!(prose(&written), prose(&page));
        assert!(with_part(&page, "nothing", "").is_err());
    }

    #[test]
    fn the_peers_stand_with_their_versions() {
        let pinned = pinned();
        for peer in works::all().iter().flat_map(|work| work.peers) {
            let is_there = pinned.contains(&format!("{peer} "));
            assert!(is_there || ["fetch", "json + DataFrame", "read_json"].contains(peer), "{peer}: {pinned}");
        }
    }
}
