//! `call`: any method of an instance.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use greenapi_partner::{File, SECRET_NAMES, contract};
use serde_json::{Map, Value};

use crate::{
    context::{self, Context},
    exit::{DONE, Failure, Outcome},
    global::{Consent, Dry},
    options::parse_seconds,
    terminal,
};

/// Call any method of an instance by upstream's name, and print its answer
///
/// A method that only reads is repeated where no answer came, any other is sent at most once: upstream's documents say which, and
/// --retry of those that no document has. What is secret in the answer is printed as *** without --show-tokens. Before a phone is
/// unlinked (logout), it is asked.
#[derive(Args, Debug)]
pub(crate) struct Call {
    /// The instance's id, or its name
    #[arg(value_name = "ID|NAME")]
    instance: String,

    /// Upstream's method: `getStateInstance`
    method: String,

    /// The body; `-` reads it from stdin, `@FILE` from a file
    json: Option<String>,

    /// A field of the query; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    query: Vec<String>,

    /// A file to upload
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Defaults to what the method has
    #[arg(long, value_parser = ["GET", "POST", "DELETE"], ignore_case = true)]
    verb: Option<String>,

    /// Whether it may be sent again: `safe` reads, `idempotent` may be done twice, `once` neither
    #[arg(long, value_parser = ["safe", "idempotent", "once"])]
    retry: Option<String>,

    /// The time of the call, with its retries
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    timeout: Option<f64>,

    #[command(flatten)]
    dry: Dry,

    #[command(flatten)]
    consent: Consent,
}

impl Call {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let mut parts = Map::new();
        if let Some(text) = &self.json {
            parts.insert("json".to_owned(), body(text)?);
        }
        if !self.query.is_empty() {
            parts.insert("query".to_owned(), query(&self.query)?.into());
        }
        for (name, word) in [("verb", self.verb), ("retry", self.retry)] {
            parts.extend(word.map(|word| (name.to_owned(), word.into())));
        }
        let file = self.file.as_deref().map(read).transpose()?;
        let instance = context::instance(&context.partner()?, &self.instance).await?;
        let call = greenapi_partner::Call::of(&self.method, &parts, file)?;
        if self.dry.dry_run {
            let (method, id) = (&self.method, instance.id_instance());
            terminal::say(&format!("nothing was sent: {method} of instance {id} would be called"));
            return Ok(DONE);
        }
        if self.method.eq_ignore_ascii_case(LOGOUT) {
            let question = format!("Unlink the phone of instance {}?", instance.id_instance());
            terminal::confirm(question, self.consent.yes, &context.interrupt).await?;
        }
        let instance = match self.timeout {
            Some(seconds) => instance.with_timeout(Duration::from_secs_f64(seconds)),
            None => instance,
        };
        let mut answer = instance.call(call).await?;
        if !context.global.show_tokens {
            mask(&mut answer, &[&SECRET_NAMES[..], &contract::secrets_of(&self.method)].concat());
        }
        context.output.json(&answer)?;
        Ok(DONE)
    }
}

/// Puts a mask in place of what has the name of a secret, wherever it stands.
fn mask(answer: &mut Value, secrets: &[&str]) {
    match answer {
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if !secrets.iter().any(|secret| secret.eq_ignore_ascii_case(name)) {
                    mask(value, secrets);
                } else if !value.is_null() && value != "" {
                    *value = MASK.into();
                }
            }
        }
        _ => {}
    }
}

fn body(text: &str) -> Outcome<Value> {
    let wrong = |what: String| Failure::usage(format!("the body: {what}"));
    let text = match (text, text.strip_prefix('@')) {
        ("-", _) => std::io::read_to_string(std::io::stdin()).map_err(|error| wrong(error.to_string()))?,
        (_, Some(file)) => std::fs::read_to_string(file).map_err(|error| wrong(format!("{file}: {error}")))?,
        (text, None) => text.to_owned(),
    };
    serde_json::from_str(&text)
        .map_err(|error| wrong(format!("it is no JSON: line {}, column {}", error.line(), error.column())))
}

fn query(given: &[String]) -> Outcome<Map<String, Value>> {
    let pair = |given: &String| {
        let (name, value) =
            given.split_once('=').ok_or_else(|| Failure::usage(format!("{given:?}: give name=value")))?;
        Ok((name.to_owned(), Value::from(value)))
    };
    given.iter().map(pair).collect()
}

fn read(path: &std::path::Path) -> Outcome<File> {
    let failed = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(File::new(name, std::fs::read(path).map_err(failed)?))
}

/// The only one of upstream's methods of an instance that unlinks a phone.
const LOGOUT: &str = "logout";

const MASK: &str = "***";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_secret_is_masked_wherever_it_stands_and_nothing_else_is() {
        let mut answer = json!([{ "id": 7, "apitokeninstance": "a", "in": [{ "apiToken": { "b": "c" }, "code": "d" }] },
            "apiToken", { "webhookUrlToken": "", "apiToken": null }]);
        mask(&mut answer, &SECRET_NAMES);
        assert_eq!(
            answer,
            json!([{ "id": 7, "apitokeninstance": "***", "in": [{ "apiToken": "***", "code": "d" }] },
                "apiToken", { "webhookUrlToken": "", "apiToken": null }])
        );
    }

    #[test]
    fn the_table_says_what_is_secret_in_an_answer() {
        assert_eq!(contract::secrets_of("GetSettings"), ["webhookUrlToken"]);
        assert!(contract::secrets_of("getStateInstance").is_empty() && contract::secrets_of("getHoroscope").is_empty());
    }
}
