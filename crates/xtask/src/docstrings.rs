//! Docstrings: core's prose as Python has it, in lines of a fitting width.

const QUOTES: &str = "\"\"\"";
pub(crate) const WIDTH: usize = 120;

/// The paragraphs, wrapped, with an empty line after each.
pub(crate) fn docstring(prose: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in format!("{QUOTES}{}", prose.trim()).split("\n\n") {
        let mut item = String::new();
        for line in paragraph.lines() {
            if line.starts_with("- ") && !item.is_empty() {
                lines.extend(wrapped(&item, indent));
                item.clear();
            }
            item = format!("{item} {}", line.trim());
        }
        lines.extend(wrapped(&item, indent));
        lines.push(String::new());
    }
    lines
}

/// The words in lines of a fitting width, all but the first further in.
pub(crate) fn hanging(text: &str, indent: usize) -> String {
    let (first, below) = (" ".repeat(indent), " ".repeat(indent + 4));
    fitted(text, &first, &below).join("\n")
}

/// The words in lines of a fitting width; those of a list's item stand below each other.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let below = if text.trim_start().starts_with("- ") { format!("{indent}  ") } else { indent.to_owned() };
    fitted(text, indent, &below)
}

fn fitted(text: &str, first: &str, below: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.is_empty() {
            line = format!("{first}{word}");
        } else if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{below}{word}")));
        } else {
            line = format!("{line} {word}");
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_its_paragraphs_and_lists() {
        let lines = docstring("Says who is there.\n\n- `a`: one\n- `b`: two,\n  and more", "    ");
        let expected = ["    \"\"\"Says who is there.", "", "    - `a`: one", "    - `b`: two, and more", ""];
        assert_eq!(lines, expected);
    }

    #[test]
    fn long_lines_are_wrapped() {
        let lines = docstring(&"word ".repeat(40), "    ");
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert_eq!(lines.join(" ").split_whitespace().count(), 40);
    }
}
