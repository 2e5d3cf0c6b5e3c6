//! Figures: medians of what was measured, and how they stand to each other.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::works::{OURS, Of, Reach, Unit, Work};

/// What a worker printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) seconds: f64,
    pub(super) count: f64,
    /// By how many bytes the memory grew, at most.
    pub(super) grown: Option<f64>,
}

impl Run {
    /// That of a worker's line; nothing where it is none.
    pub(super) fn read(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let number = |name: &str| line[name].as_f64();
        let grown = number("rss_peak").zip(number("rss_before")).map(|(peak, before)| (peak - before).max(0.0));
        Some(Self { seconds: number("seconds").filter(|seconds| *seconds > 0.0)?, count: number("count")?, grown })
    }

    fn figure(&self, unit: Unit) -> Option<f64> {
        match unit {
            Unit::PerSecond => Some(self.count / self.seconds),
            Unit::Milliseconds => Some(self.seconds * 1_000.0),
            Unit::Megabytes => self.grown.map(|bytes| bytes / 1e6),
        }
    }
}

/// All runs, by work and contender; and why some have failed.
#[derive(Debug, Default)]
pub(super) struct Results {
    runs: BTreeMap<(String, String), Vec<Run>>,
    failures: BTreeMap<(String, String), String>,
}

impl Results {
    pub(super) fn add(&mut self, work: &str, contender: &str, run: Result<Run, String>) {
        let key = (work.to_owned(), contender.to_owned());
        match run {
            Ok(run) => self.runs.entry(key).or_default().push(run),
            Err(why) => drop(self.failures.entry(key).or_insert(why)),
        }
    }

    /// The median of all rounds; nothing where one has failed.
    pub(super) fn median(&self, work: &str, contender: &str, unit: Unit) -> Option<f64> {
        let key = (work.to_owned(), contender.to_owned());
        if self.failures.contains_key(&key) {
            return None;
        }
        median(self.runs.get(&key)?.iter().filter_map(|run| run.figure(unit)).collect())
    }

    /// The contender among these that is best, and its figure.
    pub(super) fn best(&self, work: &str, among: &[&'static str], unit: Unit) -> Option<(&'static str, f64)> {
        let figures = among.iter().filter_map(|one| Some((*one, self.median(work, one, unit)?)));
        let better =
            |one: &f64, other: &f64| if unit.more_is_better() { one.total_cmp(other) } else { other.total_cmp(one) };
        figures.max_by(|(_, one), (_, other)| better(one, other))
    }

    /// What failed, and why.
    pub(super) fn failures(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.failures.iter().map(|((work, contender), why)| (work.as_str(), contender.as_str(), why.as_str()))
    }

    pub(super) fn to_json(&self) -> Value {
        let mut all = json!({});
        for ((work, contender), runs) in &self.runs {
            let run = |run: &Run| json!({ "seconds": run.seconds, "count": run.count, "grown": run.grown });
            all[work][contender] = runs.iter().map(run).collect();
        }
        for ((work, contender), why) in &self.failures {
            all[work][contender] = why.as_str().into();
        }
        all
    }
}

/// How we stand to what we mean to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Standing {
    /// Ours as a part of theirs.
    pub(super) ratio: f64,
    pub(super) holds: bool,
}

/// Nothing where one of both was not measured.
pub(super) fn standing(results: &Results, work: &Work, unit: Unit, reach: Reach) -> Option<Standing> {
    let ours = results.median(&work.name, OURS, unit)?;
    let theirs = match reach.of {
        Of::BestPeer => results.best(&work.name, work.peers, unit)?.1,
        Of::Peer(peer) => results.median(&work.name, peer, unit)?,
        Of::Floor => results.median(&work.name, work.floors.first()?, unit)?,
        Of::Ours(other) => results.median(other, OURS, unit)?,
    };
    let ratio = ours / theirs;
    let holds = if unit.more_is_better() { ratio >= reach.factor } else { ratio <= reach.factor };
    Some(Standing { ratio, holds })
}

/// The one in the middle; of an even number, the mean of both.
pub(super) fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let upper = *figures.get(middle)?;
    Some(if figures.len() % 2 == 1 { upper } else { f64::midpoint(figures[middle - 1], upper) })
}

/// A count as a figure.
pub(super) fn whole(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// As a person writes it: three digits that count, and thousands set apart.
pub(super) fn grouped(figure: f64) -> String {
    if figure < 100.0 {
        let digits = if figure < 10.0 { 2 } else { 1 };
        let text = format!("{figure:.digits$}");
        return text.strip_suffix(".00").or_else(|| text.strip_suffix(".0")).map(str::to_owned).unwrap_or(text);
    }
    // What is measured is not known to more digits.
    let mut unit = 1.0;
    while figure / unit >= 1_000.0 {
        unit *= 10.0;
    }
    let digits = format!("{:.0}", (figure / unit).round() * unit);
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::float_cmp,
        reason = "a test may stop at the first surprise, and these are exact"
    )]
    use super::super::works::{Language, work};
    use super::*;

    fn run(seconds: f64) -> Run {
        Run { seconds, count: 100.0, grown: Some(2e6) }
    }

    fn results() -> Results {
        let mut results = Results::default();
        for seconds in [2.0, 1.0, 9.0] {
            results.add("w", OURS, Ok(run(seconds)));
        }
        results.add("w", "slow", Ok(run(10.0)));
        results.add("w", "fast", Ok(run(2.5)));
        results.add("w", "broken", Ok(run(0.1)));
        results.add("w", "broken", Err("it fell over".to_owned()));
        results
    }

    #[test]
    fn a_median_is_the_one_in_the_middle() {
        let cases: [(&[f64], Option<f64>); 4] =
            [(&[], None), (&[3.0], Some(3.0)), (&[9.0, 1.0, 2.0], Some(2.0)), (&[4.0, 1.0, 2.0, 9.0], Some(3.0))];
        for (figures, expected) in cases {
            assert_eq!(median(figures.to_vec()), expected, "{figures:?}");
        }
    }

    #[test]
    fn a_figure_is_read_off_its_runs() {
        let results = results();
        assert_eq!(results.median("w", OURS, Unit::PerSecond), Some(50.0));
        assert_eq!(results.median("w", OURS, Unit::Milliseconds), Some(2_000.0));
        assert_eq!(results.median("w", OURS, Unit::Megabytes), Some(2.0));
        assert_eq!(results.median("w", "nobody", Unit::PerSecond), None);
    }

    #[test]
    fn who_failed_in_one_round_has_no_figure_and_is_not_the_best() {
        let results = results();
        assert_eq!(results.median("w", "broken", Unit::PerSecond), None);
        let peers = ["slow", "fast", "broken"];
        assert_eq!(results.best("w", &peers, Unit::PerSecond), Some(("fast", 40.0)));
        assert_eq!(results.best("w", &peers, Unit::Milliseconds), Some(("fast", 2_500.0)));
        assert_eq!(results.failures().collect::<Vec<_>>(), [("w", "broken", "it fell over")]);
    }

    #[test]
    fn a_reach_is_at_least_where_more_is_better_and_at_most_elsewhere() {
        let mut of = work("w", "a work", Language::Rust, ("create", 100, 1));
        of.peers = &["slow", "fast", "broken"];
        of.floors = &["fast"];
        let results = results();
        let standing = |unit, of_whom, factor| standing(&results, &of, unit, Reach { of: of_whom, factor });
        let stands = |ratio, holds| Some(Standing { ratio, holds });
        assert_eq!(standing(Unit::PerSecond, Of::BestPeer, 1.25), stands(1.25, true));
        assert_eq!(standing(Unit::PerSecond, Of::BestPeer, 1.3), stands(1.25, false));
        assert_eq!(standing(Unit::PerSecond, Of::Peer("slow"), 5.0), stands(5.0, true));
        assert_eq!(standing(Unit::Milliseconds, Of::Floor, 0.8), stands(0.8, true));
        assert_eq!(standing(Unit::Milliseconds, Of::Floor, 0.7), stands(0.8, false));
        assert_eq!(standing(Unit::PerSecond, Of::Peer("broken"), 1.0), None);
        assert_eq!(standing(Unit::PerSecond, Of::Ours("other"), 1.0), None);
    }

    #[test]
    fn a_line_of_a_worker_is_read_and_anything_else_is_not() {
        let line = r#"{"seconds":0.5,"count":20,"rss_before":1000,"rss_peak":4000}"#;
        assert_eq!(Run::read(line), Some(Run { seconds: 0.5, count: 20.0, grown: Some(3_000.0) }));
        let without = r#"{"seconds":0.5,"count":20,"rss_before":null,"rss_peak":null}"#;
        assert_eq!(Run::read(without), Some(Run { seconds: 0.5, count: 20.0, grown: None }));
        for other in ["", "Traceback", "{}", r#"{"seconds":0,"count":20}"#] {
            assert_eq!(Run::read(other), None, "{other}");
        }
    }

    #[test]
    fn figures_are_written_with_three_digits() {
        let cases = [
            (0.084, "0.08"),
            (1.0, "1"),
            (7.349, "7.35"),
            (24.26, "24.3"),
            (97.0, "97"),
            (123.4, "123"),
            (5_347.0, "5,350"),
            (200_000.0, "200,000"),
        ];
        for (figure, expected) in cases {
            assert_eq!(grouped(figure), expected);
        }
    }
}
