//! Prose of an operation: what stands in its `.md`, for the documentation of every language, and an example per language in a
//! comment at its end, which Rust's documentation does not show.
//!
//! Python's example is the one for asyncio.

/// The parts of such a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prose<'a> {
    pub(crate) text: &'a str,
    pub(crate) python: Option<&'a str>,
    pub(crate) node: Option<&'a str>,
}

impl<'a> Prose<'a> {
    pub(crate) fn of(file: &'a str) -> Self {
        let (text, examples) = file.split_once(BEGIN).unwrap_or((file, ""));
        let block = |language: &str| {
            let (_, after) = examples.split_once(&format!("```{language}\n"))?;
            Some(after.split_once("\n```")?.0)
        };
        Self { text: text.trim(), python: block("python"), node: block("js") }
    }
}

/// What stands before the examples.
const BEGIN: &str = "<!-- Examples";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_stand_behind_the_text() {
        let file = "Sends.\n\nErrors: none.\n\n<!-- Examples\n```python\nawait a()\nb()\n```\n\n```js\nc()\n```\n-->\n";
        let expected = Prose { text: "Sends.\n\nErrors: none.", python: Some("await a()\nb()"), node: Some("c()") };
        assert_eq!(Prose::of(file), expected);
        assert_eq!(Prose::of("Sends.\n"), Prose { text: "Sends.", python: None, node: None });
    }
}
