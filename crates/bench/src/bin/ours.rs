//! Core in Rust alone, in the works that the floor has, and in those whose cost grows with the account.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use greenapi_partner::{
    BillingOptions, BulkOptions, CreateInstance, InspectOptions, Instances, Ledger, Names, PartnerClient, Store,
    WatchOptions,
};
use greenapi_partner_bench::{Failure, Measured, Order, Stopwatch, TOKEN, at_once, run, typical};
use rust_decimal::Decimal;
use tokio::task;

fn main() -> Result<(), Failure> {
    let order = Order::of_arguments()?;
    run(true, work(order))
}

async fn work(order: Order) -> Result<Measured, Failure> {
    match order.work.as_str() {
        "create" | "cold" => create(&order).await,
        "list" => list(&order).await,
        "bulk" => bulk(&order).await,
        "inspect" => inspect(&order).await,
        "watch" => watch(&order).await,
        "frames" => of_a_list(&order, |list| Ok(list.columns(Names::Snake, false).map(drop)?)).await,
        "billing" => {
            let options = BillingOptions::priced(Decimal::new(450, 2));
            of_a_list(&order, move |list| Ok(list.billing(&options).map(drop)?)).await
        }
        "ledger" => recorded(&order, |file| Ledger::open(file)).await,
        "store" => {
            recorded(&order, |file| {
                let store = Store::builder(&file.display().to_string())?.build()?;
                Ledger::in_store(&store)
            })
            .await
        }
        other => Err(format!("there is no {other}").into()),
    }
}

/// A client of an account of so many instances.
fn client(order: &Order, instances: usize) -> Result<PartnerClient, Failure> {
    let base = order.base(instances);
    Ok(PartnerClient::builder().partner_api_url(&base).api_url(&base).partner_token(TOKEN).build()?)
}

async fn create(order: &Order) -> Result<Measured, Failure> {
    let partner = client(order, 0)?;
    creations(&partner, "warm", order.warm_up(), order.concurrency).await?;
    let watch = Stopwatch::start();
    creations(&partner, "shop", order.count, order.concurrency).await?;
    Ok(watch.stop(order.count))
}

async fn creations(partner: &PartnerClient, stem: &'static str, count: usize, at: usize) -> Result<(), Failure> {
    let partner = partner.clone();
    let call = move |number: usize| {
        let partner = partner.clone();
        async move {
            let created = partner.create_instance(CreateInstance::named(format!("{stem}-{number}"))).await?;
            is_whole(created.id_instance() > 0)
        }
    };
    at_once(count, at, call).await
}

/// The list once, kept, for the memory; and five times for the time.
async fn list(order: &Order) -> Result<Measured, Failure> {
    let ask = async |partner: &PartnerClient| {
        let list = partner.get_instances().await?;
        is_whole(list.iter().map(|one| one.id_instance()).sum::<u64>() > 0)?;
        Ok::<_, Failure>(list)
    };
    ask(&client(order, 100)?).await?;
    let partner = client(order, order.count)?;
    let watch = Stopwatch::start();
    let kept = ask(&partner).await?;
    let measured = watch.stop(kept.len());
    drop(kept);
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        ask(&partner).await?;
        times.push(began.elapsed());
    }
    Ok(measured.within(typical(times)))
}

async fn bulk(order: &Order) -> Result<Measured, Failure> {
    let partner = client(order, 0)?;
    creations(&partner, "warm", order.warm_up(), order.concurrency).await?;
    let specs = (0..order.count).map(|number| CreateInstance::named(format!("shop-{number}"))).collect();
    let watch = Stopwatch::start();
    let options = BulkOptions::new().concurrency(order.concurrency);
    let items = partner.create_instances(specs, options).collect().await?;
    let measured = watch.stop(items.len());
    is_whole(items.len() == order.count && items.iter().all(|item| item.status() == Some("done")))?;
    Ok(measured)
}

async fn inspect(order: &Order) -> Result<Measured, Failure> {
    let partner = client(order, order.count)?;
    creations(&partner, "warm", order.warm_up(), order.concurrency).await?;
    let watch = Stopwatch::start();
    let options = InspectOptions::default().concurrency(order.concurrency);
    let found = partner.inspect(options).collect().await?;
    // The list, and of each its state and its phone.
    let measured = watch.stop(2 * found.len() + 1);
    is_whole(!found.is_empty() && found.iter().all(|one| one.phone().is_some()))?;
    Ok(measured)
}

/// A look that finds one change, by someone who knows the list before it: from the snapshot to what is told.
async fn watch(order: &Order) -> Result<Measured, Failure> {
    let partner = client(order, order.count)?;
    let look = async |since: Option<String>| {
        let options = WatchOptions { interval: Duration::ZERO, since, ..WatchOptions::default() };
        let mut watch = partner.watch(options);
        watch.next().await.ok_or("the watch has ended")??;
        Ok::<_, Failure>(watch.snapshot())
    };
    let mut since = look(None).await?;
    let watch = Stopwatch::start();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        since = look(since).await?;
        times.push(began.elapsed());
    }
    Ok(watch.stop(order.count).within(typical(times)))
}

/// What is done with a list that is there.
async fn of_a_list(order: &Order, work: impl Fn(&Instances) -> Result<(), Failure>) -> Result<Measured, Failure> {
    let list = client(order, order.count)?.get_instances().await?;
    work(&list)?;
    let watch = Stopwatch::start();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        work(&list)?;
        times.push(began.elapsed());
    }
    Ok(watch.stop(order.count).within(typical(times)))
}

/// A list that is recorded in an empty ledger, and once more in the same one.
async fn recorded(
    order: &Order,
    open: impl FnOnce(&Path) -> Result<Ledger, greenapi_partner::Error> + Send + 'static,
) -> Result<Measured, Failure> {
    let list = client(order, order.count)?.get_instances().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("instances.ledger");
    task::spawn_blocking(move || {
        let ledger = open(&file)?;
        let watch = Stopwatch::start();
        ledger.record(&list)?;
        ledger.record(&list)?;
        Ok(watch.stop(list.len()))
    })
    .await?
}

fn is_whole(answer: bool) -> Result<(), Failure> {
    if answer { Ok(()) } else { Err("something was not done".into()) }
}

/// How often what is short is done; the median counts.
const TIMES: usize = 5;
