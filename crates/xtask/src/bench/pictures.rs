//! Pictures of the figures, drawn by `crates/xtask/tools/bench/plots.py`.

use std::fs;

use anyhow::Result;
use serde_json::{Value, json};

use super::figures::Results;
use super::growth;
use super::install::{Installed, TOOLS};
use super::works::{OURS, Unit, Work};
use crate::checkout::Checkout;
use crate::run::{Log, Step};

/// What each picture of bars shows: its file, and the works with the unit that is drawn.
const BARS: [(&str, &[(&str, Unit)]); 2] = [
    (
        "create",
        &[
            ("python-create", Unit::PerSecond),
            ("python-threads-64", Unit::PerSecond),
            ("python-asyncio-64", Unit::PerSecond),
            ("node-create-64", Unit::PerSecond),
        ],
    ),
    (
        "list",
        &[
            ("python-list", Unit::Milliseconds),
            ("python-list", Unit::Megabytes),
            ("node-list", Unit::Milliseconds),
            ("node-list", Unit::Megabytes),
        ],
    ),
];

pub(super) fn draw(
    checkout: &Checkout,
    works: &[Work],
    results: &Results,
    installed: &Installed,
    log: &mut Log,
) -> Result<()> {
    let figures = checkout.scratch("bench/pictures.json");
    fs::write(&figures, shown(works, results).to_string())?;
    Step::new("drawing", installed.python())
        .arg(checkout.path(TOOLS).join("plots.py"))
        .arg(figures)
        .arg(checkout.path("docs/pictures"))
        .succeed(log)
        .map(drop)
}

fn shown(works: &[Work], results: &Results) -> Value {
    let bars = BARS.map(|(file, panels)| {
        let panels = panels.iter().filter_map(|(name, unit)| {
            let work = works.iter().find(|work| work.name == *name)?;
            let bar = |contender: &&'static str| {
                let median = results.median(name, contender, *unit)?;
                let kind = match *contender {
                    OURS => "ours",
                    floor if work.floors.contains(&floor) => "floor",
                    _ => "peer",
                };
                Some(json!({ "name": contender, "figure": median, "kind": kind }))
            };
            let bars: Vec<_> = work.contenders().iter().filter_map(bar).collect();
            Some(json!({ "title": work.title, "unit": unit.name(), "bars": bars }))
        });
        json!({ "file": file, "panels": panels.collect::<Vec<_>>() })
    });
    let lines = growth::lines(results).into_iter();
    let lines: Vec<_> = lines.map(|line| json!({ "name": line.name, "points": line.points })).collect();
    json!({ "bars": bars, "growth": lines })
}
