//! Near misses: which of the names that there are somebody may have meant.

use super::Field;

/// `: did you mean incoming_webhook?`, in the spelling that is nearer; nothing where no name of these is near.
pub(crate) fn did_you_mean<'a>(given: &str, fields: impl IntoIterator<Item = &'a Field>) -> Option<String> {
    let names = fields.into_iter().flat_map(|field| [field.wire, field.name]);
    let nearest = names.map(|name| (edits(given, name), name)).min_by_key(|(edits, _)| *edits);
    let near = nearest.filter(|(edits, name)| *edits <= MOST_EDITS && *edits * 2 < name.len());
    near.map(|(_, name)| format!(": did you mean {name}?"))
}

/// A letter too much, one too few and one that is another, and a little more for underscores.
const MOST_EDITS: usize = 3;

/// How many letters are put in, left out or exchanged between the two; another case of a letter is none.
fn edits(one: &str, other: &str) -> usize {
    let lower = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
    let (one, other) = (lower(one), lower(other));
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = place + 1;
        for (column, counterpart) in other.iter().enumerate() {
            let exchanged = corner + usize::from(letter != counterpart);
            corner = row[column + 1];
            row[column + 1] = exchanged.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreateInstance;

    #[test]
    fn what_is_near_is_named_in_the_spelling_that_is_nearer() {
        let table = [
            ("incomingWebHook", ": did you mean incomingWebhook?"),
            ("incoming_webhok", ": did you mean incoming_webhook?"),
            ("webhookurl", ": did you mean webhookUrl?"),
            ("nam", ": did you mean name?"),
            ("colour", ""),
            ("id", ""),
        ];
        for (given, expected) in table {
            assert_eq!(did_you_mean(given, CreateInstance::FIELDS).unwrap_or_default(), expected, "{given}");
        }
    }
}
