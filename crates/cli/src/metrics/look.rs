//! Instances, as the last look has seen them.

use std::collections::{BTreeMap, BTreeSet};

use greenapi_partner::{Instance, Looked};
use prometheus::{Gauge, IntGauge, IntGaugeVec, Registry};

use super::{add, count, opts};
use crate::exit::Outcome;

/// Registers what there is to say of a look.
pub(super) fn register(registry: &Registry, looked: &Looked) -> Outcome<()> {
    let at = add(
        registry,
        Gauge::with_opts(opts(
            "last_look_timestamp_seconds",
            "When the account was last looked at successfully, in seconds since 1970.",
        )),
    )?;
    at.set(looked.at.as_duration().as_secs_f64());
    let instances = add(
        registry,
        IntGaugeVec::new(
            opts(
                "instances",
                "Live instances, by group as inspect has them (without --states: expired or unknown), tariff and messenger.",
            ),
            &["group", "tariff", "messenger"],
        ),
    )?;
    for ([group, tariff, messenger], many) in tally(looked) {
        instances.with_label_values(&[group, tariff, messenger]).set(many);
    }
    let deleted = add(
        registry,
        IntGauge::with_opts(opts(
            "deleted_instances",
            "Instances that are listed as deleted; upstream lists them for three months.",
        )),
    )?;
    deleted.set(count(looked.listed.deleted().len()));
    let duplicates = add(
        registry,
        IntGauge::with_opts(opts("duplicate_instances", "Live instances that have the name of an older one.")),
    )?;
    duplicates.set(count(looked.duplicates));
    Ok(())
}

/// How many live ones there are of each group, tariff and messenger.
fn tally(looked: &Looked) -> BTreeMap<[String; 3], i64> {
    let live: Vec<_> = looked.listed.live().iter().collect();
    let tariffs = Words::of(live.iter().map(Instance::tariff));
    let messengers = Words::of(live.iter().map(Instance::type_instance));
    let mut tally = BTreeMap::new();
    for one in &live {
        let known = looked.groups.as_ref().and_then(|groups| groups.get(&one.id_instance())).copied();
        let group = known.unwrap_or(if one.is_expired() { "expired" } else { "unknown" });
        let labels = [group.to_owned(), tariffs.label(one.tariff()), messengers.label(one.type_instance())];
        *tally.entry(labels).or_default() += 1;
    }
    tally
}

/// Words of upstream's that become labels: they are few, whatever upstream sends.
struct Words(BTreeSet<String>);

impl Words {
    fn of<'a>(words: impl Iterator<Item = Option<&'a str>>) -> Self {
        let words: BTreeSet<_> = words.flatten().filter(|word| is_word(word)).collect();
        Self(words.into_iter().take(MOST).map(str::to_owned).collect())
    }

    fn label(&self, word: Option<&str>) -> String {
        match word {
            None | Some("") => "none",
            Some(word) if self.0.contains(word) => word,
            Some(_) => "other",
        }
        .to_owned()
    }
}

fn is_word(text: &str) -> bool {
    text.len() <= LONGEST && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter))
}

/// How many words of one kind there may be.
const MOST: usize = 20;

/// How long one may be: shorter than any token.
const LONGEST: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_few_and_short_whatever_upstream_sends() {
        let many: Vec<_> = (0..1000).map(|number| format!("T{number:04}")).collect();
        let words = Words::of(many.iter().map(|word| Some(word.as_str())));
        let labels: BTreeSet<_> = many.iter().map(|word| words.label(Some(word))).collect();
        assert_eq!((labels.len(), labels.last().map(String::as_str)), (MOST + 1, Some("other")));
        let odd = ["a b", "d75b3a66374942c5b3c019c698abc2067e151558acbd412345", "\"", "+79001234567"];
        let words = Words::of(odd.into_iter().chain(["PARTNER_23"]).map(Some));
        assert_eq!(odd.map(|word| words.label(Some(word))), ["other"; 4]);
        assert_eq!([Some("PARTNER_23"), Some(""), None].map(|word| words.label(word)), ["PARTNER_23", "none", "none"]);
    }
}
