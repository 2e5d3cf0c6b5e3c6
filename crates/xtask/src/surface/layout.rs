//! Layout, as the formatters have it: on one line while it fits, else broken at its brackets.

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
    let outer = " ".repeat(indent);
    let before = format!("{outer}from .{module} import");
    let flat = format!("{before} {}", names.join(", "));
    fitting(flat, || format!("{before} (\n{outer}    {},\n{outer})", names.join(&format!(",\n{outer}    "))))
}

/// Types of which a value has one, within brackets: on one line, else each on its own.
pub(crate) fn union(types: &[&str]) -> String {
    fitting(format!("    {}", types.join(" | ")), || format!("    {}", types.join("\n    | ")))
}

/// The line while it fits, else what it is broken into. Biome's formatter has the same width.
pub(crate) fn fitting(line: String, broken: impl FnOnce() -> String) -> String {
    if line.chars().count() <= WIDTH { line } else { broken() }
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
    fitting(flat, || {
        let each = || format!("{outer}    {},", items.join(&format!(",\n{outer}    ")));
        format!("{outer}{before}{open}\n{}\n{outer}{close}{after}", in_between().unwrap_or_else(each))
    })
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
