//! The same test once more, in a process with an environment of its own.

use std::{
    env,
    process::{Command, Stdio},
};

use tokio::task::spawn_blocking;

/// Whether this is such a process.
pub(crate) fn is_child() -> bool {
    env::var_os(ROLE).is_some()
}

/// Runs the test `name` in a process with these variables and none of the variables that the client reads; fails as it does.
pub(crate) async fn run(name: &str, variables: &[(&str, &str)]) {
    let mut child = command(name, variables);
    let output = spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// The same, to be run.
pub(crate) fn command(name: &str, variables: &[(&str, &str)]) -> Command {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", name, "--nocapture"]).env(ROLE, "child").stdin(Stdio::null());
    for name in READ.iter().flat_map(|name| [name.to_string(), name.to_lowercase()]) {
        child.env_remove(name);
    }
    child.envs(variables.iter().copied());
    child
}

const ROLE: &str = "GREENAPI_TEST_ROLE";
const READ: [&str; 8] = [
    "GREENAPI_PARTNER_TOKEN",
    "GREENAPI_PARTNER_API_URL",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];
