//! Cluster of PostgreSQL for the tests, with PgBouncer before it: on loopback, thrown away in the end.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::checkout::empty_folder;
use crate::run::{Log, Step};

/// Where Debian's packages keep the programs of each version; where they are called by name, PATH has them.
const VERSIONS: &str = "/usr/lib/postgresql";
/// As whom both run where we are root: the package makes it.
const USER: &str = "postgres";
/// The role of the tests.
const ROLE: &str = "ann";
const PASSWORD: &str = "hidden";
/// What ends each at once.
const STOP_POSTGRES: &str = "QUIT";
const STOP_PGBOUNCER: &str = "TERM";
/// Between the choice of a free port and its use somebody else may take it.
const TRIES: usize = 5;

/// The programs of both packages.
pub(crate) struct Programs {
    initdb: PathBuf,
    postgres: PathBuf,
    pgbouncer: PathBuf,
}

impl Programs {
    /// Those of this machine, the newest version; or how to get what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let (initdb, postgres) = (find("initdb"), find("postgres"));
        match (initdb, postgres, find("pgbouncer")) {
            (Some(initdb), Some(postgres), Some(pgbouncer)) => Ok(Self { initdb, postgres, pgbouncer }),
            (Some(_), Some(_), None) => Err("there is no PgBouncer: apt-get install pgbouncer".to_owned()),
            _ => Err("there is no PostgreSQL: apt-get install postgresql pgbouncer".to_owned()),
        }
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.filter_map(|version| version.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|one: &u32, other| other.cmp(one));
    let of_versions = versions.iter().map(|version| Path::new(VERSIONS).join(version.to_string()).join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let of_path = env::split_paths(&path).chain(["/usr/sbin".into()]);
    of_versions.chain(of_path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A cluster that runs until this is dropped, or we end.
pub(crate) struct Cluster {
    // In this order they are stopped.
    pgbouncer: Server,
    postgres: Server,
    _folder: Folder,
}

impl Cluster {
    /// Starts both. `name` tells this cluster's folder from others'.
    pub(crate) fn start(programs: &Programs, name: &str, log: &mut Log) -> Result<Self> {
        let folder = Folder::new(name)?;
        let data = folder.path("data");
        let password = folder.write("password", PASSWORD)?;
        let initdb = started(&programs.initdb, STOP_POSTGRES)?;
        Step::new("making a PostgreSQL cluster", &initdb[0])
            .args(&initdb[1..])
            .args(["--username", ROLE, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"])
            .arg("--pwfile")
            .arg(&password)
            .arg("--pgdata")
            .arg(&data)
            .folder(&folder.0)
            .succeed(log)?;

        // What is written need not outlive the machine.
        let settings = ["fsync=off", "full_page_writes=off", "max_connections=300", "unix_socket_directories="];
        let settings = settings.map(|setting| format!("--{setting}"));
        let postgres = Server::start("PostgreSQL", STOP_POSTGRES, &folder, log, |port| {
            let mut command = command(&programs.postgres, STOP_POSTGRES)?;
            command.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
            command.args(&settings);
            Ok((command, "database system is ready to accept connections"))
        })?;
        let users = folder.write("users.txt", &format!("\"{ROLE}\" \"{PASSWORD}\"\n"))?;
        let pgbouncer = Server::start("PgBouncer", STOP_PGBOUNCER, &folder, log, |port| {
            let mut command = command(&programs.pgbouncer, STOP_PGBOUNCER)?;
            command.arg(folder.write("pgbouncer.ini", &settings_of_pgbouncer(postgres.port, port, &users))?);
            Ok((command, "process up: "))
        })?;
        Ok(Self { pgbouncer, postgres, _folder: folder })
    }

    /// Where PostgreSQL itself listens.
    pub(crate) fn direct(&self) -> String {
        url(self.postgres.port)
    }

    /// Where PgBouncer does, in its transaction mode.
    pub(crate) fn pooled(&self) -> String {
        url(self.pgbouncer.port)
    }
}

fn url(port: u16) -> String {
    format!("postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{port}/postgres")
}

/// Other roles than the tests' own are looked up in the database, so that a test can make some.
fn settings_of_pgbouncer(upstream: u16, port: u16, users: &Path) -> String {
    format!(
        "[databases]\n* = host=127.0.0.1 port={upstream}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\npool_mode = transaction\n\
         auth_type = scram-sha-256\nauth_file = {}\nauth_user = {ROLE}\nmax_client_conn = 1000\ndefault_pool_size = 20\n",
        users.display()
    )
}

/// A server that has said that it is ready.
struct Server {
    child: Child,
    port: u16,
    /// The signal that ends it.
    stop: &'static str,
}

impl Server {
    /// Starts it on a free port, and reads what it says until it says `ready`; the rest goes into a file beside the log.
    fn start(
        name: &str,
        stop: &'static str,
        folder: &Folder,
        log: &mut Log,
        command: impl Fn(u16) -> Result<(Command, &'static str)>,
    ) -> Result<Self> {
        let path = log.path().with_extension(format!("{}.log", name.to_lowercase()));
        let mut said = File::create(&path)?;
        for _ in 0..TRIES {
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            let (mut command, ready) = command(port)?;
            command.current_dir(&folder.0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            command.env("LC_ALL", "C");
            let mut child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
            let mut lines = BufReader::new(child.stderr.take().context("it has no stderr")?).lines();
            for line in lines.by_ref().map_while(Result::ok) {
                writeln!(said, "{line}")?;
                if line.contains(ready) {
                    log.line(&format!("{name} listens on port {port}, and writes {}", path.display()))?;
                    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| writeln!(said, "{line}")));
                    return Ok(Self { child, port, stop });
                }
            }
            child.wait()?;
        }
        bail!("{name} does not start: {} has what it says", path.display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // At once, with no word to whoever is connected, and with nothing left in the system.
        drop(Command::new("kill").args(["-s", self.stop, &self.child.id().to_string()]).status());
        drop(self.child.wait());
    }
}

/// A folder that is its user's, and goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = env::temp_dir().join(format!("greenapi_partner-{name}-{}", std::process::id()));
        empty_folder(&path)?;
        let folder = Self(path);
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700))?;
        give(&folder.0)?;
        Ok(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file that the programs can read.
    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text)?;
        give(&path)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Lets the user have it as whom the programs run.
fn give(path: &Path) -> Result<()> {
    if is_root()? { Ok(chown(path, Some(id(&["-u", USER])?), Some(id(&["-g", USER])?))?) } else { Ok(()) }
}

/// PostgreSQL and PgBouncer will not run as root.
fn is_root() -> Result<bool> {
    Ok(id(&["-u"])? == 0)
}

fn id(which: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(which).output().context("cannot run id")?;
    ensure!(output.status.success(), "there is no user {USER}, as whom PostgreSQL could run");
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

/// How a program is started: as the user that it wants, and so that it ends when we end, however we do.
fn started(program: &Path, stop: &str) -> Result<Vec<OsString>> {
    let (user, group) = (format!("--reuid={USER}"), format!("--regid={USER}"));
    let mut words: Vec<&str> = Vec::new();
    if cfg!(target_os = "linux") {
        words.extend(["setpriv", "--pdeathsig", stop]);
        if is_root()? {
            words.extend([&*user, &group, "--clear-groups"]);
        }
    }
    Ok(words.into_iter().map(OsString::from).chain([program.into()]).collect())
}

fn command(program: &Path, stop: &str) -> Result<Command> {
    let words = started(program, stop)?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    Ok(command)
}
