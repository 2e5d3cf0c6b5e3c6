//! `mock`: upstream in a box.

use clap::Args;
use greenapi_partner_mock::program::Arguments;

use crate::{
    context::Context,
    exit::{DONE, Outcome},
};

/// Start a mock of GREEN-API on 127.0.0.1, to try things out without a token and without a bill
///
/// Prints one line with its address and partner token, for GREENAPI_PARTNER_API_URL and GREENAPI_PARTNER_TOKEN. Ctrl-C ends it, and so does SIGTERM.
#[derive(Args, Debug)]
pub(crate) struct Mock {
    #[command(flatten)]
    arguments: Arguments,
}

impl Mock {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let interrupt = context.interrupt.clone();
        let interrupted = async move {
            interrupt.reached(1).await;
            Ok(())
        };
        self.arguments.run(&mut context.output.writer(), interrupted).await?;
        Ok(DONE)
    }
}
