//! Columns as one buffer, for whatever speaks Arrow.

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ArrowError;
use napi::bindgen_prelude::{Buffer, Error, Result};

/// Arrow's stream format: `tableFromIPC` of apache-arrow reads it.
pub(crate) fn buffer(columns: std::result::Result<RecordBatch, ArrowError>) -> Result<Buffer> {
    columns
        .and_then(|columns| stream(&columns))
        .map(Buffer::from)
        .map_err(|error| Error::from_reason(error.to_string()))
}

fn stream(columns: &RecordBatch) -> std::result::Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), columns.schema_ref())?;
    writer.write(columns)?;
    writer.finish()?;
    writer.into_inner()
}
