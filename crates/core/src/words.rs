//! Words of others (upstream, a proxy, a library), as anybody may read them: cleaned first, then scrubbed, shortened at last.
//!
//! The order matters. A token with zeros or line breaks between its letters is none until these are gone, and one that is cut
//! is none that could be found any more. So secrets are looked for as letters and digits alone, plain and with escapes undone,
//! and a part of one counts as well.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::secret::{MASK, Secret};

/// Upstream's words on one line, without a token and without JSON or a page; nothing where no words are left.
///
/// JSON that could not be read is cut or broken: what it holds may be the half of a token, wherever it begins.
pub(crate) fn presentable(text: &str, secrets: &[&Secret]) -> Option<String> {
    let line = cleaned(text);
    let data = beginning_of_data(&line);
    let sentence = line[..data.unwrap_or(line.len())].trim_end();
    // A single word before data is a label, or the name of a function.
    if data.is_some() && !sentence.contains(' ') {
        return None;
    }
    let short: String = masked(sentence, secrets).chars().take(LONGEST).collect();
    short.chars().any(|c| c.is_alphanumeric() || c == '*').then_some(short)
}

/// A library's words on one line, without a token.
pub(crate) fn scrubbed(text: &str, secrets: &[&Secret]) -> String {
    masked(&cleaned(text), secrets)
}

/// The beginning of `text` without what nobody sees, its white space as single spaces.
fn cleaned(text: &str) -> String {
    let seen: String = text.chars().take(LONGEST_READ).filter(|&c| c.is_whitespace() || !is_unseen(c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Controls, marks of format, fillers and selectors, what is no character: what can stand within a token and not show.
fn is_unseen(c: char) -> bool {
    let of_format = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    );
    c.is_control() || of_format
}

/// A character as it is meant, and where it is written.
#[derive(Clone)]
struct Letter {
    meant: char,
    written: Range<usize>,
}

/// The text as it is written, and with its escapes undone once and twice.
fn readings(text: &str) -> [Vec<Letter>; 3] {
    let letter = |(start, meant): (usize, char)| Letter { meant, written: start..start + meant.len_utf8() };
    let plain: Vec<_> = text.char_indices().map(letter).collect();
    let undone = unescaped(&plain);
    let twice = unescaped(&undone);
    [plain, undone, twice]
}

/// The letters that percent signs and backslashes stand for.
fn unescaped(letters: &[Letter]) -> Vec<Letter> {
    let mut meant = Vec::with_capacity(letters.len());
    let mut rest = letters;
    while let [first, behind @ ..] = rest {
        let (length, text) = match (first.meant, behind) {
            ('%', _) => percent_encoded(rest),
            ('\\', [u, digits @ ..]) if u.meant == 'u' => {
                (6, number(digits, 4).and_then(char::from_u32).map(String::from))
            }
            ('\\', [x, digits @ ..]) if x.meant == 'x' => {
                (4, number(digits, 2).and_then(char::from_u32).map(String::from))
            }
            ('\\', [short, ..]) if "nrtbf".contains(short.meant) => (2, Some(" ".to_owned())),
            ('\\', [plain, ..]) => (2, Some(plain.meant.to_string())),
            _ => (1, None),
        };
        let length = if text.is_some() { length } else { 1 };
        let written = first.written.start..rest[length - 1].written.end;
        match text {
            Some(text) => meant.extend(text.chars().map(|meant| Letter { meant, written: written.clone() })),
            None => meant.push(first.clone()),
        }
        rest = &rest[length..];
    }
    meant
}

/// How many letters one run of `%D0%BA` takes, and the text of it.
fn percent_encoded(letters: &[Letter]) -> (usize, Option<String>) {
    let byte = |triple: &[Letter]| {
        let value = (triple[0].meant == '%').then(|| number(&triple[1..], 2))??;
        u8::try_from(value).ok()
    };
    let bytes: Vec<u8> = letters.chunks_exact(3).map_while(byte).collect();
    (3 * bytes.len(), (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

fn number(letters: &[Letter], digits: usize) -> Option<u32> {
    let mut digits = letters.get(..digits)?.iter().map(|letter| letter.meant.to_digit(16));
    digits.try_fold(0, |number, digit| Some(number * 16 + digit?))
}

/// Where something begins that is no sentence: JSON, a page, a picture.
fn beginning_of_data(line: &str) -> Option<usize> {
    let begins = |letters: &Vec<Letter>| {
        let place = (0..letters.len()).find_map(|place| data_at(letters, place))?;
        Some(letters[place].written.start)
    };
    readings(line).iter().filter_map(begins).min()
}

/// Where the data begins that shows at this place.
fn data_at(letters: &[Letter], place: usize) -> Option<usize> {
    let next = letters[place + 1..].iter().map(|letter| letter.meant).find(|c| *c != ' ');
    let follows = |text: &str| {
        let letters = letters[place..].iter().map(|letter| letter.meant.to_ascii_lowercase());
        letters.filter(|c| *c != ' ').take(text.len()).eq(text.chars())
    };
    match letters[place].meant {
        '{' => Some(place),
        '[' if next.is_some_and(|c| "\"'{[".contains(c)) => Some(place),
        '<' if letters.get(place + 1).is_some_and(|l| l.meant.is_alphabetic() || "/!?".contains(l.meant)) => {
            Some(place)
        }
        // The end of a name: the data began before it, perhaps before the text.
        '"' if next == Some(':') => Some(letters[..place].iter().rposition(|l| l.meant == '"').unwrap_or(0)),
        'b' | 'B' if follows("base64,") => Some(place),
        'i' | 'I' if follows(PNG) => Some(place),
        _ => None,
    }
}

/// The text with `***` for each secret, for what is left of one that was cut, and for what looks like a token.
fn masked(text: &str, secrets: &[&Secret]) -> String {
    let mut found: Vec<Range<usize>> = Vec::new();
    for letters in readings(text) {
        for secret in secrets {
            find_known(&letters, secret, &mut found);
        }
        find_lookalikes(&letters, &mut found);
    }
    found.sort_by_key(|range| range.start);
    let (mut clean, mut told) = (String::with_capacity(text.len()), 0);
    for range in found {
        // One that begins where the last ended, or within it, is under the same mask.
        if range.start > told || clean.is_empty() {
            clean.push_str(&text[told..range.start]);
            clean.push_str(MASK);
        }
        told = told.max(range.end);
    }
    clean + &text[told..]
}

/// Finds a secret, a part of it, and its beginning at the end of a text that was cut there. Of a longer one only letters and
/// digits count, whatever stands between them; where it has none but ASCII's, another script's count as little as a dash.
#[expect(clippy::disallowed_methods, reason = "taking a secret out of a text needs the secret")]
fn find_known(letters: &[Letter], secret: &Secret, found: &mut Vec<Range<usize>>) {
    let secret = secret.expose().trim();
    let mut wanted = Zeroizing::new(Vec::with_capacity(secret.len()));
    wanted.extend(secret.chars().map(|c| c.to_ascii_lowercase()));
    if wanted.len() < SHORTEST_SECRET {
        return;
    }
    let is_long = wanted.iter().filter(|c| c.is_alphanumeric()).count() >= LONG_SECRET;
    let is_ascii = wanted.iter().all(|c| c.is_ascii() || !c.is_alphanumeric());
    let counts = |c: char| c.is_alphanumeric() && (c.is_ascii() || !is_ascii);
    wanted.retain(|c| !is_long || counts(*c));
    let letters: Vec<_> = letters.iter().filter(|letter| !is_long || counts(letter.meant)).collect();
    let end = letters.iter().rposition(|letter| counts(letter.meant)).map_or(0, |last| last + 1);
    let least = wanted.len().min(PART_OF_SECRET);
    let mut place = 0;
    while let Some(first) = letters.get(place) {
        let rest = &letters[place..];
        let alike = |wanted: &[char]| {
            rest.iter().zip(wanted).take_while(|(letter, c)| letter.meant.to_ascii_lowercase() == **c).count()
        };
        let beginning = alike(&wanted);
        let is_cut = beginning >= SHORTEST_BEGINNING && place + beginning >= end;
        let part = (0..=wanted.len() - least).map(|start| alike(&wanted[start..])).filter(|part| *part >= least).max();
        let length = part.or(is_cut.then_some(beginning)).unwrap_or_default();
        if length > 0 {
            found.push(first.written.start..rest[length - 1].written.end);
        }
        place += length.max(1);
    }
}

/// Finds what looks like one of upstream's tokens: `gac.…`, or many hexadecimal digits, be they wrapped or cut.
fn find_lookalikes(letters: &[Letter], found: &mut Vec<Range<usize>>) {
    let words = words(letters);
    let mut mark = |from: usize, to: usize| found.push(letters[from].written.start..letters[to - 1].written.end);
    for (place, word) in words.iter().enumerate() {
        let behind = &words[place + 1..];
        let is_gac = letters[word.range()].iter().map(|letter| letter.meant.to_ascii_lowercase()).eq("gac".chars());
        if is_gac && letters.get(word.end).is_some_and(|dot| dot.meant == '.') {
            let token = behind.first().filter(|token| token.start == word.end + 1);
            mark(word.start, token.map_or(word.end + 1, |token| token.end));
        }
        let least = if behind.is_empty() { CUT_TOKEN } else { PART_OF_TOKEN };
        if word.is_hex && (word.len() >= TOKEN || (word.is_mixed && word.len() >= least)) {
            mark(word.start, word.end);
        }
        // What a line break or a space has made several words of.
        let (mut length, mut mixed, mut end) = (0, false, word.start);
        for part in words[place..].iter().take_while(|part| part.is_hex) {
            if letters[end..part.start].iter().any(|letter| letter.meant != ' ') {
                break;
            }
            (length, mixed, end) = (length + part.len(), mixed || part.is_mixed, part.end);
        }
        if length >= TOKEN && mixed {
            mark(word.start, end);
        }
    }
}

/// A run of letters and digits.
struct Word {
    start: usize,
    end: usize,
    /// All of it are hexadecimal digits.
    is_hex: bool,
    /// And both letters and digits: neither a number nor a word of a language.
    is_mixed: bool,
}

impl Word {
    fn len(&self) -> usize {
        self.end - self.start
    }

    fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

fn words(letters: &[Letter]) -> Vec<Word> {
    let runs = letters.chunk_by(|one, next| one.meant.is_alphanumeric() == next.meant.is_alphanumeric());
    let word = |(start, run): (usize, &[Letter])| {
        let is_hex = run.iter().all(|letter| letter.meant.is_ascii_hexdigit());
        let digits = run.iter().filter(|letter| letter.meant.is_ascii_digit()).count();
        Word { start, end: start + run.len(), is_hex, is_mixed: is_hex && digits > 0 && digits < run.len() }
    };
    let placed = runs.scan(0, |end, run| {
        *end += run.len();
        Some((*end - run.len(), run))
    });
    placed.filter(|(_, run)| run[0].meant.is_alphanumeric()).map(word).collect()
}

/// Of a description.
const LONGEST: usize = 300;
/// What is behind that is not even looked at.
const LONGEST_READ: usize = 4096;
/// Shorter values would take ordinary words out of ordinary sentences.
const SHORTEST_SECRET: usize = 4;
/// From so many letters and digits on, these alone tell a secret.
const LONG_SECRET: usize = 8;
const PART_OF_SECRET: usize = 12;
const SHORTEST_BEGINNING: usize = 6;
/// Hexadecimal digits in a row: of a token, of the part of one, and of one that the text's end has cut.
const TOKEN: usize = 32;
const PART_OF_TOKEN: usize = 20;
const CUT_TOKEN: usize = 12;
/// How every PNG begins in base64.
const PNG: &str = "ivborw0kggo";

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;

    const TOKEN: &str = "c1b0474542144e0ead529eb4861ca5f583c346eb00564f64a7";
    const PASSWORD: &str = "open/se same+1";

    fn shown(text: &str) -> Option<String> {
        presentable(text, &[&Secret::new(PASSWORD), &Secret::new("hunter2")])
    }

    /// The text with something made of each character.
    fn each(text: &str, form: impl Fn(char) -> String) -> String {
        text.chars().map(form).collect()
    }

    /// No part of `secret` of 12 letters and more is in `text`.
    fn assert_none_of(secret: &str, text: &str) {
        let letters: Vec<char> = secret.chars().filter(char::is_ascii_alphanumeric).collect();
        let told: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        for part in letters.windows(12.min(letters.len())).map(String::from_iter) {
            assert!(!told.contains(&part), "{part} of {secret} is in {text}");
        }
    }

    #[test]
    fn words_stay_on_one_line_and_short() {
        let table = [
            ("Unauthorized", Some("Unauthorized")),
            ("not\n  now", Some("not now")),
            ("not\n\u{7}  now\r\n", Some("not now")),
            ("мало мест: 1101728000", Some("мало мест: 1101728000")),
            ("1101728000 1101728001 1101728002 1101728003", Some("1101728000 1101728001 1101728002 1101728003")),
            ("100% of 3 [0] a < b", Some("100% of 3 [0] a < b")),
            ("\"chatId\" is required", Some("\"chatId\" is required")),
            ("a bad face added a decade", Some("a bad face added a decade")),
            ("a dead deaf bad face added a faded cab decade", Some("a dead deaf bad face added a faded cab decade")),
            ("block 4a of b2 in 3d", Some("block 4a of b2 in 3d")),
            ("", None),
            ("\0\0", None),
            ("\u{fffd}\u{fffd}, \u{fffd}", None),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(shown(&"x".repeat(10_000)).map(|text| text.len()), Some(LONGEST));
    }

    #[test]
    fn a_known_secret_goes_however_it_is_written() {
        let encoded = "open%2Fse%20same%2B1";
        let between = |letter: &str| each(PASSWORD, |c| format!("{c}{letter}"));
        let escaped = each(PASSWORD, |c| format!("\\u{:04x}", u32::from(c)));
        let percent = each(PASSWORD, |c| format!("%{:02x}", u32::from(c)));
        let forms = [
            PASSWORD.to_owned(),
            PASSWORD.to_uppercase(),
            encoded.to_owned(),
            encoded.replace('%', "%25"),
            "open\\/se same+1".to_owned(),
            "open/se\\n same+1".to_owned(),
            escaped,
            percent,
            between("\0"),
            between("\u{200b}"),
            between("\u{fffd}"),
            between(" "),
            between("\r\n"),
            between("\u{feff}\n"),
            between("ľ"),
        ];
        for form in forms {
            let text = shown(&format!("no {form} here")).unwrap();
            assert_none_of(PASSWORD, &text);
            assert!(text.starts_with("no ***") && text.ends_with(" here"), "{form:?}: {text}");
        }
        let short = ["hunter2", "Hunter2", "h\0u\0nter2", "%68unter2", "\\u0068unter2"];
        assert_eq!(
            short.map(|form| shown(&format!("no {form} here"))),
            [const { Some("no *** here") }; 5].map(|text| text.map(ToOwned::to_owned))
        );
        let two = [" and no ", ""].map(|between| shown(&format!("no {PASSWORD}{between}hunter2 here")).unwrap());
        assert_eq!(two, ["no *** and no *** here", "no *** here"]);
        let other = presentable("no мой-пароль1 here, мой и пароль2", &[&Secret::new("мой пароль1")]);
        assert_eq!(other.as_deref(), Some("no *** here, мой и пароль2"));
        assert_eq!(presentable("no 12a4 here", &[&Secret::new("12a4")]).as_deref(), Some("no *** here"));
        assert_eq!(presentable("banana", &[&Secret::new("ana"), &Secret::new("    ")]).as_deref(), Some("banana"));
    }

    #[test]
    fn what_is_left_of_a_cut_secret_goes() {
        let known = Secret::new(TOKEN);
        for length in SHORTEST_BEGINNING..TOKEN.len() {
            for end in ["", "…", "...", "\"", " \0"] {
                let text = presentable(&format!("no such token {}{end}", &TOKEN[..length]), &[&known]).unwrap();
                assert!(text.starts_with("no such token ***"), "{text}");
            }
        }
        let part = presentable(&format!("the end of it: {} and more", &TOKEN[30..]), &[&known]).unwrap();
        assert_eq!(part, "the end of it: *** and more");
        assert_eq!(shown("GET /open%2fse").as_deref(), Some("GET /***"));
        let other = format!("no such token {}z", &TOKEN[..SHORTEST_BEGINNING]);
        assert_eq!(presentable(&other, &[&known]), Some(other), "another one begins like it");
    }

    #[test]
    fn what_looks_like_a_token_goes_and_the_rest_stays() {
        let between = |letter: &str| each(TOKEN, |c| format!("{c}{letter}"));
        let escaped = each(TOKEN, |c| format!("\\u{:04x}", u32::from(c)));
        let table = [
            (format!("Cannot GET /waInstance1103/x/{TOKEN}"), "Cannot GET /waInstance1103/x/***"),
            (format!("so {}\n{} so", &TOKEN[..25], &TOKEN[25..]), "so *** so"),
            (format!("so {}\\n{} so", &TOKEN[..19], &TOKEN[19..]), "so *** so"),
            (format!("so {}, so", between("\0")), "so ***, so"),
            (format!("so {}, so", between("\u{2060}")), "so ***, so"),
            (format!("so {escaped}, so"), "so ***, so"),
            // A backslash that is escaped begins no escape: all of the token is behind it.
            (format!("so \\\\b{}%65{}, so", &TOKEN[..4], &TOKEN[5..]), "so \\\\***, so"),
            (format!("so {}", &TOKEN[..31]), "so ***"),
            (format!("so {}\"", &TOKEN[..14]), "so ***\""),
            (format!("so {} or so", &TOKEN[..31]), "so *** or so"),
            ("token gac.0123abc, please".into(), "token ***, please"),
            ("token gac%2E0123abc, please".into(), "token ***, please"),
            ("gac.".into(), "***"),
            ("at gac.01".into(), "at ***"),
        ];
        for (text, clean) in table {
            assert_eq!(shown(&text).as_deref(), Some(clean), "{text:?}");
        }
    }

    #[test]
    fn json_is_never_shown_wherever_it_begins() {
        let cut = format!(r#"{{"idInstance": 1101728000, "apiTokenInstance": "{}"#, &TOKEN[..31]);
        let inside = cut.replace('"', "\\\"");
        let percent = each(&cut, |c| format!("%{:02X}", u32::from(c)));
        let table = [
            (cut.clone(), None),
            (format!("\u{feff}{cut}"), None),
            (format!("cb({cut}"), None),
            (format!("/**/ cb({cut}"), Some("/**/ cb(")),
            (format!("[[{cut}"), None),
            (format!("Something is wrong:\n{cut}"), Some("Something is wrong:")),
            (format!("Something is wrong: {inside}"), Some("Something is wrong:")),
            (format!("Something is wrong: {percent}"), Some("Something is wrong:")),
            (cut[20..].to_owned(), None),
            ("Something is wrong: [\"1101728000\", \"c1b047".to_owned(), Some("Something is wrong:")),
            ("Something is wrong: ['1101728000'".to_owned(), Some("Something is wrong:")),
            (format!("Something is wrong <b>{TOKEN}</b>"), Some("Something is wrong")),
            ("<html><head><title>502 Bad Gateway</title></head></html>".to_owned(), None),
            ("a picture: iVBO\nRw0KGgoAAAANSUhEUgAA".to_owned(), Some("a picture:")),
            ("a picture: data:image/png;base64,AAAA".to_owned(), Some("a picture: data:image/png;")),
        ];
        for (text, expected) in table {
            assert_eq!(shown(&text).as_deref(), expected, "{text:?}");
        }
    }

    /// Whatever stands between, before and behind: nothing of a token is told.
    #[test]
    fn no_token_survives_whatever_is_done_to_it() {
        let mut random = fastrand::Rng::with_seed(2026);
        let noise = ["", "\0", "\n", " ", "\u{200d}", "\u{fffd}", "\\n", "\u{7f}", "\t"];
        for known in [true, false] {
            let secret = Secret::new(TOKEN);
            let secrets: &[&Secret] = if known { &[&secret] } else { &[] };
            for _ in 0..500 {
                let often = random.usize(1..30);
                let form: String = TOKEN
                    .chars()
                    .flat_map(|c| {
                        let odd = if random.usize(..often) == 0 { random.choice(&noise).copied().unwrap() } else { "" };
                        iter::once(c).chain(odd.chars()).collect::<Vec<_>>()
                    })
                    .collect();
                let text = format!("no such token {form} here");
                assert_none_of(TOKEN, &presentable(&text, secrets).unwrap());
            }
        }
    }

    #[test]
    fn a_librarys_words_are_whole_but_for_secrets() {
        let text = format!("invalid peer certificate: Context {{ name: \"{TOKEN}\" }}");
        assert_eq!(scrubbed(&text, &[]), "invalid peer certificate: Context { name: \"***\" }");
    }
}
