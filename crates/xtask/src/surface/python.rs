//! Python's clients: signatures, docstrings and bodies of their methods, from the contract.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{layout, list, template::filled, text};
use crate::docstrings::{docstring, hanging};

/// Whether the methods wait, or give what is to be awaited.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Sync,
    Async,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Async => "async",
        }
    }
}

const TEMPLATE: &str = include_str!("instance.py.in");
const PARTNER_TEMPLATE: &str = include_str!("partner.py.in");

/// The module of an instance's client.
pub(crate) fn instance(contract: &Value, mode: Mode) -> Result<String> {
    let operations = list(contract, "instance_operations")?;
    let methods = operations.iter().map(|operation| method(operation, mode)).collect::<Result<Vec<_>>>()?;
    let page = operations.iter().find(|one| one["name"] == "qrPageUrl").context("there is no qrPageUrl")?;
    let of_function = Argument::described("instance", "The instance's client.");
    let function = doc(page, &[of_function], mode, 4)?.replace("shop.qr_page_url()", "qr_page_url(shop)");
    let mut places = constructor(contract, "instance_client")?;
    places.extend([
        ("models", imported_models(operations)),
        ("methods", methods.join("\n\n")),
        ("qr page url", function),
    ]);
    filled(TEMPLATE, mode.name(), &places)
}

/// The module of a partner's client.
pub(crate) fn partner(contract: &Value, mode: Mode) -> Result<String> {
    let operations = list(contract, "operations")?.iter();
    let methods = operations.map(|operation| method(operation, mode)).collect::<Result<Vec<_>>>()?;
    let maker = list(contract, "makers")?.first().context("nothing makes the client of an instance")?;
    let mut places = constructor(contract, "client")?;
    places.extend([("methods", methods.join("\n\n")), ("instance", instance_of(maker, mode)?)]);
    filled(PARTNER_TEMPLATE, mode.name(), &places)
}

/// What the options of a client are written into.
fn constructor(contract: &Value, client: &str) -> Result<Vec<(&'static str, String)>> {
    let options = list(&contract["options"], client)?.iter().map(Argument::read).collect::<Result<Vec<_>>>()?;
    let secret: Vec<_> = options.iter().filter(|option| option.hidden).map(|option| option.name.clone()).collect();
    Ok(vec![
        ("option docs", lines(options.iter().map(|option| option.doc(8)))),
        (
            "option parameters",
            lines(options.iter().map(|option| {
                let only_by_name = if option.positional { "\n        *," } else { "" };
                format!("        {},{only_by_name}", option.parameter())
            })),
        ),
        ("options given", lines(options.iter().map(|option| format!("            {},", option.given())))),
        ("secret options", secret.join(", ")),
    ])
}

/// The method that makes the client of an instance: of what has a token, or of an id with one.
fn instance_of(maker: &Value, mode: Mode) -> Result<String> {
    let arguments = list(maker, "params")?.iter().map(Argument::read).collect::<Result<Vec<_>>>()?;
    let [id, token, others @ ..] = &arguments[..] else { bail!("it is made of an id and a token") };
    let class = if mode == Mode::Async { "AsyncInstanceClient" } else { "InstanceClient" };
    let head = |parameters: &[String], end: &str| {
        layout::call(4, "def instance", &[&["self".to_owned()][..], parameters].concat(), &format!(" -> {class}:{end}"))
    };
    let parameters = |all: &[Argument]| all.iter().map(Argument::parameter).collect::<Vec<_>>();
    let known = ["id_instance: CreatedInstance | Instance".to_owned(), "api_token_instance: None = None".to_owned()];
    let with_token = [vec![id.parameter(), "api_token_instance: str".to_owned()], parameters(others)].concat();
    let hidden: Vec<_> = [token].into_iter().chain(others).map(|one| one.name.clone()).collect();
    let given: Vec<_> = arguments.iter().map(Argument::given).collect();
    Ok([
        "    @overload".to_owned(),
        head(&known, " ..."),
        "    @overload".to_owned(),
        head(&with_token, " ..."),
        head(&parameters(&arguments), ""),
        doc(maker, &arguments, mode, 8)?,
        layout::call(8, "sealed = Sealed", &given, ""),
        format!("        del {}", hidden.join(", ")),
        "        return sealed.open_for(self._handle.instance)".to_owned(),
    ]
    .join("\n"))
}

/// The import of the classes that the methods give.
fn imported_models(operations: &[Value]) -> String {
    let classes = operations.iter().filter_map(|one| one["returns"]["model"].as_str());
    let mut names: Vec<_> = classes.filter(|name| !["Notification", "QrCode"].contains(name)).collect();
    names.sort_unstable();
    names.dedup();
    layout::import(0, "models", &names)
}

/// One method.
fn method(operation: &Value, mode: Mode) -> Result<String> {
    let name = text(operation, "python")?;
    let method = Method::read(operation)?;
    let mut parameters = vec!["self".to_owned()];
    let (needed, others): (Vec<_>, Vec<_>) = method.all().partition(|argument| argument.positional);
    parameters.extend(needed.iter().map(|argument| argument.parameter()));
    if !others.is_empty() {
        parameters.push("*".to_owned());
        parameters.extend(others.iter().map(|argument| argument.parameter()));
    }
    let given = returned(&operation["returns"], mode)?;
    let given = if mode == Mode::Async && method.is_awaited() { format!("Call[{given}]") } else { given };
    let head = layout::call(4, &format!("def {name}"), &parameters, &format!(" -> {given}:"));
    let arguments: Vec<_> = method.all().cloned().collect();
    Ok(format!("{head}\n{}\n{}", doc(operation, &arguments, mode, 8)?, method.body()))
}

/// The docstring: prose, arguments, an example, upstream's page.
fn doc(operation: &Value, arguments: &[Argument], mode: Mode, indent: usize) -> Result<String> {
    let space = " ".repeat(indent);
    let mut lines = docstring(text(&operation["prose"], "python")?, &space);
    if !arguments.is_empty() {
        lines.push(format!("{space}Args:"));
        lines.extend(arguments.iter().map(|argument| argument.doc(indent + 4)));
        lines.push(String::new());
    }
    let example = text(&operation["examples"], "python")
        .with_context(|| format!("{} has no example for Python", operation["name"]))?;
    let example = if mode == Mode::Sync { waited(example) } else { example.to_owned() };
    lines.push(format!("{space}Example:"));
    lines.extend(example.lines().map(|line| format!("{space}    {line}").trim_end().to_owned()));
    lines.push(String::new());
    if let Some(page) = operation["page"].as_str() {
        lines.push(format!("{space}Upstream's page: <{page}>"));
    } else {
        lines.pop();
    }
    lines.push(format!("{space}\"\"\""));
    Ok(lines.join("\n"))
}

/// What a method takes, and how it is called.
struct Method<'a> {
    operation: &'a Value,
    arguments: Vec<Argument>,
    call: Vec<Argument>,
}

impl<'a> Method<'a> {
    fn read(operation: &'a Value) -> Result<Self> {
        let read = |key: &str| list(operation, key)?.iter().map(Argument::read).collect::<Result<Vec<_>>>();
        let mut arguments = read("params")?;
        if operation["takes_extra"] == true {
            arguments.push(Argument::extra());
        }
        arguments.extend(read("beside")?);
        let mut call = read("call")?;
        if operation["shape"] == "run" {
            call.push(Argument { kind: "flag".to_owned(), ..Argument::described("progress", PROGRESS) });
        }
        Ok(Self { operation, arguments, call })
    }

    fn all(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().chain(&self.call)
    }

    fn is_awaited(&self) -> bool {
        matches!(self.operation["shape"].as_str(), Some("call" | "other"))
    }

    fn body(&self) -> String {
        let name = &self.operation["name"];
        let timeout: &[&str] = if self.call.is_empty() { &[] } else { &["timeout"] };
        match self.operation["shape"].as_str().unwrap_or_default() {
            "value" => {
                format!("        return self._handle.{}()", self.operation["python"].as_str().unwrap_or_default())
            }
            "notifications" => self.handed_over("notifications", &[], timeout),
            "other" => self.handed_over("other", &["method".to_owned()], timeout),
            "run" => self.handed_over("run", &[name.to_string()], &["progress"]),
            shape => self.handed_over(shape, &[name.to_string()], timeout),
        }
    }

    /// The arguments put together and handed to the binding: out of everybody's sight where one of them is a secret.
    fn handed_over(&self, handle: &str, first: &[String], last: &[&str]) -> String {
        let is_file = |argument: &&Argument| argument.kind == "bytes";
        let named: Vec<_> = self.arguments.iter().filter(|one| !is_file(one) && !first.contains(&one.name)).collect();
        let file = self.arguments.iter().find(is_file);
        let hidden: Vec<_> = named.iter().filter(|one| one.hidden).map(|one| one.name.clone()).collect();
        let mut lines = Vec::new();
        let mut arguments = "arguments".to_owned();
        if hidden.is_empty() {
            let items: Vec<_> = named.iter().map(|one| format!("\"{0}\": {0}", one.name)).collect();
            let flat = format!("{{{}}}", items.join(", "));
            if flat.len() < 60 {
                arguments = flat;
            } else {
                lines.push(layout::dictionary(8, "arguments = ", &items, ""));
            }
        } else {
            lines.push(layout::call(
                8,
                "arguments = Sealed",
                &named.iter().map(|one| one.given()).collect::<Vec<_>>(),
                "",
            ));
        }
        let mut handed = first.to_vec();
        handed.push(arguments);
        handed.extend(last.iter().copied().map(str::to_owned));
        if let Some(file) = file {
            let name = named.iter().filter(|one| one.name == "file_name");
            let sealed = layout::call(
                0,
                "Sealed",
                &[file].into_iter().chain(name.copied()).map(Argument::given).collect::<Vec<_>>(),
                "",
            );
            let sealed = if file.required { sealed } else { format!("None if file is None else {sealed}") };
            lines.push(format!("        sealed = {sealed}"));
            handed.push("sealed".to_owned());
        }
        let forgotten: Vec<_> = hidden.into_iter().chain(file.map(|file| file.name.clone())).collect();
        if !forgotten.is_empty() {
            lines.push(format!("        del {}", forgotten.join(", ")));
        }
        lines.push(layout::call(8, &format!("return self._handle.{handle}"), &handed, ""));
        lines.join("\n")
    }
}

/// Of Python alone.
const PROGRESS: &str =
    "Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is there.";

/// One argument.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of it")]
struct Argument {
    name: String,
    kind: String,
    one_of: Vec<String>,
    required: bool,
    /// Whether it may be given by its place.
    positional: bool,
    /// Whether a text may stand for an object: the only part of one.
    may_be_text: bool,
    /// What it is where nothing is given.
    default: Value,
    may_be_null: bool,
    /// Whether it may stand in no frame.
    hidden: bool,
    doc: String,
}

impl Argument {
    fn read(param: &Value) -> Result<Self> {
        let words = param["one_of"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let numbers = param["among"].as_array().into_iter().flatten().map(Value::to_string);
        let variables = "`SSL_CERT_FILE`, `SSL_CERT_DIR` and `REQUESTS_CA_BUNDLE` (or `CURL_CA_BUNDLE`)";
        Ok(Self {
            name: text(param, "name")?.to_owned(),
            kind: text(param, "kind")?.to_owned(),
            one_of: words.map(|word| format!("\"{word}\"")).chain(numbers).collect(),
            required: param["required"] == true,
            positional: param["positional"] == true,
            may_be_text: param["parts"].as_array().is_some_and(|parts| parts.len() == 1),
            // What the environment does not say is for core to know.
            default: if param["env"].is_null() { param["default"].clone() } else { Value::Null },
            may_be_null: param["or_null"] == true,
            hidden: param["secret"] == true || param["personal"] == true,
            doc: text(param, "doc")?.replace("{CA_VARIABLES}", variables),
        })
    }

    /// Fields that upstream learned since.
    fn extra() -> Self {
        let doc = "Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none.";
        Self { kind: "object".to_owned(), hidden: true, ..Self::described("extra", doc) }
    }

    fn described(name: &str, doc: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: String::new(),
            one_of: Vec::new(),
            required: false,
            positional: false,
            may_be_text: false,
            default: Value::Null,
            may_be_null: false,
            hidden: false,
            doc: doc.to_owned(),
        }
    }

    fn type_name(&self) -> String {
        if !self.one_of.is_empty() {
            return format!("Literal[{}]", self.one_of.join(", "));
        }
        let name = match self.kind.as_str() {
            "flag" => "bool",
            "int" => "int",
            "phone" | "id" => "int | str",
            "json" => "object",
            "object" => "Mapping[str, object]",
            "texts" => "Sequence[str]",
            "objects" if self.may_be_text => "Sequence[str | Mapping[str, object]]",
            "objects" => "Sequence[Mapping[str, object]]",
            "bytes" => "File",
            "duration" | "number" => "float",
            "path" => "str | PathLike[str]",
            "instance" => "Which",
            "ids" => "Iterable[Which]",
            "specs" => "Iterable[str | dict[str, Any]]",
            "decimal" => "Money",
            "ledger" => "Ledger",
            _ => "str",
        };
        name.to_owned()
    }

    /// It by its name.
    fn given(&self) -> String {
        format!("{0}={0}", self.name)
    }

    /// The parameter with its type, and what it is where nothing is given.
    fn parameter(&self) -> String {
        let (name, kind) = (&self.name, self.type_name());
        let or_none = |kind: &str| if kind == "object" { kind.to_owned() } else { format!("{kind} | None") };
        match (&self.default, self.required) {
            (_, true) => format!("{name}: {kind}"),
            (Value::Null, false) => format!("{name}: {} = None", or_none(&kind)),
            (default, false) if self.may_be_null => format!("{name}: {} = {}", or_none(&kind), literal(default)),
            (default, false) => format!("{name}: {kind} = {}", literal(default)),
        }
    }

    /// Its lines among the arguments of a docstring.
    fn doc(&self, indent: usize) -> String {
        let told = self.doc.contains("Defaults to") || self.default.is_null();
        let default = if told { String::new() } else { format!(" Defaults to {}.", shown(&self.default)) };
        hanging(&format!("{}: {}{default}", self.name, self.doc), indent)
    }
}

/// A value as Python's formatter writes it.
fn literal(value: &Value) -> String {
    match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) if number.as_u64().is_some_and(|number| number >= 100_000) => {
            grouped(&number.to_string())
        }
        other => other.to_string(),
    }
}

/// A value as people write it.
fn shown(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 => format!("{number:.0}"),
        _ => literal(value),
    }
}

fn grouped(digits: &str) -> String {
    let count = digits.len();
    let group = |(place, digit): (usize, char)| {
        let separator = if place > 0 && (count - place).is_multiple_of(3) { "_" } else { "" };
        format!("{separator}{digit}")
    };
    digits.chars().enumerate().map(group).collect()
}

/// The type of what a method gives.
fn returned(returns: &Value, mode: Mode) -> Result<String> {
    let model = || text(returns, "model");
    let prefix = if mode == Mode::Async { "Async" } else { "" };
    Ok(match text(returns, "kind")? {
        "nothing" => "None".to_owned(),
        "flag" => "bool".to_owned(),
        "int" => "int".to_owned(),
        "texts" => "list[str]".to_owned(),
        "json" => "Any".to_owned(),
        "model" => model()?.to_owned(),
        "model or nothing" => format!("{} | None", model()?.replace("Notification", "AnyNotification")),
        "models" => format!("list[{}]", model()?),
        "events" => {
            let classes = list(returns, "of")?.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
            format!("{prefix}Events[{}]", if classes.is_empty() { "Event" } else { &classes })
        }
        "notifications" => format!("{prefix}Notifications"),
        "instances" => "Instances".to_owned(),
        "run" => format!("{prefix}Run[{}]", text(returns, "of")?),
        "bulk run" => format!("{prefix}BulkRun"),
        "watch" => format!("{prefix}Watch"),
        _ => "str".to_owned(),
    })
}

/// An example for asyncio as one that waits.
pub(super) fn waited(example: &str) -> String {
    let mut text = example.replace("async for ", "for ").replace("async with ", "with ");
    while let Some(begin) = text.find("(await ") {
        let mut depth = 0_usize;
        let inside = &text[begin + "(await ".len()..];
        // The brackets of a call stay.
        if text[..begin].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            text = format!("{}({inside}", &text[..begin]);
            continue;
        }
        let end = inside.find(|letter| match letter {
            '(' => {
                depth += 1;
                false
            }
            ')' if depth == 0 => true,
            ')' => {
                depth -= 1;
                false
            }
            _ => false,
        });
        let Some(end) = end else { break };
        let after = &inside[end + 1..];
        text = format!("{}{}{after}", &text[..begin], &inside[..end]);
    }
    text.replace("await ", "")
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_for_asyncio_becomes_one_that_waits() {
        let cases = [
            ("print((await shop.qr()).png)", "print(shop.qr().png)"),
            ("print(await shop.count(1))", "print(shop.count(1))"),
            ("if await a(b(1)):\n    await c()", "if a(b(1)):\n    c()"),
            ("async for x in y():\n    pass", "for x in y():\n    pass"),
            ("async with y() as x:\n    pass", "with y() as x:\n    pass"),
        ];
        for (example, expected) in cases {
            assert_eq!(waited(example), expected);
        }
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(grouped("268435456"), "268_435_456");
        assert_eq!(literal(&Value::from(60.0)), "60.0");
        assert_eq!(shown(&Value::from(300.0)), "300");
    }
}
