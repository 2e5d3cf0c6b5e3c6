//! Placing: each argument put where upstream wants it.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    check::{LEARNED, checked, extra, missing, plain, unknown_argument},
    file::{File, multipart, raw},
    param::{Param, Place},
};
use crate::{config::RECEIVE_TIMEOUT, endpoint::Body, error::Error, model::Field, wire};

/// The arguments, where they go.
pub(crate) struct Placed {
    pub(crate) body: Option<Body>,
    pub(crate) suffix: String,
    /// How long upstream is asked to wait.
    pub(crate) polls_for: Option<Duration>,
}

/// Checks each argument, by its name here or upstream's; null is "not given". `extra` is sent as it is.
pub(crate) async fn place(
    params: &'static [Param],
    mut arguments: Map<String, Value>,
    mut file: Option<File>,
    is_whatsapp: bool,
) -> Result<Placed, Error> {
    let extra = extra(&mut arguments)?;
    let mut placed = Placed { body: None, suffix: String::new(), polls_for: None };
    let (mut json, mut form, mut query) = (Map::new(), Vec::new(), Vec::new());
    for param in params {
        let Field { name, wire, .. } = param.field;
        let given = arguments.shift_remove(name).or_else(|| arguments.shift_remove(wire));
        let value = match given.filter(|value| !value.is_null()) {
            Some(value) => checked(param, value)?,
            None if param.required && matches!(param.place, Place::File | Place::Whole) && file.is_some() => continue,
            None if param.place == Place::Poll => {
                placed.polls_for = Some(RECEIVE_TIMEOUT);
                continue;
            }
            None if param.required => return Err(missing(param)),
            None => continue,
        };
        let wire = param.elsewhere.filter(|_| !is_whatsapp).unwrap_or(wire);
        match (param.place, value) {
            (Place::Words, Value::Bool(flag)) => drop(json.insert(wire.to_owned(), wire::yes_no(flag).into())),
            (Place::Body | Place::Words, value) => drop(json.insert(wire.to_owned(), value)),
            (Place::Form, value) => form.push((wire, plain(&value))),
            (Place::Query, value) => query.push(pair(wire, &plain(&value))),
            (Place::Poll, value) => {
                placed.polls_for = value.as_u64().map(Duration::from_secs);
                query.push(format!("{wire}={value}"));
            }
            (Place::Segment, value) => placed.suffix = format!("/{}", encoded(&plain(&value))),
            (Place::Name, name) => file = file.map(|file| file.named(&plain(&name))),
            (Place::File | Place::Whole, _) => return Err(Error::invalid_request(format!("{name} must be a file"))),
            (Place::Flow, _) => {}
        }
    }
    if let Some(unknown) = arguments.keys().next() {
        return Err(unknown_argument(unknown, params, LEARNED));
    }
    let takes_json = params.iter().any(|param| matches!(param.place, Place::Body | Place::Words));
    for (field, value) in extra {
        if !takes_json && (file.is_none() || params.iter().any(|param| param.place == Place::Whole)) {
            return Err(Error::invalid_request("this method takes no `extra`"));
        }
        if json.contains_key(&field) || form.iter().any(|(name, _)| *name == field) {
            return Err(Error::invalid_request(format!("{field} is given twice: as an argument and in `extra`")));
        }
        json.insert(field, value);
    }
    if !query.is_empty() {
        placed.suffix = format!("{}?{}", placed.suffix, query.join("&"));
    }
    placed.body = match file {
        Some(file) if params.iter().any(|param| param.place == Place::Whole) => Some(raw(file).await?),
        Some(file) => {
            let file = file.loaded().await?;
            let takes_a_name = params.iter().any(|param| param.place == Place::Form && param.field.wire == FILE_NAME);
            if takes_a_name && !form.iter().any(|(name, _)| *name == FILE_NAME) {
                form.push((FILE_NAME, file.name().to_owned()));
            }
            let more = json.iter().map(|(name, value)| (name.as_str(), plain(value)));
            Some(multipart(&file, form.into_iter().chain(more)).await?)
        }
        None if takes_json && json.is_empty() => return Err(Error::invalid_request("give at least one argument")),
        None if takes_json && params.iter().any(|param| param.field.secret) => {
            Some(Body::secret_json(Value::Object(json)))
        }
        None if takes_json => Some(Body::json(&Value::Object(json))),
        None => None,
    };
    Ok(placed)
}

/// Upstream asks for it beside the file, which has a name of its own.
const FILE_NAME: &str = "fileName";

/// A field of a query.
pub(crate) fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encoded(name), encoded(value))
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
