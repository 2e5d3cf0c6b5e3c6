//! Layout of Python, as ruff's formatter has it: on one line while it fits, else broken at its brackets.

use std::borrow::Borrow;

use crate::docstrings::WIDTH;

/// `before` with the items in brackets and `after`: on one line, else the items on a line of their own, else each on its own.
pub(crate) fn call(indent: usize, before: &str, items: &[impl Borrow<str>], after: &str) -> String {
    let inner = " ".repeat(indent + 4);
    bracketed(indent, (before, "("), items, (")", after), || {
        let line = format!("{inner}{}", items.join(", "));
        (line.chars().count() <= WIDTH).then_some(line)
    })
}

/// A dictionary: on one line, else each item on its own.
pub(crate) fn dictionary(indent: usize, before: &str, items: &[impl Borrow<str>], after: &str) -> String {
    bracketed(indent, (before, "{"), items, ("}", after), || None)
}

/// An import of names from a module of ours: on one line, else each name on its own.
pub(crate) fn import(indent: usize, module: &str, names: &[&str]) -> String {
    let before = format!("{}from .{module} import", " ".repeat(indent));
    let flat = format!("{before} {}", names.join(", "));
    if flat.chars().count() <= WIDTH {
        return flat;
    }
    let inner = " ".repeat(indent + 4);
    let names: Vec<_> = names.iter().map(|name| format!("{inner}{name},\n")).collect();
    format!("{before} (\n{}{})", names.concat(), " ".repeat(indent))
}

/// Types of which a value has one, within brackets: on one line, else each on its own.
pub(crate) fn union(types: &[&str]) -> String {
    let flat = format!("    {}", types.join(" | "));
    if flat.chars().count() <= WIDTH { flat } else { format!("    {}", types.join("\n    | ")) }
}

fn bracketed(
    indent: usize,
    (before, open): (&str, &str),
    items: &[impl Borrow<str>],
    (close, after): (&str, &str),
    in_between: impl Fn() -> Option<String>,
) -> String {
    let outer = " ".repeat(indent);
    let flat = format!("{outer}{before}{open}{}{close}{after}", items.join(", "));
    if flat.chars().count() <= WIDTH {
        return flat;
    }
    let inner = " ".repeat(indent + 4);
    let each = || items.iter().map(|item| format!("{inner}{},", item.borrow())).collect::<Vec<_>>().join("\n");
    let lines = in_between().unwrap_or_else(each);
    format!("{outer}{before}{open}\n{lines}\n{outer}{close}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_on_a_line() {
        let items = |count| vec!["name: str | None = None".to_owned(); count];
        assert_eq!(call(4, "def a", &items(1), ":"), "    def a(name: str | None = None):");
        assert_eq!(call(0, "f", &items(4), "").lines().count(), 1);
        assert_eq!(call(0, "f", &items(5), "").lines().count(), 7);
        assert_eq!(call(8, "def a_long_name", &items(4), ":").lines().count(), 3);
        assert_eq!(dictionary(8, "given = ", &items(5), "").lines().count(), 7);
    }
}
