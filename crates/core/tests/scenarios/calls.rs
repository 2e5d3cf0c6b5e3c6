//! A scenario's client, its calls, and what the mock saw of them.

use std::time::Duration;

use greenapi_partner::{
    CallOptions, CreateInstance, EnsureOptions, Error, PartnerClient, PartnerClientBuilder, id_instance,
};
use greenapi_partner_mock::{MockServer, Requests};
use serde_json::{Value, json};

use crate::{
    compare::{Outcome, compare},
    file::{Account, Scenario, Step},
};

pub(crate) struct Runner<'a> {
    scenario: &'a Scenario,
    mock: MockServer,
    client: Option<PartnerClient>,
    /// The id in the latest result that was one instance.
    last_id: Option<u64>,
}

impl<'a> Runner<'a> {
    /// A mock of its own, prepared.
    pub(crate) async fn new(scenario: &'a Scenario) -> Result<Self, String> {
        let mock = MockServer::start().await;
        let control = mock.control();
        control.change_options(&scenario.mock.options)?;
        if let Some(moment) = &scenario.mock.clock {
            control.set_clock(moment.parse().map_err(|error| format!("clock: {error}"))?);
        }
        for instance in &scenario.mock.instances {
            match instance.get("count").and_then(Value::as_u64) {
                Some(count) => control.add_instances(usize::try_from(count).unwrap()),
                None => drop(control.add_instance(instance)?),
            }
        }
        for (method, faults) in &scenario.faults {
            control.add_faults(method, faults.iter().cloned())?;
        }
        Ok(Self { scenario, mock, client: None, last_id: None })
    }

    /// Makes the calls; gives what was not as it should be.
    pub(crate) async fn run(mut self) -> Result<Vec<String>, String> {
        let mut problems = Vec::new();
        for (number, step) in self.scenario.steps.iter().enumerate() {
            let got = Outcome::of(self.call(step).await?);
            problems.extend(self.told_token(&got));
            let wrong = compare(&step.expect, &got);
            problems.extend(wrong.into_iter().map(|problem| format!("step {} ({}): {problem}", number + 1, step.call)));
        }
        problems.extend(self.traffic());
        Ok(problems)
    }

    async fn call(&mut self, step: &Step) -> Result<Result<Value, Error>, String> {
        if step.call == "new_client" {
            return Ok(self.build().map(|_| Value::Null));
        }
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.client.insert(self.build().map_err(|error| error.to_string())?).clone(),
        };
        let options =
            step.timeout.map_or_else(CallOptions::default, |s| CallOptions::timeout(Duration::from_secs_f64(s)));
        let called = match step.call.as_str() {
            "create_instance" => match settings(step) {
                Ok(settings) => client.create_instance_with(settings, options).await.map(|created| {
                    self.last_id = Some(created.id_instance());
                    crate::compare::model(created.fields(), created.extra().clone())
                }),
                Err(error) => Err(error),
            },
            "ensure_instance" => match settings(step) {
                Ok(settings) => {
                    let settle = step.args.get("settle").and_then(Value::as_f64).map(Duration::from_secs_f64);
                    let options = EnsureOptions { call: options, settle };
                    client.ensure_instance_with(settings, options).await.map(|one| self.instance(&one))
                }
                Err(error) => Err(error),
            },
            "get_instance" => match self.id(step) {
                Ok(id) => client.get_instance_with(id, options).await.map(|one| self.instance(&one)),
                Err(error) => Err(error),
            },
            "delete_instance_account" => match self.id(step) {
                Ok(id) => client.delete_instance_account_with(id, options).await.map(|()| Value::Null),
                Err(error) => Err(error),
            },
            "get_instances" => client.get_instances_with(options).await.map(|all| {
                json!({
                    "len": all.len(),
                    "live": all.live().len(),
                    "deleted": all.deleted().len(),
                    "items": all.iter().map(|one| crate::compare::model(one.fields(), one.extra())).collect::<Vec<_>>(),
                })
            }),
            "close" => {
                client.close();
                Ok(Value::Null)
            }
            other => return Err(format!("there is no call {other}")),
        };
        Ok(called)
    }

    fn instance(&mut self, one: &greenapi_partner::Instance) -> Value {
        self.last_id = Some(one.id_instance());
        crate::compare::model(one.fields(), one.extra())
    }

    fn build(&self) -> Result<PartnerClient, Error> {
        let builder =
            PartnerClient::builder().partner_api_url(self.mock.url()).partner_token(self.mock.partner_token());
        self.scenario.client.iter().fold(builder, |builder, (name, value)| self.option(builder, name, value)).build()
    }

    fn option(&self, builder: PartnerClientBuilder, name: &str, value: &Value) -> PartnerClientBuilder {
        let text = || self.filled(value.as_str().unwrap());
        match name {
            "partner_token" => builder.partner_token(text()),
            "partner_api_url" => builder.partner_api_url(text()),
            "proxy" => builder.proxy(text()),
            "ca_file" => builder.ca_file(text()),
            "timeout" => builder.timeout(Duration::from_secs_f64(value.as_f64().unwrap())),
            "max_retries" => builder.max_retries(u32::try_from(value.as_u64().unwrap()).unwrap()),
            other => panic!("there is no option {other}"),
        }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{mock}", &self.mock.url()).replace("{token}", &self.mock.partner_token())
    }

    /// The id as the bindings pass it on: the text of what was given.
    fn id(&self, step: &Step) -> Result<u64, Error> {
        match (&step.args["id_instance"], self.last_id) {
            (Value::String(text), Some(id)) if text == "{last.id_instance}" => Ok(id),
            (Value::String(text), _) => id_instance(text),
            (other, _) => id_instance(&other.to_string()),
        }
    }

    fn told_token(&self, got: &Outcome) -> Option<String> {
        let told = got.error_text.as_ref().filter(|text| text.contains(&self.mock.partner_token()));
        told.map(|_| "the error tells the partner token".to_owned())
    }

    /// What the mock received and holds, where that is not as the scenario says.
    fn traffic(&self) -> Vec<String> {
        let control = self.mock.control();
        let mut problems = Vec::new();
        for (method, &expected) in &self.scenario.requests {
            let got = control.requests(&Requests::of(method));
            if got.len() != expected {
                let got = got.iter().map(|request| (request.outcome.as_str(), request.status)).collect::<Vec<_>>();
                problems.push(format!("{expected} requests of {method} expected, got {}: {got:?}", got.len()));
            }
        }
        for (method, expected) in &self.scenario.bodies {
            let got: Vec<_> = control
                .requests(&Requests::of(method))
                .iter()
                .map(|request| request.json().unwrap_or_default())
                .collect();
            if &got != expected {
                problems.push(format!("bodies of {method}: expected {}, got {}", json!(expected), json!(got)));
            }
        }
        let (deleted, live): (Vec<_>, Vec<_>) =
            control.instances().into_iter().partition(|instance| instance.deleted_at.is_some());
        let account = Account { live: live.len(), deleted: deleted.len() };
        if self.scenario.account.as_ref().is_some_and(|expected| expected != &account) {
            problems.push(format!("expected {:?} upstream, got {account:?}", self.scenario.account));
        }
        problems
    }
}

fn settings(step: &Step) -> Result<CreateInstance, Error> {
    let mut settings = CreateInstance::new();
    for (name, value) in step.args.iter().filter(|(name, _)| *name != "settle") {
        settings.set(name, value.clone())?;
    }
    Ok(settings)
}
