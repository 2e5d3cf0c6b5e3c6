//! The floor: what the HTTP library that core uses, and the one below that, do of the same works with answers of known types, and nothing
//! else: no retries, no checks, no errors with a code.
//!
//! `reqwest` and `hyper` on one thread; `reqwest-threads` and `hyper-threads` on one for each core, as core is used.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use greenapi_partner_bench::{Failure, Measured, Order, Stopwatch, TOKEN, at_once, run, typical};
use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Deserialize;
use serde_json::json;
use tokio_rustls::rustls::crypto::ring;

fn main() -> Result<(), Failure> {
    let order = Order::of_arguments()?;
    // Reqwest wants to know, with or without TLS; that somebody said so before is no error.
    let _ = ring::default_provider().install_default();
    run(order.peer.ends_with("-threads"), work(order))
}

async fn work(order: Order) -> Result<Measured, Failure> {
    let http = Arc::new(Http::of(&order)?);
    match order.work.as_str() {
        // However it is done above, the calls are the same.
        "create" | "create-async" | "bulk" => create(&order, http).await,
        "list" => list(&order, &http).await,
        "inspect" => inspect(&order, http).await,
        other => Err(format!("the floor has no {other}").into()),
    }
}

async fn create(order: &Order, http: Arc<Http>) -> Result<Measured, Failure> {
    let url = format!("{}/partner/createInstance/{TOKEN}", order.base(0));
    let call = move |number: usize| {
        let (http, url) = (Arc::clone(&http), url.clone());
        async move {
            let body = serde_json::to_vec(&json!({ "name": format!("shop-{number}") }))?;
            let created: Created = serde_json::from_slice(&http.ask(Method::POST, &url, body).await?)?;
            is_whole(created.id_instance > 0 && !created.api_token_instance.is_empty())?;
            is_whole(created.type_instance == "whatsapp")
        }
    };
    at_once(order.warm_up(), order.concurrency, call.clone()).await?;
    let watch = Stopwatch::start();
    at_once(order.count, order.concurrency, call).await?;
    Ok(watch.stop(order.count))
}

/// The list once, kept, for the memory; and five times for the time.
async fn list(order: &Order, http: &Http) -> Result<Measured, Failure> {
    let ask = async |instances: usize| {
        let url = format!("{}/partner/getInstances/{TOKEN}", order.base(instances));
        let list: Vec<Listed> = serde_json::from_slice(&http.ask(Method::GET, &url, Vec::new()).await?)?;
        is_whole(list.len() == instances && list.iter().map(|one| one.id_instance).sum::<u64>() > 0)?;
        Ok::<_, Failure>(list)
    };
    ask(100).await?;
    let watch = Stopwatch::start();
    let kept = ask(order.count).await?;
    let measured = watch.stop(order.count);
    drop(kept);
    let mut times = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        ask(order.count).await?;
        times.push(began.elapsed());
    }
    Ok(measured.within(typical(times)))
}

/// What `inspect` asks: the list, and of each live instance its state and its phone.
async fn inspect(order: &Order, http: Arc<Http>) -> Result<Measured, Failure> {
    let run = async |instances: usize| {
        let base = order.base(instances);
        let url = format!("{base}/partner/getInstances/{TOKEN}");
        let list: Vec<Listed> = serde_json::from_slice(&http.ask(Method::GET, &url, Vec::new()).await?)?;
        let live: Arc<Vec<Listed>> = Arc::new(list.into_iter().filter(|one| !one.deleted).collect());
        let (count, http) = (live.len(), Arc::clone(&http));
        let call = move |number: usize| {
            let (http, live, base) = (Arc::clone(&http), Arc::clone(&live), base.clone());
            async move {
                let one = &live[number];
                let url = |method| format!("{base}/waInstance{}/{method}/{}", one.id_instance, one.api_token_instance);
                let state: State =
                    serde_json::from_slice(&http.ask(Method::GET, &url("getStateInstance"), Vec::new()).await?)?;
                let phone: Phone =
                    serde_json::from_slice(&http.ask(Method::GET, &url("getWaSettings"), Vec::new()).await?)?;
                is_whole(state.state_instance == "authorized" && !phone.phone.is_empty())
            }
        };
        at_once(count, order.concurrency, call).await?;
        Ok::<_, Failure>(2 * count + 1)
    };
    run(order.warm_up()).await?;
    let watch = Stopwatch::start();
    let calls = run(order.count).await?;
    Ok(watch.stop(calls))
}

/// An HTTP client.
enum Http {
    Reqwest(reqwest::Client),
    Hyper(Box<Client<HttpConnector, Full<Bytes>>>),
}

impl Http {
    fn of(order: &Order) -> Result<Self, Failure> {
        if order.peer.starts_with("reqwest") {
            let client = reqwest::Client::builder().pool_max_idle_per_host(order.concurrency).build()?;
            return Ok(Self::Reqwest(client));
        }
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let mut client = Client::builder(TokioExecutor::new());
        Ok(Self::Hyper(Box::new(client.pool_max_idle_per_host(order.concurrency).build(connector))))
    }

    async fn ask(&self, verb: Method, url: &str, body: Vec<u8>) -> Result<Bytes, Failure> {
        match self {
            Self::Reqwest(client) => {
                let request = client.request(verb, url).header(header::CONTENT_TYPE, "application/json").body(body);
                Ok(request.send().await?.error_for_status()?.bytes().await?)
            }
            Self::Hyper(client) => {
                let request = Request::builder().method(verb).uri(url).header(header::CONTENT_TYPE, "application/json");
                let response = client.request(request.body(Full::from(body))?).await?;
                is_whole(response.status().is_success())?;
                Ok(response.into_body().collect().await?.to_bytes())
            }
        }
    }
}

fn is_whole(answer: bool) -> Result<(), Failure> {
    if answer { Ok(()) } else { Err("the server gave another answer".into()) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "upstream's names")]
struct Created {
    id_instance: u64,
    api_token_instance: String,
    type_instance: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    clippy::struct_excessive_bools,
    reason = "all fields of upstream's are decoded, as a user would have them"
)]
struct Listed {
    id_instance: u64,
    name: String,
    type_instance: String,
    messenger: String,
    type_account: String,
    partner_user_uiid: String,
    time_created: String,
    time_deleted: String,
    api_token_instance: String,
    deleted: bool,
    tariff: String,
    is_free: bool,
    is_partner: bool,
    expiration_date: String,
    is_expired: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    state_instance: String,
}

#[derive(Deserialize)]
struct Phone {
    phone: String,
}
