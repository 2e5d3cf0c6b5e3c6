//! A QR code to be scanned.

use std::hash::{DefaultHasher, Hash, Hasher};

use greenapi_partner as core;
use jiff::Timestamp;
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyDict},
};

use crate::show::dict;

/// A QR code that links the phone that scans it: as secret as a password while it is good.
///
/// A notebook shows it as a picture. Its repr shows neither picture nor payload, and it refuses to be pickled.
#[pyclass(frozen, eq, module = "greenapi_partner")]
#[derive(PartialEq)]
pub(crate) struct QrCode(pub(crate) core::QrCode);

#[pymethods]
impl QrCode {
    /// What it is among the events: `"qrCode"`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "qrCode";

    /// The picture, a PNG.
    #[getter]
    fn png<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.png())
    }

    /// The picture as an address for an `<img>`.
    #[getter]
    fn data_url(&self) -> String {
        self.0.data_url()
    }

    /// What a phone reads; nothing where the picture is no readable QR code.
    #[getter]
    fn text(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.0.text().map(ToOwned::to_owned))
    }

    /// The picture as an SVG, sharp at any size; where it is no readable QR code, one around the PNG.
    fn svg(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.svg())
    }

    /// The picture in Unicode half blocks, for a terminal, dark or light: lines that end with a line feed.
    fn terminal(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.terminal())
    }

    /// When upstream replaces it: 20 seconds after it came.
    #[getter]
    fn expires_at(&self) -> Timestamp {
        self.0.expires_at()
    }

    /// Its type, `data_url` and `expires_at`, as JSON has them.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let names = |(name, value): (String, _)| (core::contract::snake(&name), value);
        dict(py, &self.0.to_json().into_iter().map(names).collect())
    }

    /// The event as JSON that a browser takes as it is: its type, `dataUrl` and `expiresAt`.
    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, &self.0.to_json())
    }

    fn __repr__(&self) -> String {
        format!("<QrCode, good until {}>", self.0.expires_at().strftime("%Y-%m-%d %H:%M:%S UTC"))
    }

    /// The picture, and how a notebook is to show it.
    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyDict>)> {
        let shown = PyDict::new(py);
        shown.set_item("width", WIDTH)?;
        shown.set_item("alt", "QR code to scan")?;
        Ok((self.png(py), shown))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.png().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        let class = slf.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "{class} is as secret as a password and is not pickled: to_dict() is plain JSON"
        )))
    }
}

/// Pixels: large enough for any phone's camera.
const WIDTH: u32 = 264;
