//! Calls over many instances: runs, watches, ledgers and bills.

use std::{collections::BTreeMap, fs};

use greenapi_partner::{
    Billing, Error, InspectOptions, Journal, Ledger, Modelled, PartnerClient, Record, Store, Table, Watch,
};
use serde_json::{Map, Value, json};

use crate::{
    calls::Runner,
    compare::record,
    file::{Entry, Step},
};

/// What a scenario remembers of its fleet.
#[derive(Default)]
pub(crate) struct Fleet {
    ledger: Option<Ledger>,
    /// What the last watch has handed out.
    snapshot: Option<String>,
    folder: Option<tempfile::TempDir>,
}

impl Fleet {
    /// A path, with `{tmp}` filled in.
    pub(crate) fn path(&mut self, text: &str) -> String {
        let folder = self.folder.get_or_insert_with(|| tempfile::tempdir().unwrap());
        text.replace("{tmp}", &folder.path().to_string_lossy())
    }

    /// The store of that path.
    fn store(&mut self, path: &Value) -> Store {
        Store::new(&self.path(path.as_str().unwrap())).unwrap()
    }

    /// A journal in a store, which goes beside the arguments.
    fn journal(&mut self, args: &mut Map<String, Value>) -> Option<Journal> {
        let given = args.get("journal")?.as_object()?.clone();
        args.shift_remove("journal");
        Some(self.store(&given["store"]).journal(given["name"].as_str().unwrap()))
    }

    /// The arguments, with paths filled in.
    fn arguments(&mut self, args: &Map<String, Value>) -> Map<String, Value> {
        let mut args = args.clone();
        for name in ["journal", "spool"] {
            if let Some(Value::String(path)) = args.get_mut(name) {
                *path = self.path(path);
            }
        }
        args
    }

    /// What the scenario's folder holds: each file's name and its text.
    pub(crate) fn files(&mut self) -> BTreeMap<String, String> {
        let folder = self.path("{tmp}");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())).collect()
    }

    fn ledger(&mut self) -> Result<Ledger, Error> {
        if self.ledger.is_none() {
            self.ledger = Some(Ledger::open(self.path("{tmp}/ledger.db"))?);
        }
        Ok(self.ledger.clone().unwrap())
    }
}

impl Runner<'_> {
    /// What a call over many instances comes to; nothing if it is none.
    pub(crate) async fn call_of_fleet(&mut self, step: &Step) -> Result<Option<Result<Value, Error>>, String> {
        let partner = self.partner()?;
        let mut args = self.fleet.arguments(&step.args);
        let journal = self.fleet.journal(&mut args);
        let called = match step.call.as_str() {
            "set_instances_settings" => {
                let (options, settings) = args
                    .into_iter()
                    .partition(|(name, _)| ["ids", "verify", "verify_timeout"].contains(&name.as_str()));
                let mut args: Map<_, _> = options;
                args.insert("settings".to_owned(), Value::Object(settings));
                run(&partner, &step.call, args, journal).await
            }
            "inspect"
            | "find_duplicates"
            | "deliver"
            | "delete_duplicates"
            | "create_instances"
            | "delete_instance_accounts"
            | "reboot_instances"
            | "logout_instances" => run(&partner, &step.call, args, journal).await,
            "watch.base" => match partner.watch_by_name(args, None) {
                Ok(mut watch) => {
                    self.fleet.snapshot = base(&mut watch).await;
                    Ok(Value::Null)
                }
                Err(error) => Err(error),
            },
            "ledger.record" => match (partner.get_instances().await, self.fleet.ledger()) {
                (Ok(listed), Ok(ledger)) => ledger.record(&listed).map(|()| Value::Null),
                (Err(error), _) | (_, Err(error)) => Err(error),
            },
            "ledger.record_inspections" => {
                let options = InspectOptions { history: true, ..InspectOptions::default() };
                match (partner.inspect(options).collect().await, self.fleet.ledger()) {
                    (Ok(all), Ok(ledger)) => {
                        ledger.record_inspections(&all.iter().collect::<Vec<_>>()).map(|()| Value::Null)
                    }
                    (Err(error), _) | (_, Err(error)) => Err(error),
                }
            }
            "ledger.in_store" => {
                self.fleet.ledger = Some(Ledger::in_store(&self.fleet.store(&args["store"])).unwrap());
                Ok(Value::Null)
            }
            "ledger.reopen" => {
                self.fleet.ledger = None;
                Ok(Value::Null)
            }
            "billing" => self.billing(&partner, args).await,
            _ => return Ok(None),
        };
        Ok(Some(called))
    }

    async fn billing(&mut self, partner: &PartnerClient, mut args: Map<String, Value>) -> Result<Value, Error> {
        let asked = Asked {
            idle_days: args.shift_remove("idle_days").and_then(|days| days.as_u64()).unwrap_or_default(),
            if_deleted: args
                .shift_remove("if_deleted")
                .map(|ids| serde_json::from_value(ids).unwrap())
                .unwrap_or_default(),
        };
        let bill = match args.shift_remove("from") {
            Some(_) => self.fleet.ledger()?.billing_by_name(args)?,
            None => partner.get_instances().await?.billing_by_name(args)?,
        };
        Ok(billed(&bill, &asked))
    }

    /// A watch, and what is done between its changes.
    pub(crate) async fn watch(&mut self, step: &Step, entries: &[Entry]) -> Result<Vec<String>, String> {
        let mut args = self.fleet.arguments(&step.args);
        if let Some(snapshot) = self.fleet.snapshot.take() {
            args.insert("since".to_owned(), snapshot.into());
        }
        let mut watch = self.partner()?.watch_by_name(args, None).map_err(|error| error.to_string())?;
        let mut problems = Vec::new();
        for entry in entries {
            let change = match watch.next().await {
                Some(Ok(change)) => Record::from(change),
                other => return Ok(vec![format!("expected {}, got {other:?}", entry.value)]),
            };
            problems.extend(self.told_token(&format!("{change:?}")));
            problems.extend(self.compared(&entry.value, record(&change)));
            for then in &entry.then {
                problems.extend(Box::pin(self.step(then)).await?);
            }
        }
        if step.expect.is_some() {
            let last = watch.next().await.map(|change| change.map(|change| record(&change.into())));
            problems.extend(self.judged(step, last.unwrap_or(Ok(Value::Null))));
        }
        Ok(problems)
    }
}

/// What else is asked of a bill.
struct Asked {
    idle_days: u64,
    if_deleted: Vec<u64>,
}

/// Waits for the first list of a watch, whose changes nobody has asked for.
async fn base(watch: &mut Watch) -> Option<String> {
    let control = watch.control();
    tokio::select! {
        change = watch.next() => panic!("a base has no changes: {change:?}"),
        () = async {
            while control.snapshot().is_none() {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    control.snapshot()
}

/// A run to its end; its results in the order of what was given, or by id.
async fn run(
    partner: &PartnerClient,
    method: &str,
    args: Map<String, Value>,
    journal: Option<Journal>,
) -> Result<Value, Error> {
    let mut run = partner.run_by_name(method, args, journal)?;
    let mut told: Vec<_> = run.rest().await?.iter().map(record).collect();
    told.sort_by_key(|item| item.get("index").unwrap_or(&item["id_instance"]).as_u64());
    let control = run.control();
    if !["inspect", "find_duplicates", "deliver"].contains(&method) {
        assert_eq!(control.items().iter().map(record).collect::<Vec<_>>(), told, "the report is what was told");
    }
    Ok(json!({ "len": told.len(), "items": told, "progress": record(&control.progress().into()) }))
}

fn billed(bill: &Billing, asked: &Asked) -> Value {
    json!({
        "total": bill.total().to_string(),
        "total_days": bill.total_days(),
        "unpriced_days": bill.unpriced_days(),
        "forecast": bill.forecast().to_string(),
        "next_charge_at": bill.next_charge_at().to_string(),
        "complete_since": bill.complete_since().map(|moment| moment.to_string()),
        "instances": rows(&bill.instances()),
        "days": rows(&bill.days()),
        "months": rows(&bill.months()),
        "prefixes": rows(&bill.prefixes()),
        "other": rows(&bill.other()),
        "waste": rows(&bill.waste(asked.idle_days)),
        "saving": record(&bill.if_deleted(&asked.if_deleted).into()),
    })
}

fn rows<T: Modelled>(table: &Table<T>) -> Vec<Value> {
    table.records().iter().map(record).collect()
}
