//! The documents: the code in them and the example programs are run as they stand, each against a mock of its own, and the site
//! that is made of them is built, and its links are followed.
//!
//! A block marked `no-run` (```` ```python no-run ````) is left out and counted as skipped; a shell block is run only if it is marked `run`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use greenapi_partner_mock::{Customer, MockServer, Options};

use super::Kit;
use crate::checkout::{empty_folder, files_below};
use crate::counts::Counts;
use crate::markdown::{Block, blocks};
use crate::node;
use crate::run::{Log, Step};
use crate::site;
use crate::tools;

/// Whose blocks are run, besides all of `docs/`.
const DOCUMENTS: [&str; 5] =
    ["README.md", "CONTRIBUTING.md", "python/README.md", "js/README.md", "crates/mock/README.md"];
/// What stands in `docs/` and is run elsewhere: a copy of a README, and examples whose instance the tests of the languages make.
const RUN_ELSEWHERE: [&str; 2] = ["docs/mock.md", "docs/reference/"];
/// Whose programs are run.
const EXAMPLES: [&str; 2] = ["python/examples", "js/examples"];

/// Something to run: a block, now in a file of its own, or an example.
struct Program {
    name: String,
    language: Language,
    file: PathBuf,
    /// Where it runs: a folder of its document, whose blocks find there what earlier ones have left.
    home: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Python,
    /// A Python block with tests in it, for pytest.
    PythonTests,
    Module,
    CommonJs,
    TypeScript,
    Rust,
    Shell,
}

pub(super) fn run(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let folder = kit.stage.path("docs");
    node::empty_project(&folder, &kit.tarball(log)?, log)?;
    let (programs, skipped) = collect(kit, &folder)?;
    build_rust(kit, &folder, &programs, log)?;

    let mut counts = Counts { skipped, ..Counts::default() };
    counts += site::check(&kit.checkout, log)?;
    for program in &programs {
        let mock = MockServer::start_blocking(with_a_customer()).context("cannot start a mock")?;
        let mut ok = true;
        for step in steps(kit, program, log)? {
            let step =
                step.env("GREENAPI_PARTNER_API_URL", mock.url()).env("GREENAPI_PARTNER_TOKEN", mock.partner_token());
            ok = ok && step.run(log)?.ok;
        }
        counts += Counts::one(ok);
    }
    Ok(counts)
}

/// A phone scans what a program shows, and answers.
fn with_a_customer() -> Options {
    let customer = Customer { scans_after_ms: 200, replies: Some("Hello yourself".to_owned()), ..Customer::default() };
    Options { customer: Some(customer), ..Options::default() }
}

/// Every program, written to the folder where it finds the package, and how many blocks are not to be run.
fn collect(kit: &Kit, folder: &Path) -> Result<(Vec<Program>, usize)> {
    let mut programs = Vec::new();
    let mut skipped = 0;
    for (name, language, block) in documented(kit)? {
        if block.is_marked("no-run") {
            skipped += 1;
            continue;
        }
        let document = name.split(':').next().unwrap_or(&name);
        let home = folder.join(stem(document));
        programs.push(write(folder, home, name, language, &block.code)?);
    }
    for examples in EXAMPLES {
        let mut files: Vec<PathBuf> =
            kit.checkout.path(examples).read_dir().context(examples)?.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            let Some(language) = file.extension().and_then(|end| of_file(end.to_str()?)) else { continue };
            let code = fs::read_to_string(&file)?;
            programs.push(write(folder, folder.to_owned(), kit.checkout.shown(&file), language, &code)?);
        }
    }
    Ok((programs, skipped))
}

/// The documents' Python, a file for each block, in an emptied folder: for what reads it without running it.
pub(super) fn python_blocks(kit: &Kit, folder: &Path) -> Result<()> {
    empty_folder(folder)?;
    for (name, language, block) in documented(kit)? {
        if matches!(language, Language::Python | Language::PythonTests) && !block.is_marked("no-run") {
            write(folder, folder.to_owned(), name, language, &block.code)?;
        }
    }
    Ok(())
}

/// The blocks of all documents in a language that we know, with their names.
fn documented(kit: &Kit) -> Result<Vec<(String, Language, Block)>> {
    let mut found = Vec::new();
    for document in documents(kit.checkout.root())? {
        let text = fs::read_to_string(kit.checkout.path(&document)).with_context(|| document.clone())?;
        for block in blocks(&text) {
            let Some(language) = language(&block) else { continue };
            found.push((format!("{document}:{}", block.line), language, block));
        }
    }
    Ok(found)
}

fn documents(root: &Path) -> Result<Vec<String>> {
    let pages = files_below(&root.join("docs"), "md")?;
    let pages = pages.iter().filter_map(|page| Some(page.strip_prefix(root).ok()?.display().to_string()));
    let pages = pages.filter(|page| !RUN_ELSEWHERE.iter().any(|elsewhere| page.starts_with(elsewhere)));
    Ok(DOCUMENTS.into_iter().map(str::to_owned).chain(pages).collect())
}

fn language(block: &Block) -> Option<Language> {
    match block.language.as_str() {
        "python" | "py" if block.code.contains("\ndef test_") || block.code.contains("\nasync def test_") => {
            Some(Language::PythonTests)
        }
        "js" | "javascript" if block.code.contains("require(") => Some(Language::CommonJs),
        "sh" | "bash" => block.is_marked("run").then_some(Language::Shell),
        word => of_file(word),
    }
}

/// By the end of a file's name, which is also what a block is called.
fn of_file(end: &str) -> Option<Language> {
    match end {
        "python" | "py" => Some(Language::Python),
        "js" | "javascript" | "mjs" => Some(Language::Module),
        "cjs" => Some(Language::CommonJs),
        "ts" | "typescript" => Some(Language::TypeScript),
        "rust" | "rs" => Some(Language::Rust),
        _ => None,
    }
}

/// Writes a program that runs in `home`, a folder of the package's user.
fn write(package: &Path, home: PathBuf, name: String, language: Language, code: &str) -> Result<Program> {
    let stem = stem(&name);
    let (file, code) = match language {
        Language::Python => (home.join(format!("{stem}.py")), code.to_owned()),
        Language::PythonTests => (home.join(format!("test_{stem}.py")), code.to_owned()),
        Language::Module => (home.join(format!("{stem}.mjs")), code.to_owned()),
        Language::CommonJs => (home.join(format!("{stem}.cjs")), code.to_owned()),
        Language::TypeScript => (home.join(format!("{stem}.mts")), code.to_owned()),
        Language::Rust => (package.join(format!("src/bin/{stem}.rs")), whole_program(code)),
        Language::Shell => (home.join(format!("{stem}.sh")), code.to_owned()),
    };
    fs::create_dir_all(&home)?;
    fs::create_dir_all(file.parent().context("a file is in a folder")?)?;
    fs::write(&file, code)?;
    Ok(Program { name, language, file, home })
}

/// A name as one of a file, without its end.
fn stem(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// A block of Rust without a `main` is the inside of one, as in Rust's own documentation.
fn whole_program(code: &str) -> String {
    if code.contains("fn main") {
        return code.to_owned();
    }
    format!("#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{code}\nOk(())\n}}\n")
}

fn steps(kit: &Kit, program: &Program, log: &mut Log) -> Result<Vec<Step>> {
    let step = |program_file: &Path| Step::new(&program.name, program_file).folder(&program.home);
    let file = &program.file;
    let js = kit.sources()?.join("js/node_modules");
    Ok(match program.language {
        Language::Python => {
            let python = kit.main_venv(log)?.program("python");
            vec![step(&python).arg(kit.checkout.path("tests/docs/run_block.py")).arg(file)]
        }
        Language::PythonTests => {
            let python = kit.main_venv(log)?.program("python");
            vec![step(&python).args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(file)]
        }
        Language::Module | Language::CommonJs => vec![step(Path::new("node")).arg(file)],
        Language::TypeScript => vec![
            step(&js.join(".bin/tsc"))
                .args(["--strict", "--target", "es2022", "--module", "node16", "--types", "node", "--typeRoots"])
                .arg(js.join("@types"))
                .arg(file),
            step(Path::new("node")).arg(file.with_extension("mjs")),
        ],
        Language::Rust => {
            vec![step(&kit.checkout.target().join("debug").join(file.file_stem().context("a program has a name")?))]
        }
        Language::Shell => vec![kit.main_venv(log)?.activated(step(Path::new("bash")).arg("-e").arg(file))?],
    })
}

/// Compiles all blocks of Rust as programs of one small package, which depends on ours as a user's would.
fn build_rust(kit: &Kit, folder: &Path, programs: &[Program], log: &mut Log) -> Result<()> {
    if !programs.iter().any(|program| program.language == Language::Rust) {
        return Ok(());
    }
    let manifest = format!(
        "[package]\nname = \"documents\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         greenapi-partner = {{ path = '{}' }}\ngreenapi-partner-mock = {{ path = '{}' }}\nserde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"time\"] }}\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n",
        kit.checkout.path("crates/core").display(),
        kit.checkout.path("crates/mock").display(),
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(kit.checkout.path("Cargo.lock"), folder.join("Cargo.lock"))?;
    Step::new("compiling the documents' Rust", tools::cargo())
        .args(["build", "--bins"])
        .env("CARGO_TARGET_DIR", kit.checkout.target())
        .folder(folder)
        .succeed(log)
        .map(drop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn only(text: &str) -> Option<Language> {
        language(&blocks(text)[0])
    }

    #[test]
    fn a_block_is_run_as_its_language_says() {
        let cases = [
            ("```python\nprint(1)\n```", Some(Language::Python)),
            ("```python\nimport x\n\ndef test_x(greenapi_mock):\n    pass\n```", Some(Language::PythonTests)),
            ("```js\nimport x from 'x';\n```", Some(Language::Module)),
            ("```js\nconst x = require('x');\n```", Some(Language::CommonJs)),
            ("```ts\nlet x: number;\n```", Some(Language::TypeScript)),
            ("```rust\nlet x = 1;\n```", Some(Language::Rust)),
            ("```sh run\ntrue\n```", Some(Language::Shell)),
            ("```sh\ncargo xtask test\n```", None),
            ("```text\nhello\n```", None),
        ];
        for (text, expected) in cases {
            assert_eq!(only(text), expected, "{text}");
        }
    }

    #[test]
    fn rust_without_a_main_gets_one() {
        assert!(whole_program("let x = 1;").contains("async fn main()"));
        assert_eq!(whole_program("fn main() {}"), "fn main() {}");
    }

    #[test]
    fn what_the_documents_link_to_and_name_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let read = |name: &Path| fs::read_to_string(root.join(name)).unwrap();
        let mut missing = Vec::new();
        let pages = files_below(&root.join("docs"), "md").unwrap();
        let pages = pages.iter().map(|page| page.strip_prefix(&root).unwrap());
        for document in LINKED.map(Path::new).into_iter().chain(pages) {
            let text = read(document);
            for link in relative_links(&text) {
                let (file, heading) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { document.to_owned() } else { document.parent().unwrap().join(file) };
                let is_there = root.join(&target).exists()
                    && (heading.is_empty() || anchors(&read(&target)).any(|anchor| anchor == heading));
                if !is_there {
                    missing.push(format!("{}: {link}", document.display()));
                }
            }
            let named = text.split('`').skip(1).step_by(2).filter(|span| is_path(span));
            let gone = named.filter(|path| !root.join(path).exists());
            missing.extend(gone.map(|path| format!("{}: {path}", document.display())));
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn every_payload_names_a_heading_that_it_is_from() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let known: Vec<_> = anchors(&fs::read_to_string(root.join("docs/green-api.md")).unwrap()).collect();
        for folder in ["", "instance", "notifications"] {
            for entry in root.join("tests/wire").join(folder).read_dir().unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_none_or(|end| end != "json") {
                    continue;
                }
                let file: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                let source = file["source"].as_str().unwrap().split(": ").next().unwrap();
                let heading = source.strip_prefix("docs/green-api.md#");
                assert!(heading.is_some_and(|one| known.iter().any(|anchor| anchor == one)), "{path:?}: {source}");
            }
        }
    }

    /// Whose links and paths are looked for, besides all of `docs/`.
    const LINKED: [&str; 4] = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "tests/scenarios/README.md"];

    fn relative_links(text: &str) -> impl Iterator<Item = &str> {
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        targets.filter(|target| !target.contains("://"))
    }

    /// The anchors of a page's headings, as GitHub makes them.
    fn anchors(text: &str) -> impl Iterator<Item = String> {
        let headings =
            text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
        headings.map(|heading| {
            let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
            kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
        })
    }

    /// Whether it is the path of a file of ours, from the top and written out.
    fn is_path(span: &str) -> bool {
        let folders = ["crates/", "bindings/", "python/", "js/", "tests/", "docs/"];
        folders.iter().any(|folder| span.starts_with(folder)) && !span.contains(['<', '*', ' ', '#', '\n'])
    }
}
