//! Python's clients: signatures, docstrings and bodies of their methods, from the contract.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{
    layout, list,
    operations::{Argument, Operation, arguments, operations},
    template::filled,
    text,
};
use crate::docstrings::{docstring, hanging};

/// Whether the methods wait, or give what is to be awaited.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Sync,
    Async,
}

const TEMPLATE: &str = include_str!("client.py.in");

/// The module of an instance's client.
pub(crate) fn instance(contract: &Value, mode: Mode) -> Result<String> {
    let operations = operations(contract, "instance_operations")?;
    let page = operations.iter().find(|one| one.says["name"] == "qrPageUrl").context("there is no qrPageUrl")?;
    let of_function = Argument::described("instance", "", "The instance's client.");
    let function =
        doc(page.says, [&of_function].into_iter(), mode, 4)?.replace("shop.qr_page_url()", "qr_page_url(shop)");
    let own = [
        ("of", "one instance".to_owned()),
        ("handle", "InstanceHandle".to_owned()),
        ("models", imported_models(&operations)),
        ("qr page url", function),
    ];
    let options = constructor(contract, "instance_client")?;
    module(("instance", "InstanceClient"), mode, &operations, own.into_iter().chain(options))
}

/// The module of a partner's client.
pub(crate) fn partner(contract: &Value, mode: Mode) -> Result<String> {
    let operations = operations(contract, "operations")?;
    let maker = list(contract, "makers")?.first().context("nothing makes the client of an instance")?;
    let own = [
        ("of", "a partner".to_owned()),
        ("handle", "PartnerHandle".to_owned()),
        ("instance", instance_of(maker, mode)?),
    ];
    let options = constructor(contract, "client")?;
    module(("partner", "PartnerClient"), mode, &operations, own.into_iter().chain(options))
}

fn module(
    (kind, class): (&str, &str),
    mode: Mode,
    operations: &[Operation<'_>],
    places: impl Iterator<Item = (&'static str, String)>,
) -> Result<String> {
    let methods = operations.iter().map(|operation| method(operation, mode)).collect::<Result<Vec<_>>>()?;
    let (mode, prefix) = if mode == Mode::Async { ("async", "Async") } else { ("sync", "") };
    let shared =
        [("class", format!("{prefix}{class}")), ("waiting class", class.to_owned()), ("methods", methods.join("\n\n"))];
    filled(TEMPLATE, &[kind, mode], &places.chain(shared).collect::<Vec<_>>())
}

/// What the options of a client are written into.
fn constructor(contract: &Value, client: &str) -> Result<Vec<(&'static str, String)>> {
    let options = arguments(&contract["options"], client)?;
    let parameters = options.iter().map(|option| {
        let only_by_name = if option.positional { "\n        *," } else { "" };
        format!("        {},{only_by_name}", parameter(option))
    });
    Ok(vec![
        ("option docs", lines(options.iter().map(|option| argument_doc(option, 8)))),
        ("option parameters", lines(parameters)),
        ("options given", lines(options.iter().map(|option| format!("            {},", given(option))))),
        ("secret options", hidden(&options).join(", ")),
    ])
}

/// The method that makes the client of an instance: of what has a token, or of an id with one.
fn instance_of(maker: &Value, mode: Mode) -> Result<String> {
    let all = arguments(maker, "params")?;
    let [id, _, others @ ..] = all.as_slice() else { bail!("it is made of an id and a token") };
    let class = if mode == Mode::Async { "AsyncInstanceClient" } else { "InstanceClient" };
    let head = |parameters: &[&str], end: &str| {
        layout::call(4, "def instance", &[&["self"], parameters].concat(), &format!(" -> {class}:{end}"))
    };
    let parameters: Vec<_> = all.iter().map(parameter).collect();
    let parameters: Vec<_> = parameters.iter().map(String::as_str).collect();
    let known = ["id_instance: CreatedInstance | Instance", "api_token_instance: None = None"];
    let of_id = parameter(id);
    let with_token = [&[&of_id, "api_token_instance: str"], &parameters[all.len() - others.len()..]].concat();
    Ok([
        "    @overload".to_owned(),
        head(&known, " ..."),
        "    @overload".to_owned(),
        head(&with_token, " ..."),
        head(&parameters, ""),
        doc(maker, all.iter(), mode, 8)?,
        layout::call(8, "sealed = Sealed", &all.iter().map(given).collect::<Vec<_>>(), ""),
        format!("        del {}", hidden(&all).join(", ")),
        "        return sealed.open_for(self._handle.instance)".to_owned(),
    ]
    .join("\n"))
}

/// The import of the classes that the methods give.
fn imported_models(operations: &[Operation<'_>]) -> String {
    let classes = operations.iter().filter_map(|one| one.says["returns"]["model"].as_str());
    let mut names: Vec<_> = classes.filter(|name| !["Notification", "QrCode"].contains(name)).collect();
    names.sort_unstable();
    names.dedup();
    layout::import(0, "models", &names)
}

/// One method.
fn method(operation: &Operation<'_>, mode: Mode) -> Result<String> {
    let says = operation.says;
    let method = Method::of(operation);
    let parameters = parameters("self", method.all());
    let returned = returned(&says["returns"], mode)?;
    let is_awaited = mode == Mode::Async && ["call", "other"].contains(&operation.shape);
    let returned = if is_awaited { format!("Call[{returned}]") } else { returned };
    let head = layout::call(4, &format!("def {}", text(says, "python")?), &parameters, &format!(" -> {returned}:"));
    Ok(format!("{head}\n{}\n{}", doc(says, method.all(), mode, 8)?, method.body()))
}

/// Of each class that core says all of: its name, its documentation, and what the stub has of it.
pub(crate) fn native(contract: &Value) -> Result<Vec<(&'static str, String, String)>> {
    let written = ["Journal", "Store"].map(|name| {
        let says = list(contract, "fleet")?.iter().find(|one| one["name"] == name);
        let says = says.with_context(|| format!("core has no {name}"))?;
        let lists = ["params", "beside"].iter().filter_map(|key| says[*key].as_array()).flatten();
        let all = lists.map(Argument::read).collect::<Result<Vec<_>>>()?;
        let doc = |indent| doc(says, all.iter(), Mode::Sync, indent);
        let made = layout::call(4, "def __new__", &parameters("cls", all.iter()), " -> Self: ...");
        let stub = format!("{}\n{}", doc(4)?, if all.is_empty() { String::new() } else { format!("\n{made}") });
        Ok((name, doc(0)?.replace("\"\"\"", "").trim().to_owned() + "\n", stub))
    });
    written.into_iter().collect()
}

/// What a signature has in its brackets.
fn parameters<'a>(first: &str, all: impl Iterator<Item = &'a Argument<'a>>) -> Vec<String> {
    let (needed, others): (Vec<_>, Vec<_>) = all.partition(|argument| argument.positional);
    let only_by_name = (!others.is_empty()).then(|| "*".to_owned());
    let parameters = needed.into_iter().map(parameter).chain(only_by_name).chain(others.into_iter().map(parameter));
    [first.to_owned()].into_iter().chain(parameters).collect()
}

/// The docstring: prose, arguments, an example, upstream's page.
fn doc<'a>(
    says: &Value,
    arguments: impl Iterator<Item = &'a Argument<'a>>,
    mode: Mode,
    indent: usize,
) -> Result<String> {
    let space = " ".repeat(indent);
    let mut lines = docstring(text(&says["prose"], "python")?, &space);
    let arguments: Vec<_> = arguments.map(|argument| argument_doc(argument, indent + 4)).collect();
    if !arguments.is_empty() {
        lines.push(format!("{space}Args:"));
        lines.extend(arguments);
        lines.push(String::new());
    }
    let example = text(&says["examples"], "python");
    let example = example.with_context(|| format!("{} has no example for Python", says["name"]))?;
    let example = if mode == Mode::Sync { waited(example) } else { example.to_owned() };
    lines.push(format!("{space}Example:"));
    lines.extend(example.lines().map(|line| format!("{space}    {line}").trim_end().to_owned()));
    if let Some(page) = says["page"].as_str() {
        lines.extend([String::new(), format!("{space}Upstream's page: <{page}>")]);
    }
    lines.push(format!("{space}\"\"\""));
    Ok(lines.join("\n"))
}

/// What a method takes in Python.
struct Method<'a> {
    operation: &'a Operation<'a>,
    arguments: Vec<Argument<'a>>,
    call: Vec<Argument<'a>>,
}

impl<'a> Method<'a> {
    fn of(operation: &'a Operation<'a>) -> Self {
        let extra = operation.takes_extra.then(Argument::extra);
        let arguments = operation.params.iter().cloned().chain(extra).chain(operation.beside.iter().cloned());
        let progress = (operation.shape == "run").then(|| Argument::described("progress", "flag", PROGRESS));
        let call = operation.call.iter().cloned().chain(progress);
        Self { operation, arguments: arguments.collect(), call: call.collect() }
    }

    fn all(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments.iter().chain(&self.call)
    }

    fn body(&self) -> String {
        let Operation { says, shape, .. } = self.operation;
        let name = says["name"].to_string();
        let timeout: &[&str] = if self.call.is_empty() { &[] } else { &["timeout"] };
        match *shape {
            "value" => format!("        return self._handle.{}()", says["python"].as_str().unwrap_or_default()),
            "notifications" => self.handed_over("notifications", None, timeout),
            "other" => self.handed_over("other", Some("method"), timeout),
            "run" => self.handed_over("run", Some(&name), &["progress"]),
            shape => self.handed_over(shape, Some(&name), timeout),
        }
    }

    /// The arguments put together and handed to the binding: out of everybody's sight where one of them is a secret.
    fn handed_over(&self, handle: &str, first: Option<&str>, last: &[&str]) -> String {
        let (file, named): (Vec<_>, Vec<_>) = self.arguments.iter().partition(|argument| argument.kind == "bytes");
        let named: Vec<_> = named.into_iter().filter(|argument| Some(argument.name) != first).collect();
        let mut forgotten = hidden(named.iter().copied());
        let sealed = |indent, before, all: &[&Argument<'_>]| {
            layout::call(indent, before, &all.iter().copied().map(given).collect::<Vec<_>>(), "")
        };
        let mut lines = Vec::new();
        let items: Vec<_> = named.iter().map(|one| format!("\"{0}\": {0}", one.name)).collect();
        let mut arguments = format!("{{{}}}", items.join(", "));
        if !forgotten.is_empty() || arguments.len() >= 60 {
            lines.push(match forgotten.as_slice() {
                [] => layout::dictionary(8, "arguments = ", &items, ""),
                _ => sealed(8, "arguments = Sealed", &named),
            });
            "arguments".clone_into(&mut arguments);
        }
        let mut handed: Vec<_> = first.into_iter().chain([arguments.as_str()]).chain(last.iter().copied()).collect();
        if let [file] = file[..] {
            let name = named.iter().copied().find(|one| one.name == "file_name");
            let whole = sealed(0, "Sealed", &[file].into_iter().chain(name).collect::<Vec<_>>());
            let whole = if file.required { whole } else { format!("None if file is None else {whole}") };
            lines.push(format!("        sealed = {whole}"));
            handed.push("sealed");
            forgotten.push(file.name);
        }
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

fn type_name(argument: &Argument<'_>) -> String {
    if !argument.one_of.is_empty() {
        return format!("Literal[{}]", argument.one_of.join(", "));
    }
    let name = match argument.kind {
        "flag" => "bool",
        "int" => "int",
        "phone" | "id" => "int | str",
        "json" => "object",
        "object" => "Mapping[str, object]",
        "texts" => "Sequence[str]",
        // The only part of an object may stand for it.
        "objects" if argument.parts.len() == 1 => "Sequence[str | Mapping[str, object]]",
        "objects" => "Sequence[Mapping[str, object]]",
        "bytes" => "File",
        "duration" | "number" => "float",
        "path" => "str | PathLike[str]",
        "instance" => "Which",
        "ids" => "Iterable[Which]",
        "specs" => "Iterable[str | dict[str, Any]]",
        "decimal" => "Money",
        "prices" => "Money | Mapping[str, Money]",
        "ledger" => "Ledger",
        "journal" => "Journal | str | PathLike[str]",
        "store" => "Store | str | PathLike[str]",
        _ => "str",
    };
    name.to_owned()
}

/// An argument by its name.
fn given(argument: &Argument<'_>) -> String {
    format!("{0}={0}", argument.name)
}

/// The parameter with its type, and what it is where nothing is given.
fn parameter(argument: &Argument<'_>) -> String {
    let (name, kind) = (argument.name, type_name(argument));
    let or_none = if kind == "object" { "" } else { " | None" };
    match (&argument.default, argument.required) {
        (_, true) => format!("{name}: {kind}"),
        (Value::Null, false) => format!("{name}: {kind}{or_none} = None"),
        (default, false) if argument.may_be_null => format!("{name}: {kind}{or_none} = {}", literal(default)),
        (default, false) => format!("{name}: {kind} = {}", literal(default)),
    }
}

/// The names of those that may stand in no frame.
fn hidden<'a>(arguments: impl IntoIterator<Item = &'a Argument<'a>>) -> Vec<&'a str> {
    arguments.into_iter().filter(|argument| argument.hidden).map(|argument| argument.name).collect()
}

/// The lines of an argument in a docstring.
fn argument_doc(argument: &Argument<'_>, indent: usize) -> String {
    let variables = "`SSL_CERT_FILE`, `SSL_CERT_DIR` and `REQUESTS_CA_BUNDLE` (or `CURL_CA_BUNDLE`)";
    let doc = argument.told_with(&shown(&argument.default)).replace("{CA_VARIABLES}", variables);
    hanging(&format!("{}: {doc}", argument.name), indent)
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
