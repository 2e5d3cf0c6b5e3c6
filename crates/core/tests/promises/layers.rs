//! Layers: a module of core, or of the mock, imports only what stands below it, be it by its path or by the name that `lib.rs` gives
//! to it. Read from the sources; the tests within them may look at what they like.

use std::{collections::HashMap, fs, path::Path};

/// From the ground up. Those of one line know nothing of each other.
const CORE: &[&str] = &[
    "error json lock log metronome names passing private_file prose secret",
    "config words",
    "forking hosts wire",
    "model",
    "notification terminal",
    "endpoint",
    "pace retry",
    "refusal transport",
    "store",
    "engine",
    "api call",
    "client",
    "instance",
    "tokenless",
    "builder flow",
    "fleet",
    "partner",
    "contract",
    "benching fuzzing",
];

/// Those of the mock, likewise.
const MOCK: &[&str] = &[
    "sync random route zone token headers json",
    "faults record clock options",
    "connection limiter answer",
    "reply",
    "world",
    "simulation",
    "account",
    "charges listing",
    "state",
    "instance upstream scripted",
    "customer control",
    "control_http",
    "server",
    "mock_server",
    "program",
];

#[test]
fn imports_point_down() {
    hold_to(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), CORE);
}

#[test]
fn imports_of_the_mock_point_down() {
    hold_to(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../mock/src"), MOCK);
}

fn hold_to(source: &Path, layers: &[&'static str]) {
    let floors = layers.iter().enumerate();
    let floor: HashMap<_, _> =
        floors.flat_map(|(floor, modules)| modules.split(' ').map(move |one| (one, floor))).collect();
    let lib = fs::read_to_string(source.join("lib.rs")).unwrap();
    let exports: HashMap<_, _> = lib.split("pub use ").skip(1).flat_map(|one| exported(source, one)).collect();
    for declared in lib.lines().filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';')) {
        assert!(floor.contains_key(declared), "{declared} has no layer");
    }
    let mut upward = Vec::new();
    for (module, text) in sources(source) {
        for name in imported(&text) {
            let target = exports.get(&name).unwrap_or(&name);
            let floor_of =
                |name: &str| *floor.get(name).unwrap_or_else(|| panic!("{module} imports {name}: whose is it?"));
            if *target != module && floor_of(target) >= floor_of(&module) {
                upward.push(format!("{module} imports {name} of {target}"));
            }
        }
    }
    assert!(upward.is_empty(), "not from below:\n{}", upward.join("\n"));
}

/// The names of one `pub use`, and the module that they are of. A star is for the models that its file declares.
fn exported(source: &Path, statement: &str) -> Vec<(String, String)> {
    let statement = statement.split(';').next().unwrap();
    let module = statement.split("::").next().unwrap();
    let files = statement.split("::*").filter_map(|before| words(before).last());
    let files = files.map(|file| source.join(module).join(file).with_extension("rs"));
    let texts: Vec<_> = files.filter_map(|file| fs::read_to_string(file).ok()).collect();
    let declared = texts.iter().flat_map(|text| text.lines()).filter_map(|line| {
        let line = line.trim_start();
        let name = line.strip_prefix("pub enum ").or_else(|| line.split_once(" \"").map(|(name, _)| name))?;
        words(name).next().filter(|name| name.starts_with(char::is_uppercase))
    });
    let names = words(statement).chain(declared).filter(|name| *name != module);
    names.map(|name| (name.to_owned(), module.to_owned())).collect()
}

/// Every module file by the module of the crate that it belongs to, without comments and its tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for path in fs::read_dir(inside).unwrap().map(|entry| entry.unwrap().path()) {
            let module = path.strip_prefix(folder).unwrap().iter().next().unwrap().to_str().unwrap();
            let module = module.trim_end_matches(".rs").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && module != "lib"
                && !path.ends_with("tests.rs")
            {
                let text = fs::read_to_string(path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let lines = code.lines().map(|line| line.split("//").next().unwrap());
                found.push((module, lines.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    found
}

/// What follows `crate::`: one name, or each first one of a list.
fn imported(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        let Some(list) = after.strip_prefix('{') else {
            names.extend(words(after).next().map(ToOwned::to_owned));
            continue;
        };
        let (mut depth, mut top) = (0, String::new());
        for letter in list.chars() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ if depth == 0 => top.push(letter),
                _ => {}
            }
        }
        names.extend(top.split(',').filter_map(|item| words(item).next()).map(ToOwned::to_owned));
    }
    names
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}
