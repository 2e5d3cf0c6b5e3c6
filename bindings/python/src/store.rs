//! The store that a partner's processes share.

use std::path::PathBuf;

use greenapi_partner as core;
use pyo3::{exceptions::PyTypeError, prelude::*};

use crate::{
    arguments::{self, Text},
    error,
    handle::Handle,
    journal::Journal,
};

#[doc = include_str!("doc/store.md")]
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct Store(Handle<core::Store>);

#[pymethods]
impl Store {
    #[new]
    #[pyo3(
        signature = (address, *, account = None, schema = None, claim = None, fresh = None),
        text_signature = "(address, *, account='default', schema='greenapi_partner', claim=30.0, fresh=600.0)"
    )]
    fn new(
        py: Python<'_>,
        address: Address,
        account: Option<Text>,
        schema: Option<Text>,
        #[pyo3(from_py_with = arguments::some_seconds)] claim: Option<f64>,
        #[pyo3(from_py_with = arguments::some_seconds)] fresh: Option<f64>,
    ) -> PyResult<Self> {
        let mut builder = address.builder(py)?;
        if let Some(account) = account {
            builder = builder.account(account.0);
        }
        if let Some(schema) = schema {
            builder = builder.schema(schema.0);
        }
        if let Some(claim) = claim {
            builder = builder.claim(arguments::duration(py, "claim", claim)?);
        }
        if let Some(fresh) = fresh {
            builder = builder.fresh(arguments::duration(py, "fresh", fresh)?);
        }
        let store = builder.build().map_err(|refusal| error::exception(py, &refusal))?;
        Ok(Self(Handle::new(store)))
    }

    /// Where it is, without a password.
    #[getter]
    fn address(&self) -> String {
        self.0.said(|store| store.address().to_owned())
    }

    /// Whose names these are.
    #[getter]
    fn account(&self) -> String {
        self.0.said(|store| store.account().to_owned())
    }

    #[doc = include_str!("doc/store_journal.md")]
    fn journal(slf: Py<Self>, name: Text) -> Journal {
        Journal::of(slf, name.0)
    }

    fn __repr__(&self) -> String {
        format!("<Store {}>", self.shown())
    }
}

impl Store {
    /// Where it is, and whose.
    pub(crate) fn shown(&self) -> String {
        self.0.said(|store| format!("{}, account {:?}", store.address(), store.account()))
    }

    /// The store of core, in this process.
    pub(crate) fn core(&self, py: Python<'_>) -> PyResult<core::Store> {
        self.0.core(py)
    }
}

/// Where a store is: a path or a URL.
enum Address {
    Text(Text),
    Path(PathBuf),
}

impl Address {
    fn builder(self, py: Python<'_>) -> PyResult<core::StoreBuilder> {
        let builder = match self {
            Self::Text(text) => core::Store::builder(&text),
            Self::Path(path) => core::Store::file(path),
        };
        builder.map_err(|refusal| error::exception(py, &refusal))
    }
}

impl<'py> FromPyObject<'_, 'py> for Address {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = given.extract::<Text>() {
            return Ok(Self::Text(text));
        }
        given
            .extract()
            .map(Self::Path)
            .map_err(|_| PyTypeError::new_err("address must be a path or a postgresql:// URL"))
    }
}

/// What a client is given as its store.
pub(crate) struct Given(pub(crate) core::Store);

impl<'py> FromPyObject<'_, 'py> for Given {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        if let Ok(store) = given.cast::<Store>() {
            return store.get().core(py).map(Self);
        }
        let address = given.extract::<Address>().map_err(|error| match error {
            error if error.is_instance_of::<PyTypeError>(py) => {
                PyTypeError::new_err("store must be a Store, a path or a postgresql:// URL")
            }
            error => error,
        })?;
        address.builder(py)?.build().map(Self).map_err(|refusal| error::exception(py, &refusal))
    }
}
