//! JavaScript's clients: their methods, with types and docs, and how options are checked.

use anyhow::{Context, Result};
use greenapi_partner::contract::in_javascript;
use serde_json::Value;

use super::{
    layout::fitting,
    list,
    operations::{Argument, Operation, arguments, operations},
    template::filled,
    text,
    typescript::comment,
};

/// The two clients.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Client {
    Partner,
    Instance,
}

/// The module of a client.
fn module(contract: &Value, client: Client, template: &str) -> Result<String> {
    let methods: Vec<_> = client.methods(contract)?.iter().map(Method::code).collect();
    filled(template, &[], &[("methods", methods.join("\n\n"))])
}

pub(crate) fn instance(contract: &Value) -> Result<String> {
    module(contract, Client::Instance, include_str!("instance.js.in"))
}

pub(crate) fn partner(contract: &Value) -> Result<String> {
    module(contract, Client::Partner, include_str!("client.js.in"))
}

/// The types of the settings of a new instance.
pub(super) fn settings_types(contract: &Value) -> Result<String> {
    let settings = arguments(&contract["models"], "CreateInstance")?;
    Ok(settings.iter().map(declared).collect::<Vec<_>>().join("\n"))
}

/// The types of the options of a partner's client that are its own, and of those that every client has.
pub(super) fn client_options(contract: &Value) -> Result<(String, String)> {
    let (all, shared) =
        (arguments(&contract["options"], "client")?, arguments(&contract["options"], "instance_client")?);
    let is_own = |option: &&Argument<'_>| !shared.iter().any(|shared| shared.name == option.name);
    let own: Vec<_> = all.iter().filter(is_own).map(declared).collect();
    Ok((own.join("\n"), shared.iter().map(declared).collect::<Vec<_>>().join("\n")))
}

/// The types of the options of a store.
pub(super) fn store_options(contract: &Value) -> Result<String> {
    let store = list(contract, "fleet")?.iter().find(|one| one["node"] == "Store").context("there is no store")?;
    Ok(arguments(store, "beside")?.iter().map(declared).collect::<Vec<_>>().join("\n"))
}

/// The type of what a bill can be told.
pub(super) fn billing_types(contract: &Value) -> Result<String> {
    let options: Vec<_> = billing(contract)?.iter().map(declared).collect();
    let about = "/** Options of {@link Instances.billing} and {@link Ledger.billing}. Every one may be left out. */";
    Ok(format!("{about}\nexport interface BillingOptions {{\n{}\n}}", options.join("\n")))
}

/// How that is checked.
pub(super) fn billing_kinds(contract: &Value) -> Result<String> {
    Ok(kinds("billing", &billing(contract)?.iter().map(kind).collect::<Vec<_>>()))
}

fn billing(contract: &Value) -> Result<Vec<Argument<'_>>> {
    let bill = list(contract, "fleet")?.iter().find(|one| one["node"] == "billing").context("there is no billing")?;
    arguments(bill, "beside")
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
    filled(include_str!("fill.js.in"), &[], &[("functions", functions.join("\n"))])
}

impl Client {
    fn class(self) -> &'static str {
        if self == Self::Partner { "PartnerClient" } else { "InstanceClient" }
    }

    /// Its methods; two have a shape of their own, and stand in the template.
    fn methods(self, contract: &Value) -> Result<Vec<Method<'_>>> {
        let all = operations(contract, if self == Self::Partner { "operations" } else { "instance_operations" })?;
        let written = all.into_iter().filter(|one| !["other", "value"].contains(&one.shape));
        written.map(|one| Method::read(self, one)).collect()
    }

    /// The types of its methods, for its class in `index.d.ts`.
    pub(super) fn method_types(self, contract: &Value) -> Result<String> {
        let types = self.methods(contract)?.iter().map(Method::types).collect::<Result<Vec<_>>>()?;
        Ok(types.join("\n\n"))
    }

    /// The types of what they take as one object. Two methods that take the same have one type for it.
    pub(super) fn request_types(self, contract: &Value) -> Result<Vec<String>> {
        let methods = self.methods(contract)?;
        // What a partner's are called that are older than the rule is written by hand.
        let is_written = |method: &&Method<'_>| match self {
            Self::Instance => method.name != "notifications",
            Self::Partner => method.older_request().is_none(),
        };
        Ok(methods.iter().filter(is_written).filter_map(Method::request_type).collect())
    }

    /// The types of their options.
    pub(super) fn option_types(self, contract: &Value) -> Result<Vec<String>> {
        let all = [Self::Instance.methods(contract)?, Self::Partner.methods(contract)?].concat();
        let own = all.iter().filter(|method| method.client == self);
        Ok(own.filter_map(|method| method.options_type(&all)).collect())
    }

    /// How their options are checked.
    pub(super) fn kinds(self, contract: &Value) -> Result<Vec<String>> {
        Ok(self.methods(contract)?.iter().filter_map(Method::kinds).collect())
    }
}

/// One method.
#[derive(Clone)]
struct Method<'a> {
    client: Client,
    name: &'a str,
    operation: Operation<'a>,
    given: Vec<Given<'a>>,
    options: Vec<Argument<'a>>,
}

/// What stands in front of its options.
#[derive(Clone)]
enum Given<'a> {
    One(Argument<'a>),
    /// Several arguments, as one object.
    Several(Vec<Argument<'a>>),
}

impl<'a> Method<'a> {
    fn read(client: Client, operation: Operation<'a>) -> Result<Self> {
        let (params, mut options) = (operation.params.clone(), operation.beside.clone());
        let given = match (client, params.as_slice()) {
            (_, []) => Vec::new(),
            (_, [one]) if one.required => vec![Given::One(one.clone())],
            (Client::Instance, _) => vec![Given::Several(params)],
            // What it is of, each by itself, and settings. What it is of where nothing is said is an option.
            (Client::Partner, _) => {
                let (of, settings): (Vec<_>, Vec<_>) = params.into_iter().partition(|param| param.kind == "ids");
                let (of, may_be_told): (Vec<_>, Vec<_>) = of.into_iter().partition(|param| param.required);
                options = [may_be_told, options].concat();
                let settings = (!settings.is_empty()).then_some(Given::Several(settings));
                of.into_iter().map(Given::One).chain(settings).collect()
            }
        };
        Ok(Self { client, name: text(operation.says, "node")?, operation, given, options })
    }

    /// Whether it has the options of a call.
    fn is_call(&self) -> bool {
        !self.operation.call.is_empty()
    }

    fn has_file(&self) -> bool {
        self.operation.params.iter().any(|argument| argument.kind == "bytes")
    }

    /// Whether what it takes as one object may be left out.
    fn is_optional(&self) -> bool {
        !self.operation.params.iter().any(|argument| argument.required)
    }

    /// The parameters' names, before the options.
    fn names(&self) -> Vec<&str> {
        let several = if self.client == Client::Partner { "settings" } else { "given" };
        let given = self.given.iter();
        let names = given.map(|given| match given {
            Given::One(one) => one.own.as_str(),
            Given::Several(_) => several,
        });
        names.collect()
    }

    /// Its code.
    fn code(&self) -> String {
        let (name, names) = (self.name, self.names());
        let (first, handed) = match (self.client, self.given.as_slice()) {
            (Client::Instance, [Given::One(Argument { own: file, kind: "bytes", .. })]) => {
                (format!("    const sent = await nativeFile('{name}', {file})\n"), "{}".to_owned())
            }
            (Client::Instance, [Given::One(Argument { own: id, kind: "id", .. })]) => {
                (format!("    const whole = wholeText('{name}', '{id}', {id})\n"), format!("{{ {id}: whole }}"))
            }
            (Client::Instance, [Given::Several(_)]) if self.has_file() => (
                format!(
                    "    const {{ file, ...fields }} = objectOf('{name}', given)\n    const sent = await nativeFile('{name}', file, fields.fileName)\n"
                ),
                "fields".to_owned(),
            ),
            (Client::Instance, [Given::Several(_)]) if self.is_optional() => (String::new(), "given ?? {}".to_owned()),
            (Client::Instance, [Given::Several(_)]) => (String::new(), "given".to_owned()),
            (_, []) => (String::new(), "{}".to_owned()),
            _ => (String::new(), format!("{{ {} }}", names.join(", "))),
        };
        let parameters = [&names[..], &["options"]].concat().join(", ");
        let file = if self.has_file() { ", sent" } else { "" };
        let handed = format!("'{name}', {handed}, options{file}");
        let returns = &self.operation.says["returns"];
        let call = format!("await this.#call({handed})");
        let (mark, statement) = match (self.operation.shape, returns["kind"].as_str().unwrap_or_default()) {
            ("call", "nothing") => ("async ", call),
            ("call", "model or nothing") => ("async ", format!("return ({call}) ?? null")),
            ("call", "json") => ("async ", format!("return JSON.parse({call})")),
            ("call", "instances") => ("async ", format!("return new lists.Instances({call})")),
            ("call", "model") if self.client == Client::Partner => {
                ("async ", format!("return new models.{}({call})", returns["model"].as_str().unwrap_or_default()))
            }
            ("call", _) => ("async ", format!("return this.#call({handed})")),
            ("run", "bulk run") => ("", format!("return this.#run(runs.BulkRun, {handed})")),
            ("run", _) => ("", format!("return this.#run(runs.Run, {handed})")),
            (shape, _) => ("", format!("return this.#{shape}({handed})")),
        };
        format!("  {mark}{name}({parameters}) {{\n{first}    {statement}\n  }}")
    }

    /// Its type, with its docs.
    fn types(&self) -> Result<String> {
        let says = self.operation.says;
        let example = text(&says["examples"], "node")?;
        let mut docs = vec![format!("{}\n\n```js\n{example}\n```\n", text(&says["prose"], "node")?)];
        let mut parameters = Vec::new();
        for (name, given) in self.names().into_iter().zip(&self.given) {
            let (told, kind) = match given {
                Given::One(one) => (told_of(one), type_name(one)),
                Given::Several(_) => {
                    let all =
                        if self.is_optional() && self.client == Client::Partner { "At least one; see" } else { "See" };
                    (format!("{all} {{@link {}}}.", self.request()), self.request())
                }
            };
            docs.push(format!("@param {name} {told}"));
            let may_lack = name == "given" && self.is_optional();
            let (mark, or_null) = if may_lack { ("?", " | null") } else { ("", "") };
            parameters.push(format!("{name}{mark}: {kind}{or_null}"));
        }
        docs.push(format!("@param options {}", self.told_of_options()));
        docs.push(format!("@see {}", text(says, "page")?));
        parameters.push(format!("options?: {} | null", self.options_name()));
        let (name, returned) = (self.name, self.returned()?);
        let broken = || format!("  {name}(\n    {},\n  ): {returned}", parameters.join(",\n    "));
        let signature = fitting(format!("  {name}({}): {returned}", parameters.join(", ")), broken);
        Ok(format!("{}\n{signature}", comment("  ", &docs.join("\n"))))
    }

    /// Which options it has.
    fn told_of_options(&self) -> String {
        if self.options.is_empty() {
            return "`timeout` in milliseconds, `signal`.".to_owned();
        }
        let of_call: &[&str] = if self.is_call() { &["timeout", "signal"] } else { &["signal"] };
        let names = self.options.iter().map(|option| option.own.as_str()).chain(of_call.iter().copied());
        let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        let has_time = self.is_call() || self.options.iter().any(|option| option.kind == "duration");
        let unit = if has_time { " Times are in milliseconds." } else { "" };
        format!("{}; see {{@link {}}}.{unit}", names.join(", "), self.options_name())
    }

    /// The name of the type of its options. These are older than the rule.
    fn options_name(&self) -> String {
        match self.name {
            _ if self.options.is_empty() => "CallOptions".to_owned(),
            "waitUntilReady" => "ReadyOptions".to_owned(),
            "waitUntilAuthorized" => "WaitOptions".to_owned(),
            "ensureInstance" => "EnsureOptions".to_owned(),
            "logoutInstances" => "BulkOptions".to_owned(),
            name => format!("{}Options", capital(name)),
        }
    }

    /// What the type of its options extends, and the method that has those.
    fn base(&self) -> (&'static str, Option<&'static str>) {
        match (self.name, self.operation.shape) {
            ("onboard", _) => ("AuthorizeOptions", Some("authorize")),
            ("logoutInstances", _) => ("RunOptions", None),
            // Every run that has a journal has the options of this one.
            (_, "run") if self.options.iter().any(|option| option.own == "journal") => {
                ("BulkOptions", Some("logoutInstances"))
            }
            (_, "run") => ("RunOptions", None),
            _ if self.is_call() => ("CallOptions", None),
            _ => ("", None),
        }
    }

    /// The type of its options, where it has others than a call.
    fn options_type(&self, all: &[Self]) -> Option<String> {
        let (base, of) = self.base();
        let known = all.iter().find(|method| Some(method.name) == of).map_or(&[][..], |method| &method.options);
        let is_known = |name: &str| known.iter().any(|known| known.own == name);
        // A time that is not each call's says so itself.
        let says_itself = |one: &Argument<'_>| one.own != "timeout" || !one.default.is_null();
        let own = self.options.iter().filter(|one| !is_known(&one.own) && (base != "RunOptions" || says_itself(one)));
        let signal = base.is_empty().then(|| SIGNAL.to_owned());
        let lines: Vec<_> = own.map(declared).chain(signal).collect();
        let about = match self.name {
            "logoutInstances" => "Options of a run that changes many instances.".to_owned(),
            name => format!("Options of {{@link {}.{name}}}. Every one may be left out.", self.client.class()),
        };
        let extended = if base.is_empty() { String::new() } else { format!(" extends {base}") };
        let head = format!("/** {about} */\nexport interface {}{extended}", self.options_name());
        (!self.options.is_empty()).then(|| format!("{head} {{\n{}\n}}", lines.join("\n")))
    }

    /// How its options are checked and handed over, where it has others than a call.
    fn kinds(&self) -> Option<String> {
        let of_call = if self.is_call() { "...callKinds" } else { "signal" };
        let all: Vec<_> = self.options.iter().map(kind).chain([of_call.to_owned()]).collect();
        (!self.options.is_empty()).then(|| kinds(self.name, &all))
    }

    /// The type of what it gives.
    fn returned(&self) -> Result<String> {
        let returns = &self.operation.says["returns"];
        let model = || text(returns, "model");
        let given = match text(returns, "kind")? {
            "events" => {
                let classes: Vec<_> = list(returns, "of")?.iter().filter_map(Value::as_str).collect();
                let of = if classes.is_empty() { capital(self.name) + "Event" } else { classes.join(" | ") };
                return Ok(format!("EventIterator<{of}>"));
            }
            "notifications" => return Ok("NotificationIterator".to_owned()),
            "run" => return Ok(format!("Run<{}>", text(returns, "of")?)),
            "bulk run" => return Ok("BulkRun".to_owned()),
            "watch" => return Ok("WatchIterator".to_owned()),
            "nothing" => "undefined",
            "flag" => "boolean",
            "int" => "number",
            "texts" => "string[]",
            "state" => "StateInstance",
            "json" => "unknown",
            "instances" => "Instances",
            "model" => model()?,
            "model or nothing" => &format!("{} | null", model()?.replace("Notification", "AnyNotification")),
            "models" => &format!("{}[]", model()?),
            _ => "string",
        };
        Ok(format!("Promise<{given}>"))
    }

    /// The type of its arguments, where they are one object of its own.
    fn request_type(&self) -> Option<String> {
        let [Given::Several(arguments)] = self.given.as_slice() else { return None };
        let extra = self.operation.takes_extra.then(Argument::extra);
        let lines: Vec<_> = arguments.iter().chain(&extra).map(declared).collect();
        let about = format!("/** What {{@link {}.{}}} takes. */", self.client.class(), self.name);
        Some(format!("{about}\nexport interface {} {{\n{}\n}}", self.request(), lines.join("\n")))
    }

    /// The name of the type of its arguments.
    fn request(&self) -> String {
        self.older_request().map_or_else(|| capital(self.name) + "Arguments", str::to_owned)
    }

    /// The same, where it is older than the rule.
    fn older_request(&self) -> Option<&'static str> {
        let older = [
            ("createInstance", "InstanceSettings"),
            ("ensureInstance", "NamedInstanceSettings"),
            ("onboard", "NamedInstanceSettings"),
            ("setInstancesSettings", "SettingsToSet"),
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
        older.iter().find(|(name, _)| *name == self.name).map(|(_, request)| *request)
    }
}

fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

/// What ends a flow that is no call.
const SIGNAL: &str =
    "  /** Ends it at once; whoever waits for it gets `signal.reason`. */\n  signal?: AbortSignal | null | undefined";

/// How options are checked: on one line, else each on its own.
fn kinds(of: &str, kinds: &[String]) -> String {
    let broken = || format!("  {of}: {{\n    {},\n  }},", kinds.join(",\n    "));
    fitting(format!("  {of}: {{ {} }},", kinds.join(", ")), broken)
}

/// An option's name, and the kind that `options.js` has for it.
fn kind(option: &Argument<'_>) -> String {
    let kind = match option.kind {
        "int" => "count",
        // None is a time too: not at all.
        "duration" if option.name == "settle" => "delay",
        "decimal" => "money",
        "date" => "day",
        "time" => "moment",
        "path" => "text",
        kind => kind,
    };
    let Argument { own, may_be_null, .. } = option;
    match kind {
        _ if *may_be_null => format!("{own}: orNull({kind})"),
        _ if own == kind => kind.to_owned(),
        _ => format!("{own}: {kind}"),
    }
}

fn type_name(argument: &Argument<'_>) -> String {
    let name = match argument.kind {
        _ if !argument.one_of.is_empty() => return argument.one_of.join(" | ").replace('"', "'"),
        "flag" => "boolean",
        "int" | "number" | "duration" => "number",
        "id" => "number | bigint | string",
        "phone" => "PhoneNumber",
        "json" => "unknown",
        "object" => return object(argument),
        "texts" => "readonly string[]",
        "objects" if argument.parts.len() == 1 => return format!("readonly (string | {})[]", object(argument)),
        "objects" => return format!("readonly {}[]", object(argument)),
        "bytes" => "FileToSend",
        "decimal" => "Amount",
        "prices" => "Amount | { [tariff: string]: Amount }",
        "time" => "Date | string",
        "ledger" => "Ledger",
        "journal" => "Journal | string",
        "store" => "Store | string",
        "instance" => "IdInstance | { readonly idInstance: IdInstance }",
        "ids" => "InstanceIds",
        "specs" => "Iterable<InstanceSettings | string>",
        _ => "string",
    };
    name.to_owned()
}

/// The type of an object: of its parts, where they are known.
fn object(argument: &Argument<'_>) -> String {
    let parts: Vec<_> = argument.parts.iter().map(property).collect();
    match parts.as_slice() {
        [] if argument.name == "extra" => "{ [field: string]: unknown }".to_owned(),
        [] => "{ [name: string]: unknown }".to_owned(),
        [only] => format!("{{ {only} }}"),
        several => format!("{{\n    {}\n  }}", several.join("\n    ")),
    }
}

/// An argument as a property, with its documentation.
fn declared(argument: &Argument<'_>) -> String {
    format!("  /** {} */\n  {}", told(argument), property(argument))
}

fn property(argument: &Argument<'_>) -> String {
    let (name, kind) = (&argument.own, type_name(argument));
    match (argument.required, argument.kind) {
        (true, _) => format!("{name}: {kind}"),
        (false, "json") => format!("{name}?: {kind}"),
        (false, _) => format!("{name}?: {kind} | null | undefined"),
    }
}

/// What a parameter is, in more words where its type is one of ours.
fn told_of(argument: &Argument<'_>) -> String {
    match argument.kind {
        "instance" => "The id: a number, a bigint, or decimal text.".to_owned(),
        "ids" => "Numbers, bigints or text, or objects with an `idInstance`; see {@link InstanceIds}.".to_owned(),
        "specs" => "Settings as {@link PartnerClient.createInstance} takes them, or names.".to_owned(),
        _ => told(argument),
    }
}

/// What an argument is, in JavaScript's names and units, with its default.
pub(super) fn told(argument: &Argument<'_>) -> String {
    let variables = "`SSL_CERT_FILE`, `SSL_CERT_DIR` and `NODE_EXTRA_CA_CERTS`";
    let doc = in_javascript(&argument.told().replace("{CA_VARIABLES}", variables));
    if argument.kind == "duration" { in_milliseconds(&doc) } else { doc }
}

/// A sentence about seconds as one about milliseconds.
fn in_milliseconds(doc: &str) -> String {
    let words = doc.split(' ').map(|word| {
        let digits = word.trim_end_matches(['.', ',', ';']);
        match digits.parse::<u64>() {
            Ok(seconds) => word.replacen(digits, &(seconds * 1000).to_string(), 1),
            Err(_) if word.starts_with("Seconds") => word.replace("Seconds", "Milliseconds"),
            Err(_) => word.replace("seconds", "milliseconds"),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_milliseconds() {
        let (doc, expected) = (
            "Seconds of `x`, or 3, 4; 5 s. Defaults to 5 seconds.",
            "Milliseconds of `x`, or 3000, 4000; 5000 s. Defaults to 5000 milliseconds.",
        );
        assert_eq!(in_milliseconds(doc), expected);
    }

    #[test]
    fn kinds_stand_on_a_line_while_they_fit() {
        let kinds_of = |count| kinds("run", &vec!["concurrency: count".to_owned(); count]);
        assert_eq!(kinds_of(1), "  run: { concurrency: count },");
        assert_eq!(kinds_of(6).lines().count(), 8);
    }
}
