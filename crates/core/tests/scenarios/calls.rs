//! A scenario's client, its calls, and what the mock saw of them.

use std::time::Duration;

use greenapi_partner::{
    CallOptions, CreateInstance, CreatedInstance, EnsureOptions, Error, Instance, InstanceClient, PartnerClient,
    PartnerClientBuilder, id_instance,
};
use greenapi_partner_mock::{Fault, MockServer, Requests};
use serde_json::{Map, Value, json};

use crate::{
    compare::{Outcome, compare},
    control,
    file::{Account, Expected, Scenario, Step},
    fleet::Fleet,
};

pub(crate) struct Runner<'a> {
    scenario: &'a Scenario,
    mock: MockServer,
    client: Option<PartnerClient>,
    /// The latest result that was one instance.
    last: Option<Last>,
    /// The instance that calls go to.
    pub(crate) handle: Option<InstanceClient>,
    /// What the mock answered last.
    mock_answer: Value,
    /// The id of the message that was sent last.
    pub(crate) last_message: Value,
    /// The tokens that instances had, and that no error may tell.
    tokens: Vec<String>,
    pub(crate) fleet: Fleet,
}

/// One instance, as it came.
#[derive(Clone)]
pub(crate) enum Last {
    Created(CreatedInstance),
    Listed(Instance),
}

impl Last {
    fn id(&self) -> u64 {
        match self {
            Self::Created(created) => created.id_instance(),
            Self::Listed(listed) => listed.id_instance(),
        }
    }
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
            let filled = faults.iter().map(|fault| serde_json::from_value(filled_in(&mock, fault)));
            let faults: Vec<Fault> = filled.collect::<Result<_, _>>().map_err(|error| format!("{method}: {error}"))?;
            control.add_faults(method, faults)?;
        }
        Ok(Self {
            scenario,
            mock,
            client: None,
            last: None,
            handle: None,
            mock_answer: Value::Null,
            last_message: Value::Null,
            tokens: Vec::new(),
            fleet: Fleet::default(),
        })
    }

    /// Makes the calls; gives what was not as it should be.
    pub(crate) async fn run(mut self) -> Result<Vec<String>, String> {
        let mut problems = Vec::new();
        let steps = &self.scenario.steps;
        for (number, step) in steps.iter().enumerate() {
            let wrong = match &step.events {
                Some(entries) if step.call == "watch" => Box::pin(self.watch(step, entries)).await?,
                Some(entries) => self.iterate(step, entries).await?,
                None => self.step(step).await?,
            };
            problems
                .extend(wrong.into_iter().map(|problem| format!("step {} ({}): {problem}", number + 1, step.name())));
        }
        problems.extend(self.traffic());
        if let Some(expected) = &self.scenario.files {
            let files = self.fleet.files();
            if &files != expected {
                problems.push(format!("expected the files {expected:?}, got {files:?}"));
            }
        }
        Ok(problems)
    }

    /// One step that is no iteration.
    pub(crate) async fn step(&mut self, step: &Step) -> Result<Vec<String>, String> {
        let called = match &step.mock {
            Some(path) => Ok(self.control(step, path).await?),
            None => self.call(step).await?,
        };
        Ok(self.judged(step, called))
    }

    /// What is not as the step expects.
    pub(crate) fn judged(&mut self, step: &Step, called: Result<Value, Error>) -> Vec<String> {
        let got = Outcome::of(called);
        let mut problems: Vec<_> = got.error_text.iter().filter_map(|text| self.told_token(text)).collect();
        match &step.expect {
            Some(expected) => problems.extend(compare(&self.expected(expected), &got)),
            None => problems.extend(got.error_text.map(|text| format!("it failed: {text}"))),
        }
        problems
    }

    /// What is not as an element of an iteration should be.
    pub(crate) fn compared(&self, expected: &Value, got: Value) -> Vec<String> {
        compare(&Expected::Value(self.filled_in(expected)), &Outcome::of(Ok(got)))
    }

    /// What is expected, with what stands for something filled in.
    fn expected(&self, expected: &Expected) -> Expected {
        match expected {
            Expected::Value(value) => Expected::Value(self.filled_in(value)),
            Expected::Error(named) => {
                Expected::Error(named.iter().map(|(name, value)| (name.clone(), self.filled_in(value))).collect())
            }
        }
    }

    fn filled_in(&self, value: &Value) -> Value {
        filled_in(&self.mock, value)
    }

    /// Something that is done to the mock.
    async fn control(&mut self, step: &Step, path: &str) -> Result<Value, String> {
        let id = self.handle.as_ref().map(InstanceClient::id_instance).or(self.last_id());
        let path = path.replace("{id}", &id.map_or_else(|| "{id}".to_owned(), |id| id.to_string()));
        self.mock_answer = control::ask(&self.mock.url(), &step.verb, &path, &step.body).await?;
        Ok(self.mock_answer.clone())
    }

    async fn call(&mut self, step: &Step) -> Result<Result<Value, Error>, String> {
        if step.call == "new_client" {
            return Ok(self.build().map(|_| Value::Null));
        }
        if let Some(called) = self.call_of_instance(step).await? {
            return Ok(called);
        }
        if let Some(called) = Box::pin(self.call_of_fleet(step)).await? {
            return Ok(called);
        }
        let client = self.partner()?;
        let options = options_of(step);
        let called = self.call_of_partner(&client, step, options).await?;
        Ok(called)
    }

    /// The partner client, made when it is first needed.
    pub(crate) fn partner(&mut self) -> Result<PartnerClient, String> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.client.insert(self.build().map_err(|error| error.to_string())?).clone()),
        }
    }

    async fn call_of_partner(
        &mut self,
        client: &PartnerClient,
        step: &Step,
        options: CallOptions,
    ) -> Result<Result<Value, Error>, String> {
        let called = match step.call.as_str() {
            "create_instance" => match settings(step) {
                Ok(settings) => client.create_instance_with(settings, options).await.map(|created| {
                    let shown = crate::compare::model(created.fields(), created.extra().clone());
                    self.last = Some(Last::Created(created));
                    shown
                }),
                Err(error) => Err(error),
            },
            "ensure_instance" => match settings(step) {
                Ok(settings) => {
                    let settle = step.args.get("settle").and_then(Value::as_f64).map(Duration::from_secs_f64);
                    let compare_settings =
                        step.args.get("compare_settings").and_then(Value::as_bool).unwrap_or_default();
                    let options = EnsureOptions { call: options, settle, compare_settings, ..EnsureOptions::default() };
                    client.ensure_instance_with(settings, options).await.map(|one| {
                        let mut shown = self.instance(&one);
                        shown["is_new"] = one.is_new().into();
                        shown
                    })
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
            "offboard" => match self.id(step) {
                Ok(id) => client.offboard_with(id, options).await.map(|()| Value::Null),
                Err(error) => Err(error),
            },
            "close" => {
                client.close();
                Ok(Value::Null)
            }
            other => return Err(format!("there is no call {other}")),
        };
        Ok(called)
    }

    fn instance(&mut self, one: &Instance) -> Value {
        self.last = Some(Last::Listed(one.clone()));
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
            "max_response_size" => builder.max_response_size(usize::try_from(value.as_u64().unwrap()).unwrap()),
            "api_url" => builder.api_url(text()),
            "media_url" => builder.media_url(text()),
            "pacing" => builder.pacing(value.as_bool().unwrap()),
            other => panic!("there is no option {other}"),
        }
    }

    pub(crate) fn filled(&self, text: &str) -> String {
        filled(&self.mock, text)
    }

    /// The id as the bindings pass it on: the text of what was given.
    fn id(&self, step: &Step) -> Result<u64, Error> {
        match (&step.args["id_instance"], self.last_id()) {
            (Value::String(text), Some(id)) if text == "{last.id_instance}" => Ok(id),
            (Value::String(text), _) => id_instance(text),
            (other, _) => id_instance(&other.to_string()),
        }
    }

    /// The arguments, with what stands for something filled in.
    pub(crate) fn arguments(&mut self, step: &Step) -> Map<String, Value> {
        let filled =
            |value: &Value| match value.as_str().and_then(|text| text.strip_prefix("{mock.")?.strip_suffix('}')) {
                Some(field) => self.mock_answer[field].clone(),
                None if value == "{last.id_message}" => self.last_message.clone(),
                None => value.as_str().map_or_else(|| value.clone(), |text| self.filled(text).into()),
            };
        let mut arguments: Map<_, _> = step.args.iter().map(|(name, value)| (name.clone(), filled(value))).collect();
        if let Some(Value::String(path)) = arguments.get_mut("path") {
            *path = self.fleet.path(path);
        }
        arguments
    }

    /// The id of the latest result that was one instance; without one, of the instance that is called.
    fn last_id(&self) -> Option<u64> {
        self.last.as_ref().map(Last::id).or(self.handle.as_ref().map(InstanceClient::id_instance))
    }

    /// Whether the instance's client is one without a partner.
    pub(crate) fn is_alone(&self) -> bool {
        self.client.is_none() && self.handle.is_some()
    }

    /// The latest result that was one instance.
    pub(crate) fn last(&self) -> Option<Last> {
        self.last.clone()
    }

    /// An error or an event tells no token, be it the partner's or one that an instance has or had.
    pub(crate) fn told_token(&mut self, text: &str) -> Option<String> {
        let tokens = self.mock.control().instances().into_iter().map(|instance| instance.api_token_instance);
        self.tokens.extend(tokens.chain([self.mock.partner_token()]));
        self.tokens.iter().any(|token| text.contains(token)).then(|| "it tells a token".to_owned())
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

/// A value with the mock's address and token in its texts.
fn filled_in(mock: &MockServer, value: &Value) -> Value {
    match value {
        Value::String(text) => filled(mock, text).into(),
        Value::Array(items) => items.iter().map(|item| filled_in(mock, item)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled_in(mock, value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn filled(mock: &MockServer, text: &str) -> String {
    text.replace("{mock}", &mock.url()).replace("{token}", &mock.partner_token())
}

/// What a call is given besides its arguments.
pub(crate) fn options_of(step: &Step) -> CallOptions {
    step.timeout.map_or_else(CallOptions::default, |s| CallOptions::timeout(Duration::from_secs_f64(s)))
}

/// The settings among the arguments.
pub(crate) fn settings(step: &Step) -> Result<CreateInstance, Error> {
    let mut settings = CreateInstance::new();
    for (name, value) in step.args.iter().filter(|(name, _)| !OPTIONS.contains(&name.as_str())) {
        settings.set(name, value.clone())?;
    }
    Ok(settings)
}

/// The arguments that are no settings.
const OPTIONS: [&str; 7] =
    ["settle", "compare_settings", "phone_number", "interval", "reboot_after", "verify_settings", "verify_timeout"];
