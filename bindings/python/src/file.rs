//! A file to upload, in any of the ways that a program has one: read here, since a frame of Python would show its bytes.

use std::path::{Path, PathBuf};

use greenapi_partner as core;
use pyo3::{
    prelude::*,
    types::{PyByteArray, PyBytes, PyDict, PyMemoryView, PyString},
};

use crate::{
    arguments::{Text, type_name},
    error,
};

/// The file as core takes it, of `file`, and of `file_name` where there is one.
pub(crate) fn opened(given: &Bound<'_, PyDict>) -> PyResult<core::File> {
    let py = given.py();
    let file = given.get_item("file")?.unwrap_or_else(|| py.None().into_bound(py));
    if file.is_instance_of::<PyBytes>() || file.is_instance_of::<PyByteArray>() || file.is_instance_of::<PyMemoryView>()
    {
        let bytes = py.get_type::<PyBytes>().call1((&file,))?;
        return Ok(core::File::new(named(given)?.unwrap_or_else(|| NAMELESS.to_owned()), bytes.extract::<Vec<u8>>()?));
    }
    if file.is_instance_of::<PyString>() || file.hasattr("__fspath__")? {
        let path: PathBuf = py.import("os")?.call_method1("fsdecode", (&file,))?.extract()?;
        return Ok(core::File::open(path));
    }
    let content = if file.hasattr("read")? { Some(file.call_method0("read")?) } else { None };
    let Some(bytes) = content.and_then(|content| content.cast_into::<PyBytes>().ok()) else {
        let refusal = format!("file must be bytes, a path or a file open in binary mode, not {}", type_name(&file));
        return Err(error::invalid_request(py, &refusal));
    };
    let name = match named(given)? {
        Some(name) => Some(name),
        None => own_name(&file)?,
    };
    Ok(core::File::new(name.unwrap_or_else(|| NAMELESS.to_owned()), bytes.as_bytes().to_vec()))
}

const NAMELESS: &str = "file";

/// The name that the caller gives it; whether it is text is for core to say, who has it among the arguments.
fn named(given: &Bound<'_, PyDict>) -> PyResult<Option<String>> {
    given.get_item("file_name")?.map_or(Ok(None), |name| text(&name))
}

/// The name of a file that is open: the last part of its path.
fn own_name(file: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let path = file.getattr_opt("name")?.map_or(Ok(None), |name| text(&name))?;
    Ok(path.and_then(|path| Some(Path::new(&path).file_name()?.to_str()?.to_owned())))
}

/// A text that is not empty; nothing for any other value.
fn text(value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if !value.is_instance_of::<PyString>() {
        return Ok(None);
    }
    let text: Text = value.extract()?;
    Ok(Some(text.0).filter(|text| !text.is_empty()))
}
