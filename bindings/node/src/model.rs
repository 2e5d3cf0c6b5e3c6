//! Models, held here and read from JavaScript.
//!
//! An item has no object of its own on this side: JavaScript keeps the list and a position, and asks for all the *cells* of
//! an item, in the order of the contract; who goes through a list, for those of many items at once.

use greenapi_partner::{
    CreatedInstance, EnsuredInstance, Field, FieldValue, Instance, Instances, Names, contract, id_instance,
};
use jiff::Timestamp;
use napi::{
    Env,
    bindgen_prelude::{Buffer, Either, Either5, Result},
};
use napi_derive::napi;
use serde_json::{Map, Number, Value};

use crate::{
    billing::NativeBilling,
    columns::buffer,
    error::{NativeError, made},
    held::{Held, gives_back},
    page::page,
};

/// A field's value: text, flag or number, an error or an instance. A time is milliseconds since 1970; a number that
/// JavaScript cannot hold exactly is text, and so is money, a day and any JSON; what upstream did not send is null.
pub(crate) type Cell = Option<Either5<String, bool, f64, NativeError, NativeInstance>>;

/// What JavaScript needs to know about a field to make a property of it.
#[napi(object)]
pub struct NativeField {
    /// Upstream's name: `idInstance`.
    pub name: String,
    /// The word of the contract: `int`, `text`, `flag`, `time`, `json`, `decimal`, `date`, `error`, `instance`.
    pub kind: String,
    pub secret: bool,
    /// Content of a messenger's user: shown by no `inspect`.
    pub personal: bool,
}

/// A new instance. A single one is read as a list is; the position is of no matter.
#[napi(custom_finalize)]
pub struct NativeCreated {
    pub(crate) core: CreatedInstance,
    held: Held,
}

#[napi]
impl NativeCreated {
    /// What the cells are, in their order.
    #[napi]
    pub fn fields() -> Vec<NativeField> {
        CreatedInstance::FIELDS.iter().map(NativeField::from).collect()
    }

    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.count(env, size_of::<CreatedInstance>())
    }

    #[napi]
    pub fn cells(&self) -> Vec<Cell> {
        cells(self.core.fields())
    }

    #[napi]
    pub fn extra(&self) -> String {
        text(self.core.extra().clone())
    }

    #[napi]
    pub fn json(&self, _index: u32, include_tokens: bool) -> String {
        text(self.core.to_json(include_tokens))
    }
}

/// One instance, without the list it stood in.
#[napi(custom_finalize)]
pub struct NativeInstance {
    pub(crate) core: Instance,
    held: Held,
}

#[napi]
impl NativeInstance {
    /// What the cells are, in their order.
    #[napi]
    pub fn fields() -> Vec<NativeField> {
        Instance::FIELDS.iter().map(NativeField::from).collect()
    }

    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.share(env, self.core.held())
    }

    #[napi]
    pub fn cells(&self) -> Vec<Cell> {
        cells(self.core.fields())
    }

    #[napi]
    pub fn extra(&self) -> String {
        text(self.core.extra())
    }

    #[napi]
    pub fn json(&self, _index: u32, include_tokens: bool) -> String {
        text(self.core.to_json(include_tokens))
    }
}

/// One instance, and whether it is new.
#[napi(custom_finalize)]
pub struct NativeEnsured {
    core: EnsuredInstance,
    held: Held,
}

#[napi]
impl NativeEnsured {
    /// What the cells are, in their order.
    #[napi]
    pub fn fields() -> Vec<NativeField> {
        EnsuredInstance::field_list().iter().map(NativeField::from).collect()
    }

    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.share(env, self.core.held())
    }

    #[napi]
    pub fn cells(&self) -> Vec<Cell> {
        cells(self.core.fields())
    }

    #[napi]
    pub fn extra(&self) -> String {
        text(self.core.extra())
    }

    #[napi]
    pub fn json(&self, _index: u32, include_tokens: bool) -> String {
        text(self.core.to_json(include_tokens))
    }

    /// The instance alone.
    #[napi]
    pub fn item(&self, _index: u32) -> NativeInstance {
        Instance::clone(&self.core).into()
    }
}

/// A list, or a part of one. JavaScript asks for no position that it does not have.
#[napi(custom_finalize)]
pub struct NativeInstances {
    pub(crate) core: Instances,
    held: Held,
}

#[napi]
impl NativeInstances {
    #[napi(getter)]
    pub fn length(&self) -> u32 {
        u32::try_from(self.core.len()).unwrap_or(u32::MAX)
    }

    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.share(env, self.core.held())
    }

    #[napi]
    pub fn cells(&self, index: u32) -> Option<Vec<Cell>> {
        self.core.get(index as usize).map(|item| cells(item.fields()))
    }

    /// The plain values of neighbouring items, for who goes through a list.
    #[napi]
    pub fn page(&self, start: u32, end: u32) -> String {
        let items: Vec<_> = (start..end).filter_map(|index| self.core.get(index as usize)).collect();
        page(Instance::FIELDS, items.len(), |item, place| items[item].value(place))
    }

    /// One field of neighbouring items: what is not read is not made.
    #[napi]
    pub fn column(&self, place: u32, start: u32, end: u32) -> Vec<Cell> {
        let items = (start..end).filter_map(|index| self.core.get(index as usize));
        items.map(|item| cell(item.value(place as usize))).collect()
    }

    #[napi]
    pub fn extra(&self, index: u32) -> Option<String> {
        self.core.get(index as usize).map(|item| text(item.extra()))
    }

    #[napi]
    pub fn json(&self, index: u32, include_tokens: bool) -> Option<String> {
        self.core.get(index as usize).map(|item| text(item.to_json(include_tokens)))
    }

    #[napi]
    pub fn to_arrow(&self, include_tokens: bool) -> Result<Buffer> {
        buffer(self.core.columns(Names::Wire, include_tokens))
    }

    /// What they cost; the options are JSON.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn billing(&self, options: String) -> Either<NativeBilling, NativeError> {
        made(contract::arguments(&options).and_then(|options| self.core.billing_by_name(options)))
    }

    /// One of them, without the list.
    #[napi]
    pub fn item(&self, index: u32) -> Option<NativeInstance> {
        self.core.get(index as usize).map(NativeInstance::from)
    }

    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn find(&self, id: String) -> Either<Option<NativeInstance>, NativeError> {
        made(id_instance(&id).map(|id| self.core.find(id).map(NativeInstance::from)))
    }

    #[napi]
    pub fn live(&self) -> Self {
        self.core.live().into()
    }

    #[napi]
    pub fn deleted(&self) -> Self {
        self.core.deleted().into()
    }

    #[napi]
    pub fn slice(&self, start: u32, end: u32) -> Self {
        self.core.select(start as usize..end as usize).into()
    }
}

gives_back!(NativeCreated, NativeEnsured, NativeInstance, NativeInstances);

impl From<CreatedInstance> for NativeCreated {
    fn from(core: CreatedInstance) -> Self {
        Self { core, held: Held::default() }
    }
}

impl From<Instances> for NativeInstances {
    fn from(core: Instances) -> Self {
        Self { core, held: Held::default() }
    }
}

impl From<EnsuredInstance> for NativeEnsured {
    fn from(core: EnsuredInstance) -> Self {
        Self { core, held: Held::default() }
    }
}

impl From<Instance> for NativeInstance {
    fn from(core: Instance) -> Self {
        Self { core, held: Held::default() }
    }
}

impl From<&Field> for NativeField {
    fn from(field: &Field) -> Self {
        Self {
            name: field.wire.to_owned(),
            kind: field.kind.as_str().to_owned(),
            secret: field.secret,
            personal: field.personal,
        }
    }
}

pub(crate) fn cells<'a>(fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>) -> Vec<Cell> {
    fields.map(|(_, value)| cell(value)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "up to 2^53 - 1 there is none")]
pub(crate) fn cell(value: FieldValue<'_>) -> Cell {
    match value {
        FieldValue::Int(number) if number > MAX_SAFE_INTEGER => Some(Either5::A(number.to_string())),
        FieldValue::Int(number) => Some(Either5::C(number as f64)),
        FieldValue::Number(number) => Some(Either5::C(number)),
        FieldValue::Text(text) => Some(Either5::A(text.to_owned())),
        FieldValue::Flag(flag) => Some(Either5::B(flag)),
        FieldValue::Time(time) => Some(Either5::C(milliseconds_since_1970(time))),
        FieldValue::Json(value) => Some(Either5::A(json_text(value.clone()))),
        FieldValue::Decimal(number) => Some(Either5::A(number.to_string())),
        FieldValue::Date(date) => Some(Either5::A(date.to_string())),
        FieldValue::Error(error) => Some(Either5::D(error.into())),
        FieldValue::Instance(instance) => Some(Either5::E(instance.clone().into())),
        _ => None,
    }
}

/// A moment as JavaScript has it.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are below 2^53")]
pub(crate) fn milliseconds_since_1970(time: Timestamp) -> f64 {
    time.as_millisecond() as f64
}

/// An object as JSON, exact.
pub(crate) fn text(object: Map<String, Value>) -> String {
    json_text(Value::Object(object))
}

/// As JSON, but a whole number that `JSON.parse` would round is text.
pub(crate) fn json_text(mut value: Value) -> String {
    keep_exact(&mut value);
    value.to_string()
}

fn keep_exact(value: &mut Value) {
    match value {
        Value::Number(number) if is_rounded(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(keep_exact),
        Value::Object(fields) => fields.values_mut().for_each(keep_exact),
        _ => {}
    }
}

fn is_rounded(number: &Number) -> bool {
    let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    size.is_some_and(|size| size > MAX_SAFE_INTEGER)
}

/// `Number.MAX_SAFE_INTEGER`.
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
