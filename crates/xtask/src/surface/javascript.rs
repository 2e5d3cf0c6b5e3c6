//! JavaScript's client of an instance: its methods, and their types and docs.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{list, template::filled, text};

const TEMPLATE: &str = include_str!("instance.js.in");

/// The module of an instance's client.
pub(crate) fn instance(contract: &Value) -> Result<String> {
    let methods = methods(contract)?.iter().map(Method::code).collect::<Vec<_>>();
    filled(TEMPLATE, "", &[("methods", methods.join("\n\n"))])
}

/// The types of its methods, for the class in `index.d.ts`.
pub(crate) fn method_types(contract: &Value) -> Result<String> {
    let methods = methods(contract)?.iter().map(Method::types).collect::<Result<Vec<_>>>()?;
    Ok(methods.join("\n\n"))
}

/// The types of what they take as one object.
pub(crate) fn request_types(contract: &Value) -> Result<String> {
    let methods = methods(contract)?;
    Ok(methods.iter().filter_map(Method::request_type).collect::<Vec<_>>().join("\n\n"))
}

/// The module that fills new models: property by property, which V8 makes fast, where a loop over names is not.
pub(crate) fn filling(contract: &Value) -> Result<String> {
    let models = contract["models"].as_object().context("there are no models")?;
    let is_plain = |field: &Value| !matches!(field["kind"].as_str(), Some("json" | "error" | "instance" | "bytes"));
    let mut functions = Vec::new();
    for (name, fields) in models {
        let fields = fields.as_array().context("a model has no fields")?;
        if name == "CreateInstance" || !fields.iter().all(is_plain) {
            continue;
        }
        let lines = fields.iter().enumerate().filter(|(_, field)| field["secret"] != true).map(|(place, field)| {
            let wire = text(field, "wire")?;
            let own = wire.rsplit('.').next().unwrap_or(wire);
            let cell = format!("page.cell(index, {place})");
            let value = if field["kind"] == "time" { format!("moment({cell})") } else { cell };
            Ok(format!("    model.{own} = {value}"))
        });
        let lines = lines.collect::<Result<Vec<_>>>()?.join("\n");
        functions.push(format!("  {name}(model, page, index) {{\n{lines}\n  }},"));
    }
    filled(include_str!("fill.js.in"), "", &[("functions", functions.join("\n"))])
}

/// What the methods of upstream take that nothing is told besides: the others are written by hand, in the template.
fn methods(contract: &Value) -> Result<Vec<Method<'_>>> {
    let operations = list(contract, "instance_operations")?.iter();
    let written = operations.filter(|one| one["kind"] == "method" && one["beside"] == Value::Array(Vec::new()));
    written.map(Method::read).collect()
}

/// One method.
struct Method<'a> {
    operation: &'a Value,
    name: &'a str,
    arguments: Vec<Argument<'a>>,
}

/// How its arguments are given.
enum Given<'m, 'a> {
    Nothing,
    One(&'m Argument<'a>),
    /// As one object.
    Several,
}

impl<'a> Method<'a> {
    fn read(operation: &'a Value) -> Result<Self> {
        let arguments = list(operation, "params")?.iter().map(Argument::read).collect::<Result<_>>()?;
        Ok(Self { operation, name: text(operation, "node")?, arguments })
    }

    fn given(&self) -> Given<'_, 'a> {
        match self.arguments.as_slice() {
            [] => Given::Nothing,
            [one] if one.required => Given::One(one),
            _ => Given::Several,
        }
    }

    fn is_optional(&self) -> bool {
        !self.arguments.iter().any(|argument| argument.required)
    }

    fn has_file(&self) -> bool {
        self.arguments.iter().any(|argument| argument.kind == "bytes")
    }

    /// Its code.
    fn code(&self) -> String {
        let name = self.name;
        let (parameter, first, handed) = match self.given() {
            Given::Nothing => ("", String::new(), "{}".to_owned()),
            Given::One(Argument { name: file, kind: "bytes", .. }) => {
                (*file, format!("    const sent = await nativeFile('{name}', {file})\n"), "{}".to_owned())
            }
            Given::One(Argument { name: id, kind: "id", .. }) => {
                (*id, format!("    const whole = wholeText('{name}', '{id}', {id})\n"), format!("{{ {id}: whole }}"))
            }
            Given::One(Argument { name: one, .. }) => (*one, String::new(), format!("{{ {one} }}")),
            Given::Several if self.has_file() => (
                "given",
                format!(
                    "    const {{ file, ...fields }} = objectOf('{name}', given)\n    const sent = await nativeFile('{name}', file, fields.fileName)\n"
                ),
                "fields".to_owned(),
            ),
            Given::Several if self.is_optional() => ("given", String::new(), "given ?? {}".to_owned()),
            Given::Several => ("given", String::new(), "given".to_owned()),
        };
        let parameters = if parameter.is_empty() { "options".to_owned() } else { format!("{parameter}, options") };
        let file = if self.has_file() { ", sent" } else { "" };
        let handed = format!("'{name}', {handed}, options{file}");
        let statement = match self.operation["returns"]["kind"].as_str() {
            Some("nothing") => format!("await this.#invoke({handed})"),
            Some("model or nothing") => format!("return (await this.#invoke({handed})) ?? null"),
            _ => format!("return this.#invoke({handed})"),
        };
        format!("  async {name}({parameters}) {{\n{first}    {statement}\n  }}")
    }

    /// Its type, with its docs.
    fn types(&self) -> Result<String> {
        let prose = text(&self.operation["prose"], "node")?;
        let example = text(&self.operation["examples"], "node")?;
        let mut lines = vec!["/**".to_owned()];
        lines.extend(prose.lines().map(|line| format!(" * {line}")));
        lines.extend(["", "```js"].map(|line| format!(" * {line}")));
        lines.extend(example.lines().map(|line| format!(" * {line}")));
        lines.extend(["```", ""].map(|line| format!(" * {line}")));
        let parameter = match self.given() {
            Given::Nothing => String::new(),
            Given::One(one) => {
                lines.push(format!(" * @param {} {}", one.name, one.doc));
                format!("{}: {}, ", one.name, one.type_name())
            }
            Given::Several => {
                let request = request(self.name);
                lines.push(format!(" * @param given See {{@link {request}}}."));
                let (mark, or_null) = if self.is_optional() { ("?", " | null") } else { ("", "") };
                format!("given{mark}: {request}{or_null}, ")
            }
        };
        lines.push(" * @param options `timeout` in milliseconds, `signal`.".to_owned());
        lines.push(format!(" * @see {}", text(self.operation, "page")?));
        lines.push(" */".to_owned());
        let returned = returned(&self.operation["returns"])?;
        let flat = format!("{}({parameter}options?: CallOptions | null): Promise<{returned}>", self.name);
        let long = format!("{}(\n  {parameter}\n  options?: CallOptions | null,\n): Promise<{returned}>", self.name);
        lines.extend(if flat.len() < 119 { flat } else { long.replace(", \n", ",\n") }.lines().map(str::to_owned));
        Ok(lines.iter().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n"))
    }

    /// The type of its arguments, where they are one object.
    fn request_type(&self) -> Option<String> {
        let Given::Several = self.given() else { return None };
        let mut lines = vec![
            format!("/** What {{@link InstanceClient.{}}} takes. */", self.name),
            format!("export interface {} {{", request(self.name)),
        ];
        for argument in &self.arguments {
            lines.push(format!("  /** {} */", argument.doc));
            lines.push(format!("  {}", argument.field()));
        }
        if self.operation["takes_extra"] == true {
            lines
                .push("  /** Fields that upstream learned since, by upstream's names, sent as they are. */".to_owned());
            lines.push("  extra?: { [field: string]: unknown } | null | undefined".to_owned());
        }
        lines.push("}".to_owned());
        Some(lines.join("\n"))
    }
}

/// The name of the type of a method's arguments. These are older than the rule.
fn request(method: &str) -> String {
    let older = [
        ("getStateInstanceHistory", "HistoryQuery"),
        ("sendAuthorizationCode", "AuthorizationCodeToSend"),
        ("sendMessage", "MessageToSend"),
        ("sendFileByUrl", "FileByUrlToSend"),
        ("sendFileByUpload", "FileByUploadToSend"),
        ("receiveNotification", "NotificationsQuery"),
        ("checkAccount", "AccountQuery"),
    ];
    let known = older.iter().find(|(name, _)| *name == method).map(|(_, request)| (*request).to_owned());
    known.unwrap_or_else(|| {
        let (first, rest) = method.split_at(1);
        format!("{}{rest}Arguments", first.to_uppercase())
    })
}

/// One argument.
struct Argument<'a> {
    name: &'a str,
    kind: &'a str,
    one_of: Vec<String>,
    required: bool,
    parts: Vec<Argument<'a>>,
    doc: String,
}

impl<'a> Argument<'a> {
    fn read(param: &'a Value) -> Result<Self> {
        let words = param["one_of"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let numbers = param["among"].as_array().into_iter().flatten().map(Value::to_string);
        Ok(Self {
            name: text(param, "wire")?,
            kind: text(param, "kind")?,
            one_of: words.map(|word| format!("'{word}'")).chain(numbers).collect(),
            required: param["required"] == true,
            parts: param["parts"].as_array().into_iter().flatten().map(Self::read).collect::<Result<_>>()?,
            doc: spelled(text(param, "doc")?),
        })
    }

    fn type_name(&self) -> String {
        let name = match self.kind {
            _ if !self.one_of.is_empty() => return self.one_of.join(" | "),
            "flag" => "boolean",
            "int" | "number" => "number",
            "id" => "number | bigint | string",
            "phone" => "PhoneNumber",
            "json" => "unknown",
            "object" => return self.object(),
            "texts" => "readonly string[]",
            "objects" if self.parts.len() == 1 => return format!("readonly (string | {})[]", self.object()),
            "objects" => return format!("readonly {}[]", self.object()),
            "bytes" => "FileToSend",
            _ => "string",
        };
        name.to_owned()
    }

    /// The type of an object: of its parts, where they are known.
    fn object(&self) -> String {
        let parts: Vec<_> = self.parts.iter().map(Argument::field).collect();
        match parts.as_slice() {
            [] => "{ [name: string]: unknown }".to_owned(),
            [only] => format!("{{ {only} }}"),
            several => format!("{{\n    {}\n  }}", several.join("\n    ")),
        }
    }

    fn field(&self) -> String {
        let (name, kind) = (self.name, self.type_name());
        match (self.required, self.kind) {
            (true, _) => format!("{name}: {kind}"),
            (false, "json") => format!("{name}?: {kind}"),
            (false, _) => format!("{name}?: {kind} | null | undefined"),
        }
    }
}

/// What a method gives.
fn returned(returns: &Value) -> Result<String> {
    Ok(match text(returns, "kind")? {
        "nothing" => "undefined".to_owned(),
        "flag" => "boolean".to_owned(),
        "int" => "number".to_owned(),
        "texts" => "string[]".to_owned(),
        "state" => "StateInstance".to_owned(),
        "json" => "unknown".to_owned(),
        "model" => text(returns, "model")?.to_owned(),
        "model or nothing" => {
            format!("{} | null", text(returns, "model")?.replace("Notification", "AnyNotification"))
        }
        "models" => format!("{}[]", text(returns, "model")?),
        _ => "string".to_owned(),
    })
}

/// Names of arguments and fields in a sentence, as JavaScript spells them.
pub(super) fn spelled(doc: &str) -> String {
    let parts = doc.split('`').enumerate().map(|(place, part)| {
        let is_name = place % 2 == 1
            && !WORDS.contains(&part)
            && part.contains('_')
            && part.bytes().all(|b| b == b'_' || b.is_ascii_lowercase());
        if is_name { camel(part) } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// What is spelled so in every language: it is a value.
const WORDS: [&str; 1] = ["not_kept"];

pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        camel + &initial.to_uppercase() + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_sentence_are_spelled_as_in_javascript() {
        assert_eq!(
            spelled("The `receipt_id` of `a`: `recording`, snake_case."),
            "The `receiptId` of `a`: `recording`, snake_case."
        );
    }

    #[test]
    fn the_type_of_arguments_has_the_methods_name() {
        assert_eq!(request("sendPoll"), "SendPollArguments");
        assert_eq!(request("sendMessage"), "MessageToSend");
    }
}
