//! `offboard`: the end of a customer's instance.

use clap::Args;

use super::instances::delete;
use crate::{
    context::Context,
    exit::Outcome,
    global::Consent,
    options::{self, Options},
};

/// Log the phones out and delete the instances
#[derive(Args, Debug)]
pub(crate) struct Offboard {
    /// Their ids; `-` reads them from stdin, one a line or as the first column of CSV
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    #[command(flatten)]
    options: Options<options::DeleteInstances>,

    #[command(flatten)]
    consent: Consent,
}

impl Offboard {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        delete(&self.ids, true, self.options, &self.consent, context).await
    }
}
