//! Operations of an instance by their names, and their arguments by theirs: what the bindings hand over.

use serde_json::{Map, Value};

use super::{
    Events, Notifications,
    table::{InstanceFlow, Invoked, Run},
};
use crate::{
    api::instance::{AnyOperation, File, read_arguments, seconds},
    endpoint::CallOptions,
    error::Error,
    instance::{InstanceClient, OPERATIONS},
    model::Returned,
};

impl InstanceClient {
    /// Any operation by upstream's name, its arguments by their names: for the bindings.
    #[doc(hidden)]
    pub async fn invoke(
        &self,
        operation: &str,
        arguments: Map<String, Value>,
        file: Option<File>,
        options: CallOptions,
    ) -> Result<Returned, Error> {
        if let Some(InstanceFlow { run: Run::Call(run), .. }) = InstanceFlow::of(operation) {
            return run(self, arguments, file, options).await;
        }
        match OPERATIONS.iter().find(|known| known.spec().operation == operation) {
            Some(known) => asked(self, *known, arguments, file, options).await,
            None => Err(Error::invalid_request(format!("there is no operation {operation:?}"))),
        }
    }

    /// Whether an operation by this name is one method of upstream's and nothing else: a thread that waits for it may do its
    /// work itself.
    #[doc(hidden)]
    pub fn is_one_method(operation: &str) -> bool {
        InstanceFlow::of(operation).is_none()
    }

    /// Any iteration over events, its arguments by their names: for the bindings.
    #[doc(hidden)]
    pub fn events(&self, operation: &str, arguments: Map<String, Value>) -> Result<Events, Error> {
        match InstanceFlow::of(operation) {
            Some(InstanceFlow { params, run: Run::Events(begin), .. }) => {
                let events = read_arguments(*params, arguments).and_then(|given| begin(self, &given));
                events.map_err(|error| error.during(operation.to_owned()))
            }
            _ => Err(Error::invalid_request(format!("there is no operation {operation:?}"))),
        }
    }

    /// The iteration over notifications, its arguments by their names: for the bindings.
    #[doc(hidden)]
    pub fn notifications_by_name(&self, arguments: Map<String, Value>) -> Result<Notifications, Error> {
        let params = InstanceFlow::of("notifications").map_or(&[][..], |known| known.params);
        let given = read_arguments(params, arguments).map_err(|error| error.during("notifications"))?;
        let items = given.get("receive_timeout").and_then(Value::as_u64).into_iter();
        let items = items.fold(self.notifications(), Notifications::receive_timeout);
        Ok(given.get("idle").and_then(seconds).into_iter().fold(items, Notifications::idle))
    }
}

/// One of upstream's methods that is asked for.
fn asked<'a>(
    instance: &'a InstanceClient,
    operation: &'static dyn AnyOperation,
    arguments: Map<String, Value>,
    file: Option<File>,
    options: CallOptions,
) -> Invoked<'a> {
    Box::pin(instance.ask(operation, arguments, file, options))
}
