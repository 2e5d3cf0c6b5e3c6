//! JavaScript's client of an instance: its methods, and their types and docs.

use anyhow::{Context, Result};
use greenapi_partner::contract::in_javascript;
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
    // Two methods that take the same have one type for it.
    let requests = methods.iter().filter(|method| method.name != "notifications").filter_map(Method::request_type);
    Ok(requests.chain(methods.iter().filter_map(Method::options_type)).collect::<Vec<_>>().join("\n\n"))
}

/// The types of the settings of a new instance.
pub(crate) fn settings_types(contract: &Value) -> Result<String> {
    let settings = list(&contract["models"], "CreateInstance")?.iter().map(Argument::read);
    Ok(settings.map(|one| Ok(one?.declared())).collect::<Result<Vec<_>>>()?.join("\n"))
}

/// How the options of its methods are checked.
pub(crate) fn kinds(contract: &Value) -> Result<String> {
    Ok(methods(contract)?.iter().filter_map(Method::kinds).collect::<Vec<_>>().join("\n"))
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

/// The methods; two have a shape of their own, and stand in the template.
fn methods(contract: &Value) -> Result<Vec<Method<'_>>> {
    let operations = list(contract, "instance_operations")?.iter();
    operations.filter(|one| one["shape"] != "other" && one["shape"] != "value").map(Method::read).collect()
}

/// One method.
struct Method<'a> {
    operation: &'a Value,
    name: &'a str,
    shape: &'a str,
    arguments: Vec<Argument<'a>>,
    /// What it is told besides, with what every call can be.
    options: Vec<Argument<'a>>,
    /// Whether it has the options of a call.
    is_call: bool,
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
        let read = |key: &str| list(operation, key)?.iter().map(Argument::read).collect::<Result<_>>();
        let [name, shape] = [text(operation, "node")?, text(operation, "shape")?];
        let is_call = !list(operation, "call")?.is_empty();
        Ok(Self { operation, name, shape, arguments: read("params")?, options: read("beside")?, is_call })
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
        let (mark, statement) = match (self.shape, self.operation["returns"]["kind"].as_str()) {
            ("call", Some("nothing")) => ("async ", format!("await this.#call({handed})")),
            ("call", Some("model or nothing")) => ("async ", format!("return (await this.#call({handed})) ?? null")),
            ("call", Some("json")) => ("async ", format!("return JSON.parse(await this.#call({handed}))")),
            ("call", _) => ("async ", format!("return this.#call({handed})")),
            (shape, _) => ("", format!("return this.#{shape}({handed})")),
        };
        format!("  {mark}{name}({parameters}) {{\n{first}    {statement}\n  }}")
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
        let options = self.options_name();
        let told = if options == CALL { "`timeout` in milliseconds, `signal`." } else { "See {@link " };
        let link = if options == CALL { String::new() } else { format!("{options}}}.") };
        lines.push(format!(" * @param options {told}{link}"));
        lines.push(format!(" * @see {}", text(self.operation, "page")?));
        lines.push(" */".to_owned());
        let returned = self.returned()?;
        let flat = format!("{}({parameter}options?: {options} | null): {returned}", self.name);
        let long = format!("{}(\n  {parameter}\n  options?: {options} | null,\n): {returned}", self.name);
        lines.extend(if flat.len() < 119 { flat } else { long.replace(", \n", ",\n") }.lines().map(str::to_owned));
        Ok(lines.iter().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n"))
    }

    /// The name of the type of its options. Two are older than the rule.
    fn options_name(&self) -> String {
        match self.name {
            _ if self.options.is_empty() => CALL.to_owned(),
            "waitUntilReady" => "ReadyOptions".to_owned(),
            "waitUntilAuthorized" => "WaitOptions".to_owned(),
            name => format!("{}Options", capital(name)),
        }
    }

    /// The type of its options, where it has others than a call.
    fn options_type(&self) -> Option<String> {
        let name = self.options_name();
        let extended = if self.is_call { " extends CallOptions" } else { "" };
        let mut lines = vec![
            format!("/** Options of {{@link InstanceClient.{}}}. Every one may be left out. */", self.name),
            format!("export interface {name}{extended} {{"),
        ];
        for option in &self.options {
            lines.push(option.declared());
        }
        if !self.is_call {
            lines.push(SIGNAL.to_owned());
        }
        lines.push("}".to_owned());
        (name != CALL).then(|| lines.join("\n"))
    }

    /// How its options are checked and handed over, where it has others than a call.
    fn kinds(&self) -> Option<String> {
        let kinds = self.options.iter().map(|option| format!("{}: {}", option.name, option.checked()));
        let call = if self.is_call { "...callKinds" } else { "signal" };
        let kinds: Vec<_> = kinds.chain([call.to_owned()]).collect();
        (!self.options.is_empty()).then(|| format!("  {}: {{ {} }},", self.name, kinds.join(", ")))
    }

    /// The type of what it gives.
    fn returned(&self) -> Result<String> {
        let returns = &self.operation["returns"];
        Ok(match text(returns, "kind")? {
            "events" => {
                let classes: Vec<_> = list(returns, "of")?.iter().filter_map(Value::as_str).collect();
                let of = if classes.is_empty() { capital(self.name) + "Event" } else { classes.join(" | ") };
                format!("EventIterator<{of}>")
            }
            "notifications" => "NotificationIterator".to_owned(),
            _ => format!("Promise<{}>", returned(returns)?),
        })
    }

    /// The type of its arguments, where they are one object.
    fn request_type(&self) -> Option<String> {
        let Given::Several = self.given() else { return None };
        let mut lines = vec![
            format!("/** What {{@link InstanceClient.{}}} takes. */", self.name),
            format!("export interface {} {{", request(self.name)),
        ];
        for argument in &self.arguments {
            lines.push(argument.declared());
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
        ("setSettings", "SettingsToSet"),
        ("notifications", "NotificationsQuery"),
    ];
    let known = older.iter().find(|(name, _)| *name == method).map(|(_, request)| (*request).to_owned());
    known.unwrap_or_else(|| capital(method) + "Arguments")
}

fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

/// The options of every call.
const CALL: &str = "CallOptions";

/// What ends a flow that is no call.
pub(super) const SIGNAL: &str =
    "  /** Ends it at once; whoever waits for it gets `signal.reason`. */\n  signal?: AbortSignal | null | undefined";

/// One argument.
#[derive(Clone)]
pub(super) struct Argument<'a> {
    pub(super) name: &'a str,
    kind: &'a str,
    one_of: Vec<String>,
    required: bool,
    parts: Vec<Argument<'a>>,
    may_be_null: bool,
    doc: String,
}

impl<'a> Argument<'a> {
    pub(super) fn read(param: &'a Value) -> Result<Self> {
        let words = param["one_of"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let numbers = param["among"].as_array().into_iter().flatten().map(Value::to_string);
        Ok(Self {
            name: text(param, "wire")?,
            kind: text(param, "kind")?,
            one_of: words.map(|word| format!("'{word}'")).chain(numbers).collect(),
            required: param["required"] == true,
            parts: param["parts"].as_array().into_iter().flatten().map(Self::read).collect::<Result<_>>()?,
            may_be_null: param["or_null"] == true,
            doc: told(param)?,
        })
    }

    fn type_name(&self) -> String {
        let name = match self.kind {
            _ if !self.one_of.is_empty() => return self.one_of.join(" | "),
            "flag" => "boolean",
            "int" | "number" | "duration" => "number",
            "id" => "number | bigint | string",
            "phone" => "PhoneNumber",
            "json" => "unknown",
            "object" => return self.object(),
            "texts" => "readonly string[]",
            "objects" if self.parts.len() == 1 => return format!("readonly (string | {})[]", self.object()),
            "objects" => return format!("readonly {}[]", self.object()),
            "bytes" => "FileToSend",
            "decimal" => "Amount",
            "prices" => "Amount | { [tariff: string]: Amount }",
            "time" => "Date | string",
            "ledger" => "Ledger",
            "ids" => "InstanceIds",
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

    /// It as a property, with its documentation.
    pub(super) fn declared(&self) -> String {
        format!("  /** {} */\n  {}", self.doc, self.field())
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

impl Argument<'_> {
    /// The kind that `options.js` has for it.
    pub(super) fn checked(&self) -> String {
        let kind = match self.kind {
            "int" => "count",
            // None is a time too: not at all.
            "duration" if self.name == "settle" => "delay",
            "decimal" => "money",
            "date" => "day",
            "time" => "moment",
            "ids" | "ledger" => "anything",
            "duration" => "duration",
            "text" | "path" => "text",
            kind => kind,
        };
        if self.may_be_null { format!("orNull({kind})") } else { kind.to_owned() }
    }
}

/// What an argument is, in JavaScript's names and units, with its default.
fn told(param: &Value) -> Result<String> {
    let doc = in_javascript(text(param, "doc")?);
    let default = &param["default"];
    let is_told = doc.contains("Defaults to") || default.is_null();
    if text(param, "kind")? != "duration" {
        return Ok(if is_told { doc } else { format!("{doc} Defaults to {default}.") });
    }
    let default =
        if is_told { String::new() } else { format!(" Defaults to {}.", default.as_f64().unwrap_or_default()) };
    // Whatever numbers are told are of its seconds.
    let words = format!("{}{default}", doc.replacen("Seconds", "Milliseconds", 1));
    let thousandfold = |word: &str| {
        let number = word.trim_end_matches([',', ';', '.']);
        number.parse::<u64>().map_or_else(|_| word.to_owned(), |_| word.replacen(number, &format!("{number}000"), 1))
    };
    Ok(words.split(' ').map(thousandfold).collect::<Vec<_>>().join(" "))
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
    fn the_type_of_arguments_has_the_methods_name() {
        assert_eq!(request("sendPoll"), "SendPollArguments");
        assert_eq!(request("sendMessage"), "MessageToSend");
    }
}
