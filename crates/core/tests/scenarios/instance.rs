//! The calls of a scenario's instance, and what it iterates over.

use std::{mem::take, sync::LazyLock, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use greenapi_partner::{
    AuthorizeOptions, Call, Error, Events, File, InstanceClient, Notifications, ReadyOptions, Record,
    contract::contract,
};
use serde_json::{Map, Value, json};

use crate::{
    calls::{Last, Runner, options_of, settings},
    compare::{self, Outcome},
    file::{Entry, Expected, Step},
};

impl Runner<'_> {
    /// A call of the instance's, if it is one.
    pub(crate) async fn call_of_instance(&mut self, step: &Step) -> Result<Option<Result<Value, Error>>, String> {
        let made = match step.call.as_str() {
            "instance" => self.handle_of_partner(step)?,
            "new_instance_client" => self.handle_alone(step),
            _ => return self.call_of_handle(step).await,
        };
        Ok(Some(made.map(|handle| {
            let shown = shown(&handle);
            self.handle = Some(handle);
            shown
        })))
    }

    async fn call_of_handle(&mut self, step: &Step) -> Result<Option<Result<Value, Error>>, String> {
        let operation = upstreams_name(&step.call);
        let is_flow = ["download_file_to", "wait_until_ready", "wait_until_authorized", "call", "qr_page_url"]
            .contains(&&*step.call);
        let closes_handle = step.call == "close" && self.is_alone();
        if operation.is_none() && !is_flow && !closes_handle {
            return Ok(None);
        }
        let handle = self.handle()?;
        let handle = step.timeout.map_or(handle.clone(), |s| handle.with_timeout(Duration::from_secs_f64(s)));
        let mut arguments = self.arguments(step);
        let file = file(&mut arguments);
        Ok(Some(match (operation, step.call.as_str()) {
            (Some(operation), _) => {
                let called = handle.invoke(&operation, arguments, file, options_of(step)).await.map(compare::returned);
                let sent = called.as_ref().ok().and_then(|value| value.get("id_message"));
                self.last_message = sent.cloned().unwrap_or(take(&mut self.last_message));
                called
            }
            (_, "download_file_to") => {
                let called = handle.invoke("downloadFileTo", arguments, None, options_of(step)).await;
                called.map(compare::returned)
            }
            (_, "wait_until_ready") => handle.wait_until_ready(ready(step)).await.map(Into::into),
            (_, "wait_until_authorized") => handle.wait_until_authorized(ready(step)).await.map(|()| Value::Null),
            (_, "qr_page_url") => Ok(handle.qr_page_url().into()),
            (_, "call") => match Call::of(arguments["method"].as_str().unwrap_or_default(), &arguments, file) {
                Ok(call) => handle.call(call).await,
                Err(error) => Err(error),
            },
            _ => {
                handle.close();
                Ok(Value::Null)
            }
        }))
    }

    /// Asks for one element after the other.
    pub(crate) async fn iterate(&mut self, step: &Step, entries: &[Entry]) -> Result<Vec<String>, String> {
        let mut iteration = match self.begin(step)? {
            Ok(iteration) => iteration,
            Err(error) => return Ok(self.judged(step, Err(error))),
        };
        for (number, entry) in entries.iter().enumerate() {
            let place = format!("event {}", number + 1);
            let got = match iteration.next().await {
                Some(Ok(value)) => value,
                Some(Err(error)) => return Ok(vec![format!("{place}: expected {}, got {error:?}", entry.value)]),
                None => return Ok(vec![format!("{place}: expected {}, got the end", entry.value)]),
            };
            if let Iteration::Events(events) = &iteration {
                self.handle = events.instance();
            }
            let told = self.told_token(&got.to_string());
            let mut wrong = compare::compare(&Expected::Value(entry.value.clone()), &Outcome::of(Ok(got)));
            wrong.extend(told);
            if !wrong.is_empty() {
                return Ok(wrong.into_iter().map(|problem| format!("{place}: {problem}")).collect());
            }
            for then in &entry.then {
                let wrong =
                    if then.ack { self.acknowledge(then, &mut iteration).await? } else { self.step(then).await? };
                if !wrong.is_empty() {
                    let place = format!("{place}, then {}", then.name());
                    return Ok(wrong.into_iter().map(|problem| format!("{place}: {problem}")).collect());
                }
            }
        }
        Ok(match (&step.expect, &mut iteration) {
            (None, _) => Vec::new(),
            (Some(_), iteration) => match iteration.next().await {
                Some(Err(error)) => self.judged(step, Err(error)),
                Some(Ok(more)) => vec![format!("one more came: {more}")],
                None => self.judged(step, Ok(Value::Null)),
            },
        })
    }

    async fn acknowledge(&mut self, step: &Step, iteration: &mut Iteration) -> Result<Vec<String>, String> {
        match iteration {
            Iteration::Notifications(notifications) => {
                let done = notifications.ack().await;
                Ok(self.judged(step, done.map(|()| Value::Null)))
            }
            Iteration::Events(_) => Err("an event is not acknowledged".to_owned()),
        }
    }

    fn begin(&mut self, step: &Step) -> Result<Result<Iteration, Error>, String> {
        let options = || {
            let usual = AuthorizeOptions::default();
            let timeout = step.args.get("verify_timeout").and_then(Value::as_f64).map(Duration::from_secs_f64);
            AuthorizeOptions {
                ready: ready(step),
                phone_number: phone_number(step),
                verify_settings: step
                    .args
                    .get("verify_settings")
                    .and_then(Value::as_bool)
                    .unwrap_or(usual.verify_settings),
                verify_timeout: timeout.unwrap_or(usual.verify_timeout),
            }
        };
        if step.call == "onboard" {
            let partner = self.partner()?;
            return Ok(settings(step).map(|settings| Iteration::Events(partner.onboard(settings, options()))));
        }
        let handle = self.handle()?;
        Ok(Ok(match step.call.as_str() {
            "authorize" => Iteration::Events(handle.authorize(options())),
            "scan_qr_code" => {
                let time = step.timeout.map(Duration::from_secs_f64);
                Iteration::Events(time.map_or(handle.clone(), |time| handle.with_timeout(time)).scan_qr_code())
            }
            "notifications" => {
                let seconds = step.args.get("receive_timeout").and_then(Value::as_u64);
                let idle = step.args.get("idle").and_then(Value::as_f64).map(Duration::from_secs_f64);
                let notifications = idle.into_iter().fold(handle.notifications(), Notifications::idle);
                Iteration::Notifications(match seconds {
                    Some(seconds) => notifications.receive_timeout(seconds),
                    None => notifications,
                })
            }
            other => return Err(format!("there is no iteration {other}")),
        }))
    }

    /// The instance that is called, made of the latest one unless a step made it.
    fn handle(&mut self) -> Result<InstanceClient, String> {
        if self.handle.is_none() {
            let made = self.handle_of_last()?.map_err(|error| error.to_string())?;
            self.handle = Some(made);
        }
        self.handle.clone().ok_or_else(|| "there is no instance to call".to_owned())
    }

    fn handle_of_last(&mut self) -> Result<Result<InstanceClient, Error>, String> {
        let partner = self.partner()?;
        Ok(match self.last() {
            Some(Last::Created(created)) => partner.instance_of_created(&created),
            Some(Last::Listed(listed)) => partner.instance_of_listed(&listed),
            None => return Err("there is no instance to call".to_owned()),
        })
    }

    fn handle_of_partner(&mut self, step: &Step) -> Result<Result<InstanceClient, Error>, String> {
        let arguments = self.arguments(step);
        if arguments.contains_key("from") {
            return self.handle_of_last();
        }
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        let id = greenapi_partner::id_instance(&plain(&arguments["id_instance"]));
        let (token, partner) = (text("api_token_instance").unwrap_or_default(), self.partner()?);
        Ok(id.and_then(|id| partner.instance_at(id, token, text("api_url"), text("media_url"))))
    }

    fn handle_alone(&mut self, step: &Step) -> Result<InstanceClient, Error> {
        let arguments = self.arguments(step);
        let id = greenapi_partner::id_instance(&plain(&arguments["id_instance"]))?;
        let token = arguments["api_token_instance"].as_str().unwrap_or_default();
        let others =
            arguments.iter().filter(|(name, _)| !["id_instance", "api_token_instance"].contains(&name.as_str()));
        let seconds = |value: &Value| Duration::from_secs_f64(value.as_f64().unwrap());
        let builder = others.fold(InstanceClient::builder(id, token), |builder, (name, value)| match name.as_str() {
            "api_url" => builder.api_url(plain(value)),
            "media_url" => builder.media_url(plain(value)),
            "proxy" => builder.proxy(plain(value)),
            "ca_file" => builder.ca_file(plain(value)),
            "timeout" => builder.timeout(seconds(value)),
            "max_retries" => builder.max_retries(u32::try_from(value.as_u64().unwrap()).unwrap()),
            "max_response_size" => builder.max_response_size(usize::try_from(value.as_u64().unwrap()).unwrap()),
            "pacing" => builder.pacing(value.as_bool().unwrap()),
            other => panic!("there is no option {other}"),
        });
        builder.build()
    }
}

/// What is asked for one element after the other.
enum Iteration {
    Events(Events),
    Notifications(Notifications),
}

impl Iteration {
    async fn next(&mut self) -> Option<Result<Value, Error>> {
        match self {
            Self::Events(events) => Some(events.next().await?.map(|event| event.to_json().into())),
            Self::Notifications(notifications) => {
                let next = notifications.try_next().await.transpose()?;
                Some(next.map(|notification| compare::record(&Record::from(notification))))
            }
        }
    }
}

/// What a handle says of itself.
fn shown(handle: &InstanceClient) -> Value {
    json!({
        "id_instance": handle.id_instance(),
        "api_token_instance": handle.api_token_instance(),
        "type_instance": handle.type_instance(),
        "api_url": handle.api_url(),
        "media_url": handle.media_url(),
    })
}

/// Upstream's name of an instance's operation.
fn upstreams_name(python: &str) -> Option<String> {
    static CONTRACT: LazyLock<Value> = LazyLock::new(contract);
    let operations = CONTRACT["instance_operations"].as_array().unwrap();
    let known = operations.iter().find(|one| one["python"] == python && one["kind"] == "method")?;
    Some(known["name"].as_str().unwrap().to_owned())
}

/// The file among the arguments, under the name that the chat shows.
fn file(arguments: &mut Map<String, Value>) -> Option<File> {
    let file = match arguments.get("file") {
        Some(Value::Object(file)) => file.clone(),
        _ => return None,
    };
    arguments.remove("file");
    let bytes = STANDARD.decode(file["base64"].as_str().unwrap()).unwrap();
    Some(File::new(file["name"].as_str().unwrap(), bytes))
}

fn ready(step: &Step) -> ReadyOptions {
    let default = ReadyOptions::default();
    let seconds = |value: &Value| value.as_f64().map(Duration::from_secs_f64);
    ReadyOptions {
        timeout: step.timeout.map_or(default.timeout, Duration::from_secs_f64),
        interval: step.args.get("interval").and_then(seconds),
        reboot_after: step.args.get("reboot_after").map_or(default.reboot_after, seconds),
    }
}

fn phone_number(step: &Step) -> Option<String> {
    step.args.get("phone_number").map(plain)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
