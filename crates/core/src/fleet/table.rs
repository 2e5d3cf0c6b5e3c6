//! Table of a run's results, all together.

use std::{fmt, marker::PhantomData, sync::Arc};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::model::{Model, Modelled, Names, Record, columns_of, html_records};

/// Rows of one kind: cheap to clone, and a column for each field where a data frame is made of it.
pub struct Table<T> {
    rows: Arc<[Record]>,
    of: PhantomData<fn() -> T>,
}

impl<T: Modelled> Table<T> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The one at this place.
    pub fn get(&self, index: usize) -> Option<T> {
        self.rows.get(index).cloned().map(T::from_record)
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.rows.iter().cloned().map(T::from_record)
    }

    /// The rows as columns: see [`columns_of`].
    ///
    /// # Errors
    ///
    /// As for [`columns_of`].
    pub fn columns(&self, names: Names) -> Result<RecordBatch, ArrowError> {
        columns_of(T::MODEL, &self.rows, names, false)
    }

    /// A table for people: long ones are shortened, secrets masked.
    pub fn html(&self) -> String {
        html_records(T::MODEL, &self.rows)
    }

    /// What they are: for the bindings.
    #[doc(hidden)]
    pub fn model(&self) -> &'static Model {
        T::MODEL
    }

    /// The rows by their fields: for the bindings.
    #[doc(hidden)]
    pub fn records(&self) -> &Arc<[Record]> {
        &self.rows
    }

    pub(crate) fn of(rows: impl IntoIterator<Item = Record>) -> Self {
        Self { rows: rows.into_iter().collect(), of: PhantomData }
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self { rows: Arc::clone(&self.rows), of: PhantomData }
    }
}

impl<T: Modelled> fmt::Debug for Table<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Table<{}>({})", T::MODEL.name, self.len())
    }
}
