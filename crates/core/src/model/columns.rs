//! Models as columns: what data frames read without an object for each row.

use std::{borrow::Cow, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow_schema::{ArrowError, Field as Column, Schema};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::{Field, FieldValue, Instance, Instances, Kind, Model, Record};

/// How the columns are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As Rust and Python call the fields: `id_instance`.
    Snake,
    /// As upstream and JavaScript call them: `idInstance`.
    Wire,
}

impl Instances {
    /// The list as columns: one for each field, without the tokens unless they are asked for.
    ///
    /// Numbers are `uint64`, times `timestamp[us, UTC]`, flags `bool`, the rest text.
    ///
    /// # Errors
    ///
    /// None that is known: Arrow checks that columns are of one length.
    pub fn columns(&self, names: Names, include_tokens: bool) -> Result<RecordBatch, ArrowError> {
        let fields = Instance::FIELDS.iter().enumerate();
        let columns = fields.filter_map(|(place, field)| column(field, names, include_tokens, || self.values(place)));
        batch(columns, self.len())
    }
}

/// Records of one model as columns: also days (`date32`), money (`decimal128`, exact) and errors (their codes).
///
/// A nested instance has no column: its id has one of its own.
///
/// # Errors
///
/// None that is known: Arrow checks that columns are of one length.
pub fn columns_of(
    model: &Model,
    records: &[Record],
    names: Names,
    include_tokens: bool,
) -> Result<RecordBatch, ArrowError> {
    let columns = model.fields.iter().enumerate().filter_map(|(place, field)| {
        column(field, names, include_tokens, || records.iter().map(move |record| record.value_at(place)))
    });
    batch(columns, records.len())
}

fn batch(columns: impl Iterator<Item = (Column, ArrayRef)>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.unzip();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
}

fn column<'v, V: Iterator<Item = FieldValue<'v>>>(
    field: &Field,
    names: Names,
    include_tokens: bool,
    values: impl Fn() -> V,
) -> Option<(Column, ArrayRef)> {
    if field.secret && !include_tokens {
        return None;
    }
    let array: ArrayRef = match field.kind {
        Kind::Int | Kind::Id => Arc::new(values().map(number).collect::<UInt64Array>()),
        Kind::Number => Arc::new(values().map(float).collect::<Float64Array>()),
        Kind::Flag => Arc::new(values().map(flag).collect::<BooleanArray>()),
        Kind::Time => Arc::new(values().map(microseconds).collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Kind::Date => Arc::new(values().map(day).collect::<Date32Array>()),
        Kind::Decimal => money(values)?,
        Kind::Text | Kind::Phone | Kind::Json | Kind::Object | Kind::Texts | Kind::Objects | Kind::Error => {
            Arc::new(values().map(text).collect::<StringArray>())
        }
        Kind::Instance
        | Kind::Ids
        | Kind::Specs
        | Kind::Prices
        | Kind::Path
        | Kind::Ledger
        | Kind::Journal
        | Kind::Bytes
        | Kind::Duration => return None,
    };
    let name = match names {
        Names::Snake => field.name,
        Names::Wire => field.wire,
    };
    Some((Column::new(name, array.data_type().clone(), true), array))
}

fn number(value: FieldValue<'_>) -> Option<u64> {
    if let FieldValue::Int(number) = value { Some(number) } else { None }
}

fn float(value: FieldValue<'_>) -> Option<f64> {
    if let FieldValue::Number(number) = value { Some(number) } else { None }
}

fn flag(value: FieldValue<'_>) -> Option<bool> {
    if let FieldValue::Flag(flag) = value { Some(flag) } else { None }
}

fn microseconds(value: FieldValue<'_>) -> Option<i64> {
    if let FieldValue::Time(time) = value { Some(time.as_microsecond()) } else { None }
}

fn day(value: FieldValue<'_>) -> Option<i32> {
    if let FieldValue::Date(day) = value { (EPOCH.until(day).ok()?).get_days().into() } else { None }
}

fn text(value: FieldValue<'_>) -> Option<Cow<'_, str>> {
    match value {
        FieldValue::Text(text) => Some(text.into()),
        FieldValue::Json(json) => Some(json.to_string().into()),
        FieldValue::Error(error) => Some(error.code().as_str().into()),
        _ => None,
    }
}

/// Exact: as many digits after the point as the value with the most of them has, two at least; text where that many digits
/// have no room.
fn money<'v, V: Iterator<Item = FieldValue<'v>>>(values: impl Fn() -> V) -> Option<ArrayRef> {
    let exact = |value| if let FieldValue::Decimal(number) = value { Some(number) } else { None };
    let scale = values().filter_map(exact).map(|number| number.scale()).max().unwrap_or(0).max(SMALLEST_SCALE);
    let scaled = |number: Decimal| {
        let factor = 10_i128.checked_pow(scale - number.scale())?;
        number.mantissa().checked_mul(factor).filter(|digits| digits.unsigned_abs() < 10_u128.pow(PRECISION))
    };
    if values().filter_map(exact).any(|number| scaled(number).is_none()) {
        let words = values().map(|value| exact(value).map(|number| number.to_string()));
        return Some(Arc::new(words.collect::<StringArray>()));
    }
    let digits: Decimal128Array = values().map(|value| exact(value).and_then(scaled)).collect();
    let scaled = digits.with_precision_and_scale(u8::try_from(PRECISION).ok()?, i8::try_from(scale).ok()?);
    Some(Arc::new(scaled.ok()?))
}

const EPOCH: Date = date(1970, 1, 1);
const SMALLEST_SCALE: u32 = 2;
/// The digits that a `decimal128` has room for.
const PRECISION: u32 = 38;

#[cfg(test)]
mod tests {
    use arrow_array::{Array, cast::AsArray, types::TimestampMicrosecondType};
    use arrow_schema::DataType;
    use serde_json::json;

    use super::*;
    use crate::{
        Error, ErrorCode,
        model::{instances_from, record, record::Datum},
    };

    record! {
        /// One of each.
        Row "" {
            id "id" Int {} "A number.";
            when "when" Time {} "A moment.";
            day "day" Date {} "A day.";
            cost "cost" Decimal {} "Money.";
            error "errorHere" Error {} "An error.";
            more "more" Json {} "JSON.";
            token "token" Text { secret } "A secret.";
            instance "instance" Instance {} "An instance.";
        }
    }

    fn row(cost: Option<&str>) -> Record {
        let error = Arc::new(Error::new(ErrorCode::Refused, "no"));
        Record::of(
            Row::MODEL,
            vec![
                7_u64.into(),
                jiff::Timestamp::from_second(1).unwrap().into(),
                date(1970, 1, 3).into(),
                cost.map(|cost| cost.parse::<Decimal>().unwrap()).into(),
                error.into(),
                json!({ "a": 1 }).into(),
                "hunter2".into(),
                Datum::None,
            ],
        )
    }

    fn costs(costs: &[Option<&str>]) -> ArrayRef {
        let rows: Vec<_> = costs.iter().map(|cost| row(*cost)).collect();
        Arc::clone(columns_of(Row::MODEL, &rows, Names::Snake, false).unwrap().column_by_name("cost").unwrap())
    }

    #[test]
    fn each_kind_has_its_type_and_no_token_a_column() {
        let batch = columns_of(Row::MODEL, &[row(Some("1.5")), row(None)], Names::Wire, false).unwrap();
        let schema = batch.schema();
        let names: Vec<_> = schema.fields().iter().map(|column| column.name().as_str()).collect();
        assert_eq!(names, ["id", "when", "day", "cost", "errorHere", "more"]);
        assert_eq!(batch.column(1).as_primitive::<TimestampMicrosecondType>().value(0), 1_000_000);
        assert_eq!(batch.column(2).as_primitive::<arrow_array::types::Date32Type>().value(0), 2);
        assert_eq!(
            (batch.column(4).as_string::<i32>().value(0), batch.column(5).as_string::<i32>().value(1)),
            ("refused", r#"{"a":1}"#)
        );
        let with_tokens = columns_of(Row::MODEL, &[row(None)], Names::Snake, true).unwrap();
        assert_eq!(with_tokens.column_by_name("token").unwrap().as_string::<i32>().value(0), "hunter2");
    }

    #[test]
    fn money_is_exact() {
        let several = costs(&[Some("1.5"), Some("0.1234567890123456789"), None, Some("12")]);
        assert_eq!(several.data_type(), &DataType::Decimal128(38, 19));
        let several = several.as_primitive::<arrow_array::types::Decimal128Type>();
        assert_eq!(several.value_as_string(1), "0.1234567890123456789");
        assert_eq!(several.value_as_string(3), "12.0000000000000000000");
        assert!(several.is_null(2));
        assert_eq!(costs(&[Some("3")]).data_type(), &DataType::Decimal128(38, 2));
        let too_wide = costs(&[Some("79228162514264337593543950335"), Some("0.0000000000000000000000000001")]);
        assert_eq!(too_wide.as_string::<i32>().value(0), "79228162514264337593543950335");
    }

    #[test]
    fn nothing_is_a_table_without_rows() {
        let batch = columns_of(Row::MODEL, &[], Names::Snake, false).unwrap();
        assert_eq!((batch.num_rows(), batch.num_columns()), (0, 6));
    }

    #[test]
    fn a_list_is_columns_in_its_order_and_in_its_view() {
        let listed = json!([
            {"idInstance": 1, "name": "a", "deleted": true, "timeCreated": "2022-06-03T18:39:44", "apiTokenInstance": "hunter2"},
            {"idInstance": 770_012_345_678_u64, "isFree": false},
        ]);
        let all = instances_from(listed.to_string().as_bytes()).unwrap();
        let batch = all.columns(Names::Snake, false).unwrap();
        assert!(batch.column_by_name("api_token_instance").is_none());
        assert_eq!(batch.num_columns(), Instance::FIELDS.len() - 1);
        let ids = batch.column_by_name("id_instance").unwrap().as_primitive::<arrow_array::types::UInt64Type>();
        assert_eq!(ids.values(), &[1, 770_012_345_678]);
        let deleted = batch.column_by_name("deleted").unwrap().as_boolean();
        assert_eq!((deleted.value(0), deleted.value(1), deleted.null_count()), (true, false, 0));
        let created = batch.column_by_name("time_created").unwrap().as_primitive::<TimestampMicrosecondType>();
        assert_eq!((created.value(0), created.is_null(1)), (1_654_270_784_000_000, true));
        let live = all.live().columns(Names::Wire, true).unwrap();
        assert_eq!(live.num_rows(), 1);
        assert!(live.column_by_name("apiTokenInstance").unwrap().is_null(0));
    }
}
