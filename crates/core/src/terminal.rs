//! Terminal view of the events on the way from created to linked.

use crate::{AuthorizationCode, Authorized, Created, Event, PasskeyRequired, QrCode, SettingsNotKept, Waiting};

/// Draws the events of `onboard`, `authorize` and `scan_qr_code` for whoever sits at a terminal.
///
/// ```no_run
/// use std::io::{IsTerminal, Write};
///
/// use greenapi_partner::{AuthorizeOptions, InstanceClient, TerminalView};
///
/// # async fn example(shop: InstanceClient) -> Result<(), Box<dyn std::error::Error>> {
/// let mut out = std::io::stdout();
/// let mut view = TerminalView::new(out.is_terminal());
/// let mut events = shop.authorize(AuthorizeOptions::default());
/// while let Some(event) = events.next().await {
///     write!(out, "{}", view.draw(&event?))?;
///     out.flush()?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TerminalView {
    in_place: bool,
    /// Which instance it is about: the line that stays above all others.
    heading: String,
    messenger: Messenger,
    last: Option<Event>,
    /// How many lines the last drawing has.
    lines: usize,
}

impl TerminalView {
    /// `in_place`: each drawing replaces the one before, as is right for a terminal; otherwise each is appended, as is
    /// right for a log.
    pub fn new(in_place: bool) -> Self {
        Self { in_place, heading: String::new(), messenger: Messenger::Unknown, last: None, lines: 0 }
    }

    /// What to write to the terminal, as it is, for an event. It is empty for one that is appended already.
    pub fn draw(&mut self, event: &Event) -> String {
        let is_repeated = self.last.replace(event.clone()).as_ref() == Some(event);
        if let Event::Created(created) = event {
            self.messenger = Messenger::of(created.type_instance());
            self.heading = heading(created);
        }
        if self.in_place {
            let drawing = [self.heading.as_str(), &self.text(event)].concat();
            let before = std::mem::replace(&mut self.lines, drawing.lines().count());
            return [&over(before), drawing.as_str()].concat();
        }
        match event {
            _ if is_repeated => String::new(),
            Event::Created(_) => self.heading.clone(),
            _ => self.text(event),
        }
    }

    /// The lines of an event, each ended.
    fn text(&self, event: &Event) -> String {
        match event {
            Event::Created(_) => String::new(),
            Event::Waiting(waiting) => waiting_text(waiting),
            Event::QrCode(qr) => self.qr_text(qr),
            Event::AuthorizationCode(code) => self.code_text(code),
            Event::PasswordNeeded(_) => "The account has a password: it is needed to go on.\n".to_owned(),
            Event::PasskeyRequired(asked) => passkey_text(asked),
            Event::SettingsNotKept(lost) => not_kept_text(lost),
            Event::Authorized(authorized) => linked(authorized),
        }
    }

    fn qr_text(&self, qr: &QrCode) -> String {
        let until = qr.expires_at().strftime("%H:%M:%S");
        format!("{}{}\nGood until {until} UTC, then it is replaced.\n", qr.terminal(), self.messenger.scan())
    }

    fn code_text(&self, code: &AuthorizationCode) -> String {
        let number = printable(code.phone_number().unwrap_or("unknown"), SHORT);
        let Some(code) = code.code() else {
            return format!("A code was sent to {number}{}: it is needed to go on.\n", self.messenger.inside());
        };
        let code = halves(&printable(code, SHORT));
        format!("Type this code into the phone: {code} (number {number})\n{}\n", self.messenger.enter())
    }
}

/// Who links, where upstream said it.
#[derive(Clone, Copy, Debug)]
enum Messenger {
    WhatsApp,
    Telegram,
    Max,
    Unknown,
}

impl Messenger {
    fn of(type_instance: Option<&str>) -> Self {
        match type_instance {
            Some("whatsapp") => Self::WhatsApp,
            Some("telegram") => Self::Telegram,
            Some("v3") => Self::Max,
            _ => Self::Unknown,
        }
    }

    /// How to scan a QR code.
    fn scan(self) -> &'static str {
        match self {
            Self::WhatsApp => "Scan with WhatsApp: Settings > Linked devices > Link a device",
            Self::Telegram => "Scan with Telegram: Settings > Devices > Link desktop device",
            Self::Max => "Scan with MAX on the phone: in the settings, under devices",
            Self::Unknown => "Scan with the messenger on the phone: in the settings, under devices",
        }
    }

    /// Where to type a code. Only WhatsApp has such codes.
    fn enter(self) -> &'static str {
        match self {
            Self::WhatsApp => "WhatsApp: Settings > Linked devices > Link a device > Link with phone number",
            _ => "In the messenger's settings, under linked devices: link with phone number",
        }
    }

    /// Where a code was sent to.
    fn inside(self) -> &'static str {
        match self {
            Self::Telegram => " in Telegram",
            Self::Max => " in MAX",
            Self::WhatsApp | Self::Unknown => " in the messenger",
        }
    }
}

fn heading(created: &Created) -> String {
    let id = created.id_instance().map_or_else(String::new, |id| format!(" {id}"));
    let name = created.name().map_or_else(String::new, |name| format!(" \"{}\"", printable(name, LONG)));
    let how = if created.is_new() == Some(true) { "created" } else { "found" };
    format!("Instance{id}{name}: {how}\n")
}

fn waiting_text(waiting: &Waiting) -> String {
    match waiting.state_instance() {
        None => "Waiting for the instance: being created…\n".to_owned(),
        Some("notAuthorized") => "Waiting for a phone…\n".to_owned(),
        Some(state) => format!("Waiting for the instance: {}…\n", printable(state, LONG)),
    }
}

/// Without the link, which holds a token: a terminal scrolls back, and a log is kept.
fn passkey_text(asked: &PasskeyRequired) -> String {
    let words =
        asked.message().map_or_else(String::new, |words| format!("Upstream says: {}\n", printable(words, LINE)));
    format!(
        "WhatsApp asks for the account's passkey: its owner confirms it on the device or\n\
         in the browser where it is kept. The linking then goes on by itself.\n{words}"
    )
}

fn not_kept_text(lost: &SettingsNotKept) -> String {
    let names = lost.names().and_then(serde_json::Value::as_array).into_iter().flatten();
    let names: Vec<_> = names.filter_map(serde_json::Value::as_str).collect();
    format!("Settings that are not in force: {}\n", printable(&names.join(", "), LONG))
}

fn linked(authorized: &Authorized) -> String {
    let phone = authorized.phone().or(authorized.wid()).unwrap_or("a phone");
    let name = authorized.name().map_or_else(String::new, |name| format!(" ({})", printable(name, LONG)));
    format!("Linked: {}{name}\n", printable(phone, SHORT))
}

/// Upwards over the lines of the last drawing, and clears from there to the end.
fn over(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") }
}

/// A code as WhatsApp shows its boxes: `GAPI-2015`.
fn halves(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) if second.len() == 4 => format!("{first}-{second}"),
        _ => code.to_owned(),
    }
}

/// Text from elsewhere that can neither command the terminal nor fill more than a part of a line.
fn printable(text: &str, max_cells: usize) -> String {
    let mut cells = 0;
    let mut shown = String::new();
    for character in text.chars().filter(|&character| !is_command(character)) {
        // From Hangul on, a character may fill two cells.
        cells += if character < '\u{1100}' { 1 } else { 2 };
        if cells > max_cells {
            shown.push('…');
            break;
        }
        shown.push(character);
    }
    shown
}

/// Whether a terminal does something for a character other than to show it: among them are those that turn the
/// direction of writing.
fn is_command(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What a sentence may fill of a line of 80, after the words before it.
const LINE: usize = 64;

/// What a name may fill of a line of 80.
const LONG: usize = 40;

/// What a code or a number may fill.
const SHORT: usize = 18;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        PasswordNeeded,
        model::qr_code::tests::{PAYLOAD, qr_of, unreadable},
    };

    #[test]
    fn each_event_is_told_in_plain_words() {
        for (event, told) in [
            (created("whatsapp", "shop-42", true), "Instance 1101000001 \"shop-42\": created\n"),
            (created("whatsapp", "shop-42", false), "Instance 1101000001 \"shop-42\": found\n"),
            (waiting(&Value::Null), "Waiting for the instance: being created…\n"),
            (waiting(&json!("starting")), "Waiting for the instance: starting…\n"),
            (waiting(&json!("notAuthorized")), "Waiting for a phone…\n"),
            (
                Event::PasswordNeeded(read(PasswordNeeded::read, json!({}))),
                "The account has a password: it is needed to go on.\n",
            ),
            (
                passkey(&json!("Confirm it")),
                "WhatsApp asks for the account's passkey: its owner confirms it on the device or\n\
                 in the browser where it is kept. The linking then goes on by itself.\nUpstream says: Confirm it\n",
            ),
            (
                passkey(&Value::Null),
                "WhatsApp asks for the account's passkey: its owner confirms it on the device or\n\
                 in the browser where it is kept. The linking then goes on by itself.\n",
            ),
            (
                Event::SettingsNotKept(read(SettingsNotKept::read, json!({ "names": ["webhookUrl", "stateWebhook"] }))),
                "Settings that are not in force: webhookUrl, stateWebhook\n",
            ),
            (authorized("Shop"), "Linked: 79001234567 (Shop)\n"),
        ] {
            assert_eq!(TerminalView::new(false).draw(&event), told);
        }
    }

    #[test]
    fn a_qr_code_is_told_with_what_to_do_in_its_messenger_and_until_when() {
        let event = Event::QrCode(qr_of(PAYLOAD));
        let Event::QrCode(qr) = &event else { unreachable!() };
        for (messenger, how) in [
            ("whatsapp", "Scan with WhatsApp: Settings > Linked devices > Link a device\n"),
            ("telegram", "Scan with Telegram: Settings > Devices > Link desktop device\n"),
            ("v3", "Scan with MAX on the phone: in the settings, under devices\n"),
            ("hologram", "Scan with the messenger on the phone: in the settings, under devices\n"),
        ] {
            let mut view = TerminalView::new(false);
            view.draw(&created(messenger, "shop-42", true));
            let until = format!("Good until {} UTC, then it is replaced.\n", &qr.expires_at().to_string()[11..19]);
            assert_eq!(view.draw(&event), [&qr.terminal(), how, &until].concat());
        }
    }

    #[test]
    fn a_code_for_the_phone_is_told_with_where_it_goes() {
        let mut view = TerminalView::new(false);
        view.draw(&created("whatsapp", "shop-42", true));
        assert_eq!(
            view.draw(&code(&json!("GAPI2015"))),
            "Type this code into the phone: GAPI-2015 (number 79001234567)\n\
             WhatsApp: Settings > Linked devices > Link a device > Link with phone number\n",
        );
        view.draw(&created("telegram", "shop-42", true));
        assert_eq!(
            view.draw(&code(&Value::Null)),
            "A code was sent to 79001234567 in Telegram: it is needed to go on.\n"
        );
    }

    #[test]
    fn in_place_each_drawing_replaces_the_one_before() {
        let mut view = TerminalView::new(true);
        let heading = "Instance 1101000001 \"shop-42\": created\n";
        assert_eq!(view.draw(&created("whatsapp", "shop-42", true)), heading);
        let waits = view.draw(&waiting(&Value::Null));
        assert_eq!(waits, format!("\x1b[1A\r\x1b[J{heading}Waiting for the instance: being created…\n"));
        let picture = view.draw(&Event::QrCode(qr_of(PAYLOAD)));
        assert!(picture.starts_with(&format!("\x1b[2A\r\x1b[J{heading}\x1b[38;5;16m")));
        let lines = picture.lines().count();
        let linked = view.draw(&authorized("Shop"));
        assert_eq!(linked, format!("\x1b[{lines}A\r\x1b[J{heading}Linked: 79001234567 (Shop)\n"));
    }

    #[test]
    fn a_drawing_fits_a_window_of_80_by_40() {
        let long = "商".repeat(500);
        let mut view = TerminalView::new(true);
        view.draw(&created("whatsapp", &long, true));
        for event in [
            Event::QrCode(qr_of(PAYLOAD)),
            Event::QrCode(unreadable()),
            code(&json!(long)),
            authorized(&long),
            passkey(&json!(long)),
        ] {
            let drawing = view.draw(&event);
            // The cursor is below it.
            assert!(drawing.lines().count() < 40);
            for line in drawing.lines() {
                let line = line.rsplit(['J', 'm']).find(|part| !part.is_empty()).unwrap_or_default();
                let cells = line.chars().map(|character| if character == '商' { 2 } else { 1 }).sum::<usize>();
                assert!(cells <= 80 || line.contains('\x1b'), "{cells}: {line}");
            }
        }
    }

    #[test]
    fn appended_drawings_never_move_the_cursor() {
        let mut view = TerminalView::new(false);
        for event in [
            created("whatsapp", "shop-42", true),
            waiting(&Value::Null),
            Event::QrCode(qr_of(PAYLOAD)),
            Event::QrCode(qr_of("2@another")),
            authorized("Shop"),
        ] {
            let mut drawing = view.draw(&event);
            for colours in ["\x1b[38;5;16m", "\x1b[48;5;231m", "\x1b[0m"] {
                drawing = drawing.replace(colours, "");
            }
            assert!(!drawing.is_empty() && !drawing.contains('\x1b'), "{drawing:?}");
        }
    }

    #[test]
    fn the_same_again_is_not_appended() {
        let mut view = TerminalView::new(false);
        assert!(!view.draw(&Event::QrCode(qr_of(PAYLOAD))).is_empty());
        assert_eq!(view.draw(&Event::QrCode(qr_of(PAYLOAD))), "");
        assert!(!view.draw(&Event::QrCode(qr_of("2@another"))).is_empty());
    }

    #[test]
    fn text_from_elsewhere_cannot_command_the_terminal() {
        let evil = "a\x1b[2J\x07\n\r\u{9b}3m\u{202e}b\u{7f}";
        for event in [
            created("whatsapp", evil, true),
            waiting(&json!(evil)),
            code(&json!(evil)),
            authorized(evil),
            passkey(&json!(evil)),
            Event::Authorized(read(Authorized::read, json!({ "phone": evil }))),
            Event::AuthorizationCode(read(AuthorizationCode::read, json!({ "phoneNumber": evil }))),
        ] {
            let drawing = TerminalView::new(false).draw(&event);
            assert!(drawing.contains("a[2J3mb"), "{drawing:?}");
            for line in drawing.lines() {
                assert!(!line.chars().any(is_command), "{line:?}");
            }
        }
    }

    #[test]
    fn its_debug_shows_no_code() {
        let mut view = TerminalView::new(true);
        view.draw(&code(&json!("GAPI2015")));
        assert!(!format!("{view:?}").contains("GAPI"));
        view.draw(&Event::QrCode(qr_of(PAYLOAD)));
        assert!(!format!("{view:?}").contains("2@"));
        let drawing = view.draw(&passkey(&Value::Null));
        assert!(!format!("{view:?} {drawing}").contains("canary"));
    }

    fn created(messenger: &str, name: &str, is_new: bool) -> Event {
        let fields =
            json!({ "idInstance": 1_101_000_001_u64, "name": name, "typeInstance": messenger, "isNew": is_new });
        Event::Created(read(Created::read, fields))
    }

    fn waiting(state: &Value) -> Event {
        Event::Waiting(read(Waiting::read, json!({ "stateInstance": state })))
    }

    fn code(code: &Value) -> Event {
        Event::AuthorizationCode(read(AuthorizationCode::read, json!({ "code": code, "phoneNumber": "79001234567" })))
    }

    fn passkey(message: &Value) -> Event {
        let fields = json!({ "message": message, "advice": "Confirm it.", "qrPageUrl": "https://qr.test/1/canary" });
        Event::PasskeyRequired(read(PasskeyRequired::read, fields))
    }

    fn authorized(name: &str) -> Event {
        Event::Authorized(read(Authorized::read, json!({ "phone": "79001234567", "name": name })))
    }

    fn read<T>(read: fn(serde_json::Map<String, Value>) -> T, fields: Value) -> T {
        let Value::Object(fields) = fields else { unreachable!() };
        read(fields)
    }
}
