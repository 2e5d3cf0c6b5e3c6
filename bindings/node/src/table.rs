//! Records of one model, many at a time.

use std::sync::Arc;

use greenapi_partner::{FieldValue, Model, Modelled, Names, Record, Table, columns_of};
use napi::{
    Env,
    bindgen_prelude::{Buffer, Result},
};
use napi_derive::napi;

use crate::{
    columns::buffer,
    held::{Held, gives_back},
    model::{Cell, cell, cells, text},
    page::page,
    record::NativeRecord,
};

/// A table. JavaScript asks for no position that it does not have.
#[napi(custom_finalize)]
pub struct NativeTable {
    model: &'static Model,
    rows: Arc<[Record]>,
    held: Held,
}

#[napi]
impl NativeTable {
    /// The class of its rows.
    #[napi(getter)]
    pub fn model(&self) -> &'static str {
        self.model.name
    }

    #[napi(getter)]
    pub fn length(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.count(env, self.rows.iter().map(Record::bytes).sum())
    }

    #[napi]
    pub fn cells(&self, index: u32) -> Option<Vec<Cell>> {
        self.rows.get(index as usize).map(|row| cells(row.fields()))
    }

    /// The plain values of neighbouring rows.
    #[napi]
    pub fn page(&self, start: u32, end: u32) -> String {
        let rows: Vec<_> = (start..end).filter_map(|index| self.rows.get(index as usize)).collect();
        let value = |row: usize, place| rows[row].fields().nth(place).map_or(FieldValue::None, |(_, value)| value);
        page(self.model.fields, rows.len(), value)
    }

    /// One field of neighbouring rows: what is not read is not made.
    #[napi]
    pub fn column(&self, place: u32, start: u32, end: u32) -> Vec<Cell> {
        let rows = (start..end).filter_map(|index| self.rows.get(index as usize));
        rows.map(|row| row.fields().nth(place as usize).and_then(|(_, value)| cell(value))).collect()
    }

    #[napi]
    pub fn extra(&self, index: u32) -> Option<String> {
        self.rows.get(index as usize).map(|row| text(row.extra().clone()))
    }

    #[napi]
    pub fn json(&self, index: u32, include_tokens: bool) -> Option<String> {
        self.rows.get(index as usize).map(|row| text(row.to_json(include_tokens)))
    }

    /// One of them, without the table.
    #[napi]
    pub fn item(&self, index: u32) -> Option<NativeRecord> {
        self.rows.get(index as usize).cloned().map(Into::into)
    }

    #[napi]
    pub fn to_arrow(&self) -> Result<Buffer> {
        buffer(columns_of(self.model, &self.rows, Names::Wire, false))
    }
}

gives_back!(NativeTable);

impl NativeTable {
    pub(crate) fn of(model: &'static Model, rows: Vec<Record>) -> Self {
        Self { model, rows: rows.into(), held: Held::default() }
    }
}

impl<T: Modelled> From<Table<T>> for NativeTable {
    fn from(table: Table<T>) -> Self {
        Self { model: table.model(), rows: Arc::clone(table.records()), held: Held::default() }
    }
}
