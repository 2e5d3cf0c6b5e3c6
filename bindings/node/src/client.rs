//! The client of a partner: every operation by its name, arguments to plain values, then the core.

use greenapi_partner::{PartnerClient, Returned, contract, id_instance};
use napi::{
    Env,
    bindgen_prelude::{Either, Either5, PromiseRaw, Result, Undefined},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    error::{NativeError, made},
    events::NativeEvents,
    instance::NativeInstanceClient,
    journal::NativeJournal,
    ledger::NativeLedger,
    log::Recorder,
    model::{NativeCreated, NativeEnsured, NativeInstance, NativeInstances},
    options::{Options, call_options},
    run::NativeRun,
    runtime::{Outcome, promise},
    store::NativeStore,
    watch::NativeWatch,
};

/// What an operation gives: nothing, a new instance, one of the list, the instance of a name, the list.
type Given = Either5<Undefined, NativeCreated, NativeInstance, NativeEnsured, NativeInstances>;

/// A partner's client. Ids and arguments come as text (decimal, JSON); times of a call are in milliseconds.
#[napi]
pub struct NativeClient {
    core: PartnerClient,
}

#[napi]
impl NativeClient {
    #[napi]
    pub fn open(
        options: Options,
        recorder: &Recorder,
        store: Option<&NativeStore>,
    ) -> Either<NativeClient, NativeError> {
        let store = store.map(|store| store.core.clone());
        made(recorder.warned(|| options.partner_client(store)))
    }

    /// The client of one instance; nothing is sent.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn instance(
        &self,
        id: String,
        token: String,
        api_url: Option<String>,
        media_url: Option<String>,
    ) -> Either<NativeInstanceClient, NativeError> {
        let at = |id| self.core.instance_at(id, &token, api_url.as_deref(), media_url.as_deref());
        made(id_instance(&id).and_then(at))
    }

    #[napi]
    pub fn instance_of_created(
        &self,
        created: &NativeCreated,
        recorder: &Recorder,
    ) -> Either<NativeInstanceClient, NativeError> {
        made(recorder.warned(|| self.core.instance_of_created(&created.core)))
    }

    #[napi]
    pub fn instance_of_listed(
        &self,
        listed: &NativeInstance,
        recorder: &Recorder,
    ) -> Either<NativeInstanceClient, NativeError> {
        made(recorder.warned(|| self.core.instance_of_listed(&listed.core)))
    }

    /// Any call by its name, with arguments by theirs.
    #[napi]
    pub fn call<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        operation: String,
        arguments: String,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<Given>>> {
        let core = self.core.clone();
        promise(env, call, async move {
            core.invoke(&operation, contract::arguments(&arguments)?, call_options(timeout)).await.map(given)
        })
    }

    /// Any iteration over events by its name, with arguments by theirs.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn events(&self, operation: String, arguments: String) -> Either<NativeEvents, NativeError> {
        made(contract::arguments(&arguments).and_then(|arguments| self.core.events(&operation, arguments)))
    }

    /// Work on many instances by its name, with arguments by theirs; nothing is sent before the first result is asked for.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn run(
        &self,
        operation: String,
        arguments: String,
        journal: Option<&NativeJournal>,
    ) -> Either<NativeRun, NativeError> {
        let journal = journal.map(|journal| journal.core.clone());
        made(contract::arguments(&arguments).and_then(|given| self.core.run_by_name(&operation, given, journal)))
    }

    /// What changes; nothing is sent before the first change is asked for.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn watch(&self, arguments: String, ledger: Option<&NativeLedger>) -> Result<Either<NativeWatch, NativeError>> {
        let ledger = ledger.map(NativeLedger::core).transpose()?;
        Ok(made(contract::arguments(&arguments).and_then(|arguments| self.core.watch_by_name(arguments, ledger))))
    }

    #[napi]
    pub fn close(&self) {
        self.core.close();
    }

    #[napi(getter)]
    pub fn closed(&self) -> bool {
        self.core.is_closed()
    }

    #[napi(getter)]
    pub fn partner_api_url(&self) -> &str {
        self.core.partner_api_url()
    }
}

impl From<PartnerClient> for NativeClient {
    fn from(core: PartnerClient) -> Self {
        Self { core }
    }
}

fn given(returned: Returned) -> Given {
    match returned {
        Returned::CreatedInstance(created) => Given::B(created.into()),
        Returned::Instance(instance) => Given::C(instance.into()),
        Returned::EnsuredInstance(ensured) => Given::D(ensured.into()),
        Returned::Instances(instances) => Given::E(instances.into()),
        _ => Given::A(()),
    }
}
