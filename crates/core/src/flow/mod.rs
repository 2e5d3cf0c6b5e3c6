//! What upstream has no method for.

pub(crate) mod ensure_instance;
pub(crate) mod get_instance;

/// The facts about a flow, for the documentation of every language.
pub(crate) struct Flow {
    /// Its name in Rust and Python.
    pub(crate) name: &'static str,
    /// Its name in JavaScript.
    pub(crate) node: &'static str,
    /// Our prose.
    pub(crate) prose: &'static str,
}

/// All flows, in the order of the documentation.
pub(crate) const FLOWS: [Flow; 2] = [get_instance::FLOW, ensure_instance::FLOW];
