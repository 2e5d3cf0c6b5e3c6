//! Load: ten thousand calls at once, and a server that takes every connection and says nothing.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use greenapi_partner::{CreateInstance, PartnerClient};
use greenapi_partner_mock::{Fault, MockServer, Options, Outcome, Requests};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::watch,
    task::JoinSet,
};

use crate::support::{CREATE, child, code, received, start};

const CALLS: usize = 10_000;
const STALLED: usize = 400;

/// Each side has ten thousand sockets then, so each is a process of its own, allowed as many files as there may be.
#[test]
fn ten_thousand_creations_at_once_end_with_an_instance_each() {
    match env::var(SIDE).as_deref() {
        Ok("server") => return serve_all_at_once(),
        Ok(_) => return Runtime::new().unwrap().block_on(create_all_at_once()),
        Err(_) => {}
    }
    let mut server = side("server", &[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut told = |what: &str| {
        let line = lines.find_map(|line| line.split_once(what).map(|(_, told)| told.to_owned()));
        line.unwrap_or_else(|| panic!("the server did not tell its {what}"))
    };
    let (url, token) = (told("url: "), told("token: "));
    let variables = [("GREENAPI_PARTNER_API_URL", url.as_str()), ("GREENAPI_PARTNER_TOKEN", token.as_str())];
    let output = side("caller", &variables).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    drop(server.stdin.take());
    assert_eq!(told("created: "), CALLS.to_string());
    assert!(server.wait().unwrap().success());
}

/// Nobody may go on for longer because so many others wait, and the client is as good as new afterwards.
#[tokio::test]
async fn a_server_that_stalls_every_connection_ends_every_call_in_time_and_wedges_nothing() {
    let (mock, _) = start().await;
    let gate = Gate::before(&mock).await;
    let partner = PartnerClient::builder().partner_api_url(&gate.url).partner_token(mock.partner_token());
    let partner = partner.api_url(&gate.url).pacing(false).timeout(Duration::from_secs(1)).build().unwrap();
    let shop = partner.instance(7, "abc").unwrap();

    let mut calls = JoinSet::new();
    for number in 0..STALLED {
        let (partner, shop) = (partner.clone(), shop.clone());
        calls.spawn(async move {
            let ended = match number % 4 {
                0 => code(partner.get_instances().await),
                1 => code(partner.create_instance(CreateInstance::named(format!("shop-{number}"))).await),
                2 => code(partner.delete_instance_account(7).await),
                _ => code(shop.show_messages_queue().await),
            };
            (number % 4 == 1, ended)
        });
    }
    while let Some(ended) = calls.join_next().await {
        let (creates, ended) = ended.unwrap();
        // A creation that has not even got its connection in time was not sent, and says so.
        let expected: &[_] = if creates { &["outcome_unknown", "timeout"] } else { &["timeout"] };
        assert!(expected.contains(&ended), "{creates}: {ended}");
    }
    assert_eq!(mock.control().request_count(), 0);

    gate.open.send_replace(true);
    assert_eq!(code(partner.get_instances().await), "no error");
    assert_eq!(code(partner.create_instance(CreateInstance::named("shop-8")).await), "no error");
    assert_eq!(received(&mock, CREATE).len(), 1);
}

/// What connects to it goes nowhere before it is opened, and to the mock from then on.
struct Gate {
    url: String,
    open: watch::Sender<bool>,
    _serving: JoinSet<()>,
}

impl Gate {
    async fn before(mock: &MockServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let host = mock.url().trim_start_matches("http://").to_owned();
        let open = watch::Sender::new(false);
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, host, open.subscribe()));
        Self { url, open, _serving: serving }
    }
}

async fn serve(listener: TcpListener, host: String, open: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    while let Ok((mut socket, _)) = listener.accept().await {
        if *open.borrow() {
            let host = host.clone();
            connections.spawn(async move {
                let mut server = TcpStream::connect(host).await.unwrap();
                // Either side may hang up as it likes.
                let _ = copy_bidirectional(&mut socket, &mut server).await;
            });
        } else {
            // Held open, and never read.
            connections.spawn(async move {
                std::future::pending::<()>().await;
                drop(socket);
            });
        }
    }
}

/// A process that is one of the two sides, with as many files as the system lets it have.
fn side(which: &str, variables: &[(&str, &str)]) -> Command {
    let name = "load::ten_thousand_creations_at_once_end_with_an_instance_each";
    let variables = [variables, &[(SIDE, which)]].concat();
    let child = child::command(name, &variables);
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\""]).arg(child.get_program()).args(child.get_args());
    for (variable, value) in child.get_envs() {
        match value {
            Some(value) => shell.env(variable, value),
            None => shell.env_remove(variable),
        };
    }
    shell
}

/// Answers nobody before all of them are there.
fn serve_all_at_once() {
    let mock = MockServer::start_blocking(Options { keep_requests: 2 * CALLS, ..Options::default() }).unwrap();
    let times = Some(CALLS.try_into().unwrap());
    mock.control().add_faults(CREATE, [Fault { times, ..Fault::hold() }]).unwrap();
    println!("url: {}\ntoken: {}", mock.url(), mock.partner_token());
    let held = Requests::of(CREATE).that_are(Outcome::Held);
    Runtime::new().unwrap().block_on(mock.control().wait_for_requests(&held, CALLS));
    mock.control().release();
    // The other side has got all its answers.
    std::io::stdin().read_line(&mut String::new()).unwrap();
    println!("created: {}", mock.control().instances().len());
}

async fn create_all_at_once() {
    let partner = PartnerClient::builder().timeout(Duration::from_secs(300)).build().unwrap();
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let partner = partner.clone();
        calls.spawn(async move { partner.create_instance(CreateInstance::named(format!("shop-{number}"))).await });
    }
    while let Some(created) = calls.join_next().await {
        created.unwrap().unwrap();
    }
}

const SIDE: &str = "GREENAPI_TEST_SIDE";
