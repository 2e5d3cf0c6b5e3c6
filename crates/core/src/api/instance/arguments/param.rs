//! Parameter: one argument of an operation as its table has it, with the marks that say what is right and where it goes.

use crate::model::{Field, Kind, Limit};

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "marks, each by itself")]
pub(crate) struct Param {
    pub(crate) field: Field,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// Whether Python takes it by its place too.
    pub(crate) positional: bool,
    /// The least and the most that upstream takes: of a number, or of the letters of a text and the items of a list.
    pub(crate) range: Option<(i64, i64)>,
    /// The only numbers that upstream takes; any where there are none.
    pub(crate) among: &'static [u64],
    /// Its name on the wire where the messenger is another than WhatsApp, if it is called otherwise there.
    pub(crate) elsewhere: Option<&'static str>,
    /// What an object has in it, or each object of a list; anything where there is nothing.
    pub(crate) parts: &'static [Param],
    /// Whether the text is a URL that upstream posts to, or empty.
    pub(crate) is_webhook_url: bool,
    /// Whether upstream puts the text into a header.
    pub(crate) is_header: bool,
    /// What it is where nothing is given.
    pub(crate) default: Default,
    /// Whether null is an answer of its own, and not "nothing given".
    pub(crate) may_be_null: bool,
}

/// What an argument is where nothing is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Default {
    /// Nothing: upstream, or the flow, has a default of its own.
    Nothing,
    Flag(bool),
    Seconds(f64),
    Count(usize),
    Text(&'static str),
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// Into the JSON body; flags are booleans.
    Body,
    /// The same; flags are "yes" and "no".
    Words,
    /// Into a form, beside a file.
    Form,
    /// Into the query.
    Query,
    /// Into the query; upstream waits so many seconds.
    Poll,
    /// A segment of its own, at the end of the path.
    Segment,
    /// The file itself, in a form.
    File,
    /// The file itself, which is the whole body; its name goes into a header.
    Whole,
    /// The file's name.
    Name,
    /// Nowhere: it is for us.
    Flow,
}

impl Param {
    pub(crate) const fn new(
        name: &'static str,
        wire: &'static str,
        kind: Kind,
        place: Place,
        doc: &'static str,
    ) -> Self {
        Self::of(Field::new(name, wire, kind, doc), place)
    }

    /// One of a flow: it goes nowhere.
    pub(crate) const fn of_flow(name: &'static str, wire: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self::new(name, wire, kind, Place::Flow, doc)
    }

    pub(crate) const fn of(field: Field, place: Place) -> Self {
        Self {
            field,
            place,
            required: false,
            positional: false,
            range: None,
            among: &[],
            elsewhere: None,
            parts: &[],
            is_webhook_url: false,
            is_header: false,
            default: Default::Nothing,
            may_be_null: false,
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self.positional = true;
        self
    }

    /// By its name alone, although it is required.
    pub(crate) const fn by_name(mut self) -> Self {
        self.positional = false;
        self
    }

    /// By its place too, although it is not required.
    pub(crate) const fn by_place(mut self) -> Self {
        self.positional = true;
        self
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.field = self.field.secret();
        self
    }

    /// Of a stranger's content: in no log, and in no frame of Python's.
    pub(crate) const fn personal(mut self) -> Self {
        self.field = self.field.personal();
        self
    }

    pub(crate) const fn within(mut self, least: i64, most: i64) -> Self {
        self.range = Some((least, most));
        self
    }

    pub(crate) const fn among(mut self, numbers: &'static [u64]) -> Self {
        self.among = numbers;
        self
    }

    /// Telegram and MAX call it otherwise.
    pub(crate) const fn elsewhere(mut self, wire: &'static str) -> Self {
        self.elsewhere = Some(wire);
        self
    }

    pub(crate) const fn of_parts(mut self, parts: &'static [Self]) -> Self {
        self.parts = parts;
        self
    }

    /// A URL may hold a secret of its owner.
    pub(super) const fn limited(mut self, limit: &Limit) -> Self {
        match limit {
            Limit::Url => {
                self.is_webhook_url = true;
                self.personal()
            }
            Limit::Header => {
                self.is_header = true;
                self
            }
            Limit::Range(range) => self.within(*range.start(), *range.end()),
            Limit::None | Limit::Idle => self,
        }
    }

    /// A URL may hold a secret of its owner. Its limits are held by what is sent: `CreateInstance`, as in Rust.
    pub(super) const fn guarded(self, limit: &Limit) -> Self {
        if matches!(limit, Limit::Url) { self.personal() } else { self }
    }

    pub(crate) const fn one_of(mut self, words: &'static [&'static str]) -> Self {
        self.field = self.field.one_of(words);
        self
    }

    pub(crate) const fn default(mut self, default: Default) -> Self {
        self.default = default;
        self
    }

    pub(crate) const fn or_null(mut self) -> Self {
        self.may_be_null = true;
        self
    }
}
