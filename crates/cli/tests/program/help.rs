//! `--help`, completions and the man page: what there is, told.

use std::{collections::BTreeSet, process::Command};

use crate::account::Account;

#[test]
fn every_command_has_help_that_fits_a_line_and_variables_that_the_pages_have() {
    let account = Account::new();
    let mut waiting = vec![Vec::<String>::new()];
    let (mut seen, mut variables) = (0, BTreeSet::new());
    while let Some(command) = waiting.pop() {
        let arguments: Vec<_> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let ran = account.run(arguments).succeeds();
        assert_eq!(ran.err, "");
        seen += 1;
        let mut is_list = false;
        for line in ran.out.lines() {
            assert!(line.chars().count() <= 100, "{command:?}: {line}");
            is_list = if line.ends_with("Commands:") { true } else { is_list && !line.is_empty() };
            let words = line.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
            variables.extend(words.filter(|word| word.starts_with("GREENAPI_")).map(str::to_owned));
            let name = line.strip_prefix("  ").and_then(|line| line.split(' ').next()).unwrap_or_default();
            if is_list && !name.is_empty() && !line.ends_with(':') && name != "help" {
                waiting.push([&command[..], &[name.to_owned()]].concat());
            }
        }
    }
    assert!(seen > 30 && variables.len() > 4, "{seen} {variables:?}");
    let pages =
        [include_str!("../../../../docs/guides/program.md"), include_str!("../../../../docs/reference/options.md")];
    let is_told = |name: &String| pages.iter().any(|page| page.contains(&format!("`{name}`")));
    assert!(variables.iter().all(is_told), "{variables:?}");
}

#[test]
fn without_arguments_it_says_what_there_is() {
    let account = Account::new();
    let ran = account.run([]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("instances") && ran.err.contains("Exit codes:"), "{ran:?}");
    assert_eq!(account.run(["instances", "lst"]).code, 2);
    assert!(account.run(["instances", "lst"]).err.contains("list"));
    assert!(account.run(["--version"]).succeeds().out.starts_with("greenapi-partner "));
}

/// The completion script of a shell, tried in that shell, where there is one.
fn completed(shell: &str, script: &str) -> Option<String> {
    let account = Account::new();
    let text = account.run(["completions", shell]).succeeds().out;
    let file = account.file("completions", &text);
    let output = Command::new(shell)
        .args(["-c", &script.replace("FILE", &file)])
        .env("HOME", account.home.path())
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn bash_completes_commands_and_options() {
    let words = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let script = format!(
            "source FILE; COMP_WORDS=({line}); COMP_CWORD={}; $(complete -p greenapi-partner | sed -E 's/.*-F ([^ ]+).*/\\1/') greenapi-partner '{}' '{}'; echo \"${{COMPREPLY[@]}}\"",
            words.len() - 1,
            words[words.len() - 1],
            words[words.len() - 2],
        );
        completed("bash", &script).expect("bash")
    };
    assert_eq!(words("greenapi-partner inst").trim(), "instances");
    assert_eq!(words("greenapi-partner instances sho").trim(), "show");
    assert!(words("greenapi-partner bulk create --max").contains("--max-new"));
}

#[test]
fn zsh_and_fish_take_their_scripts() {
    // Where the shell is not there, nothing is said of it: the script alone is tested by being generated.
    if let Some(out) =
        completed("zsh", "autoload -U compinit && compinit -u && source FILE && echo ${_comps[greenapi-partner]}")
    {
        assert_eq!(out.trim(), "_greenapi-partner");
    }
    if let Some(out) = completed("fish", "source FILE; complete -C 'greenapi-partner instances sho'") {
        assert!(out.starts_with("show\t"), "{out}");
    }
}

#[test]
fn the_man_page_is_one_for_all_and_one_for_each() {
    let account = Account::new();
    let page = account.run(["man"]).succeeds().out;
    assert!(page.contains(".TH greenapi-partner 1") && page.contains("Exit codes"), "{page}");
    account.run(["man", "--folder", "pages"]).succeeds();
    let pages = std::fs::read_dir(account.home.path().join("pages")).unwrap().count();
    assert!(pages > 30, "{pages}");
}
