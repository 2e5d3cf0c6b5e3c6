//! Account to try the program on: a mock of upstream, and a home of its own.

use std::{
    path::{Path, PathBuf},
    process::{self, Child, Output, Stdio},
};

use assert_cmd::Command;
use greenapi_partner_mock::{Control, MockServer, Options, Requests};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

pub(crate) struct Account {
    pub(crate) mock: MockServer,
    pub(crate) home: TempDir,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Account {
    /// An account without instances.
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self { mock: MockServer::start_blocking(options).unwrap(), home: tempfile::tempdir().unwrap() }
    }

    /// An account with live instances of these names.
    pub(crate) fn of(names: &[&str]) -> Self {
        let account = Self::new();
        for name in names {
            account.add(&json!({ "name": name }));
        }
        account
    }

    pub(crate) fn control(&self) -> &Control {
        self.mock.control()
    }

    /// Adds an instance, and gives its id.
    pub(crate) fn add(&self, fields: &Value) -> u64 {
        self.control().add_instance(fields.as_object().unwrap_or(&Map::new())).unwrap().id_instance
    }

    /// The id of a live instance.
    pub(crate) fn id(&self, name: &str) -> String {
        let instances = self.control().instances();
        let found = instances.iter().find(|one| one.deleted_at.is_none() && one.name == name);
        found.unwrap_or_else(|| panic!("no live instance {name}")).id_instance.to_string()
    }

    /// How many live instances there are.
    pub(crate) fn live(&self) -> usize {
        self.control().instances().iter().filter(|one| one.deleted_at.is_none()).count()
    }

    /// The program with the account's token in the environment, and nothing else of the one who tests.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.bare();
        command.env("GREENAPI_PARTNER_TOKEN", self.mock.partner_token());
        command
    }

    /// A shell's command, with the account's token in the environment.
    #[cfg(target_os = "linux")]
    pub(crate) fn shell(&self, text: &str) -> Command {
        let mut command = self.alone("sh");
        command.env("GREENAPI_PARTNER_TOKEN", self.mock.partner_token()).args(["-c", text]);
        command
    }

    /// The program without a token.
    pub(crate) fn bare(&self) -> Command {
        self.alone(&program())
    }

    fn alone(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.home.path()).env("PATH", std::env::var_os("PATH").unwrap());
        command.env("GREENAPI_PARTNER_API_URL", self.mock.url()).env("LANG", "C.UTF-8").current_dir(self.home.path());
        command
    }

    /// The program, begun and not waited for.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        process::Command::new(program())
            .args(arguments)
            .env("GREENAPI_PARTNER_API_URL", self.mock.url())
            .env("GREENAPI_PARTNER_TOKEN", self.mock.partner_token())
            .env("HOME", self.home.path())
            .current_dir(self.home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs it, and looks that it prints no token.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        self.ran(self.command().args(arguments))
    }

    pub(crate) fn ran(&self, command: &mut Command) -> Ran {
        let ran = Ran::of(command.output().unwrap());
        self.assert_no_token(&ran);
        ran
    }

    pub(crate) fn assert_no_token(&self, ran: &Ran) {
        for token in self.tokens() {
            assert!(!ran.out.contains(&token) && !ran.err.contains(&token), "a token is printed: {:?}", ran.code);
        }
    }

    /// The account's token and its instances'.
    pub(crate) fn tokens(&self) -> Vec<String> {
        let instances = self.control().instances().into_iter().map(|one| one.api_token_instance);
        std::iter::once(self.mock.partner_token()).chain(instances).collect()
    }

    /// How often the list was asked for.
    pub(crate) fn lists(&self) -> usize {
        self.control().requests(&Requests::of("getInstances")).len()
    }

    /// Waits until the list was asked for so often: all but the last are answered then for certain.
    pub(crate) fn until_listed(&self, times: usize) {
        while self.lists() < times {
            std::thread::yield_now();
        }
    }

    /// All files below the home.
    #[cfg(unix)]
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.home.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    /// No file holds a token, but those of these names; nobody else may read any.
    #[cfg(unix)]
    pub(crate) fn assert_private(&self, files: &[PathBuf], with_a_token: &[&str]) {
        use std::os::unix::fs::PermissionsExt as _;
        let mut secrets = self.tokens();
        secrets.push("canary-webhook".to_owned());
        for file in files {
            // One that was there a moment ago may be gone: SQLite's, beside a file.
            let (Ok(bytes), Ok(found)) = (std::fs::read(file), file.metadata()) else { continue };
            assert_eq!(found.permissions().mode() & 0o077, 0, "others may read {}", file.display());
            let holds = secrets.iter().any(|one| bytes.windows(one.len()).any(|part| part == one.as_bytes()));
            let may = with_a_token.iter().any(|name| file.ends_with(name));
            assert!(!holds || may, "{} holds a token", file.display());
        }
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A file that nobody else may read.
    #[cfg(unix)]
    pub(crate) fn private(&self, name: &str, text: &str) -> String {
        let path = self.file(name, text);
        set_mode(path.as_ref(), 0o600);
        path
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// What was printed as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The values of one field of a JSON array.
    pub(crate) fn all(&self, field: &str) -> Vec<Value> {
        self.json().as_array().unwrap().iter().map(|row| row[field].clone()).collect()
    }

    /// Ends with this code, and says why in one line.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{self:?}");
        let errors: Vec<_> = self.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{self:?}");
        assert!(errors[0].contains(words), "{self:?}");
    }

    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

pub(crate) fn program() -> String {
    std::env::var("GREENAPI_PARTNER_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_greenapi-partner").to_owned())
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
