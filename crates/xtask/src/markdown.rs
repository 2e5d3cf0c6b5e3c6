//! The fenced code of a Markdown file.

/// A fenced block: ```` ```python no-run ````.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line that the code begins on, from 1.
    pub(crate) line: usize,
    /// The first word after the fence: `python`.
    pub(crate) language: String,
    /// The other words.
    pub(crate) marks: Vec<String>,
    pub(crate) code: String,
}

impl Block {
    pub(crate) fn is_marked(&self, mark: &str) -> bool {
        self.marks.iter().any(|one| one == mark)
    }
}

/// All blocks, from top to bottom.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let Some((fence, info)) = fence(line.trim_start()) else { continue };
        let mut words = info.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned);
        let language = words.next().unwrap_or_default();
        let marks = words.collect();
        let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| !closes(line.trim(), fence));
        let code = inside.map(|line| unindent(line, indent).to_owned() + "\n").collect();
        blocks.push(Block { line: number + 2, language, marks, code });
    }
    blocks
}

/// The fence that a line opens with, and what follows it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let length = line.len() - line.trim_start_matches('`').len();
    (length >= 3).then(|| line.split_at(length))
}

fn closes(line: &str, fence: &str) -> bool {
    line.len() >= fence.len() && line.bytes().all(|byte| byte == b'`')
}

fn unindent(line: &str, by: usize) -> &str {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    &line[spaces.min(by)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(line: usize, language: &str, marks: &[&str], code: &str) -> Block {
        let marks = marks.iter().map(|&mark| mark.to_owned()).collect();
        Block { line, language: language.into(), marks, code: code.into() }
    }

    #[test]
    fn a_block_has_its_language_its_marks_and_the_line_it_begins_on() {
        let text = "# Title\n\n```python no-run\nprint(1)\n\nprint(2)\n```\n\nText.\n```\nplain\n```\n";
        let expected = [block(4, "python", &["no-run"], "print(1)\n\nprint(2)\n"), block(11, "", &[], "plain\n")];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn a_block_in_a_list_loses_the_lists_indentation() {
        let text = "1. Step:\n\n   ```js\n   if (a) {\n     b();\n   }\n   ```\n";
        assert_eq!(blocks(text), [block(4, "js", &[], "if (a) {\n  b();\n}\n")]);
    }

    #[test]
    fn a_longer_fence_may_hold_a_shorter_one() {
        let text = "````md\n```js\n1\n```\n````\n";
        assert_eq!(blocks(text), [block(2, "md", &[], "```js\n1\n```\n")]);
    }

    #[test]
    fn code_between_single_backticks_is_no_block() {
        assert_eq!(blocks("`one` and ``two``\n"), []);
    }
}
