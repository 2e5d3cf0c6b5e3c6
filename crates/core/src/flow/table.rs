//! Flows of an instance, as its users call them: what upstream has no method for, and what is done around one.

use std::{future::Future, pin::Pin};

use serde_json::{Map, Value};

use super::{
    AuthorizeOptions, Events, Flow, QR_PAGE_URL, ReadyOptions, authorize, download_file_to, notifications,
    scan_qr_code, settings, update_api_token, wait_until_authorized, wait_until_ready,
};
use crate::{
    File, InstanceClient,
    api::instance::{AnyOperation, Default, Param, Place, read_arguments, seconds},
    config::{FLOW_TIMEOUT, REBOOT_AFTER, VERIFY_TIMEOUT},
    endpoint::CallOptions,
    error::Error,
    instance::{call, set_settings, update_api_token as update},
    model::{Kind, Returned, Returns},
};

/// A flow of an instance.
pub(crate) struct InstanceFlow {
    pub(crate) flow: Flow,
    /// The method of upstream's that users get it in place of: its arguments are the flow's too.
    pub(crate) around: Option<&'static dyn AnyOperation>,
    /// The arguments that are its own.
    pub(crate) params: &'static [Param],
    /// What of the call it can be told besides.
    pub(crate) call: &'static [Param],
    pub(crate) returns: Returns,
    pub(crate) page: &'static str,
    pub(crate) run: Run,
}

/// How a flow is begun.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    Call(for<'a> fn(&'a InstanceClient, Map<String, Value>, Option<File>, CallOptions) -> Invoked<'a>),
    Events(fn(&InstanceClient, &Map<String, Value>) -> Result<Events, Error>),
    /// By its own name in every binding.
    Own,
}

/// A call by name that is under way.
pub(super) type Invoked<'a> = Pin<Box<dyn Future<Output = Result<Returned, Error>> + Send + 'a>>;

impl InstanceFlow {
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        INSTANCE_FLOWS.iter().find(|known| known.flow.node == name)
    }
}

/// The flows of an instance, in the order of the documentation.
pub(crate) static INSTANCE_FLOWS: [InstanceFlow; 10] = [
    InstanceFlow {
        flow: wait_until_ready::FLOW,
        around: None,
        params: &[TIMEOUT, INTERVAL, REBOOTING],
        call: &[],
        returns: Returns::State,
        page: ACCOUNT,
        run: Run::Call(|instance, arguments, _, _| {
            Box::pin(async move {
                let options = ready(&read("waitUntilReady", &[TIMEOUT, INTERVAL, REBOOTING], arguments)?);
                instance.wait_until_ready(options).await.map(Into::into)
            })
        }),
    },
    InstanceFlow {
        flow: wait_until_authorized::FLOW,
        around: None,
        params: &[TIMEOUT, INTERVAL],
        call: &[],
        returns: Returns::Nothing,
        page: ACCOUNT,
        run: Run::Call(|instance, arguments, _, _| {
            Box::pin(async move {
                let options = ready(&read("waitUntilAuthorized", &[TIMEOUT, INTERVAL], arguments)?);
                instance.wait_until_authorized(options).await.map(Into::into)
            })
        }),
    },
    InstanceFlow {
        flow: authorize::FLOW,
        around: None,
        params: AUTHORIZE,
        call: &[],
        returns: Returns::Events(&[]),
        page: ACCOUNT,
        run: Run::Events(|instance, arguments| {
            let options = authorize_options(arguments);
            // At once, where the first step would refuse it.
            options.begin()?;
            Ok(instance.authorize(options))
        }),
    },
    InstanceFlow {
        flow: scan_qr_code::FLOW,
        around: None,
        params: &[],
        call: &[Param::of_flow(
            "timeout",
            "timeout",
            Kind::Duration,
            "Seconds for all of it. Defaults to the scan window.",
        )],
        returns: Returns::Events(&["QrCode", "PasskeyRequired", "PasswordNeeded", "Authorized"]),
        page: "https://green-api.com/en/docs/api/account/QR/",
        run: Run::Events(|instance, _| Ok(instance.scan_qr_code())),
    },
    InstanceFlow {
        flow: notifications::FLOW,
        around: None,
        params: &[
            Param::new(
                "receive_timeout",
                "receiveTimeout",
                Kind::Int,
                Place::Poll,
                "Upstream's seconds of waiting in each long poll, 5 to 60. Defaults to 5.",
            ),
            Param::of_flow(
                "idle",
                "idle",
                Kind::Duration,
                "Seconds without a notification after which the iteration ends. Defaults to none: it has no end.",
            ),
        ],
        call: &[Param::of_flow(
            "timeout",
            "timeout",
            Kind::Duration,
            "Seconds for each call. Defaults to the client's.",
        )],
        returns: Returns::Notifications,
        page: "https://green-api.com/en/docs/api/receiving/technology-http-api/",
        run: Run::Own,
    },
    InstanceFlow {
        flow: download_file_to::FLOW,
        around: None,
        params: download_file_to::PARAMS,
        call: &[Param::of_flow(
            "timeout",
            "timeout",
            Kind::Duration,
            "Seconds for all of it. Defaults to none for the file, however long it is.",
        )],
        returns: Returns::Int,
        page: "https://green-api.com/en/docs/api/receiving/files/DownloadFile/",
        run: Run::Call(|instance, arguments, _, options| {
            Box::pin(async move {
                let arguments = read("downloadFileTo", download_file_to::PARAMS, arguments)?;
                download_file_to::download_file_to(instance, arguments, options).await.map(Into::into)
            })
        }),
    },
    InstanceFlow {
        flow: SET_AND_VERIFY,
        around: Some(&set_settings::OPERATION),
        params: &[
            Param::of_flow(
                "reapply",
                "reapply",
                Kind::Flag,
                "Whether to send an empty body, as upstream's support has one do after a reboot; it goes with no setting.",
            )
            .default(Default::Flag(false)),
            Param::of_flow("verify", "verify", Kind::Flag, "Whether to look for the settings until they show.")
                .default(Default::Flag(false)),
            Param::of_flow(
                "verify_timeout",
                "verifyTimeout",
                Kind::Duration,
                "Seconds to look for them, before and again after they are set once more.",
            )
            .default(Default::Seconds(VERIFY_TIMEOUT.as_secs_f64())),
        ],
        call: CALL,
        returns: Returns::Nothing,
        page: "",
        run: Run::Call(|instance, arguments, _, options| {
            Box::pin(async move { settings::set_settings(instance, arguments, options).await.map(Into::into) })
        }),
    },
    InstanceFlow {
        flow: UPDATE_AND_KEEP,
        around: Some(&update::OPERATION),
        params: &[],
        call: CALL,
        returns: Returns::Text,
        page: "",
        run: Run::Call(|instance, arguments, _, options| {
            Box::pin(async move {
                read("updateApiToken", &[], arguments)?;
                update_api_token::update_api_token(instance, options).await.map(Into::into)
            })
        }),
    },
    InstanceFlow {
        flow: Flow { name: "call", node: "call", prose: call::PROSE },
        around: None,
        params: call::PARAMS,
        call: CALL,
        returns: Returns::Json,
        page: "https://green-api.com/en/docs/api/",
        run: Run::Own,
    },
    InstanceFlow {
        flow: QR_PAGE_URL,
        around: None,
        params: &[],
        call: &[],
        returns: Returns::Text,
        page: "https://green-api.com/en/docs/api/account/QR/",
        run: Run::Own,
    },
];

const SET_AND_VERIFY: Flow = Flow { name: "set_settings", node: "setSettings", prose: "" };
const UPDATE_AND_KEEP: Flow = Flow { name: "update_api_token", node: "updateApiToken", prose: "" };
const ACCOUNT: &str = "https://green-api.com/en/docs/api/account/";

/// What every call can be told besides its arguments.
pub(crate) const CALL: &[Param] =
    &[Param::of_flow("timeout", "timeout", Kind::Duration, "Seconds for the whole call. Defaults to the client's.")];

const TIMEOUT: Param = Param::of_flow("timeout", "timeout", Kind::Duration, "Seconds to wait in all.")
    .default(Default::Seconds(FLOW_TIMEOUT.as_secs_f64()));
const INTERVAL: Param =
    Param::of_flow("interval", "interval", Kind::Duration, "Seconds between two looks at the state. Defaults to 5.");
const REBOOTING: Param = Param::of_flow(
    "reboot_after",
    "rebootAfter",
    Kind::Duration,
    "Seconds of `starting` after which it is rebooted, once; nothing: never.",
)
.default(Default::Seconds(REBOOT_AFTER.as_secs_f64()))
.or_null();
pub(crate) const AUTHORIZE: &[Param] = &[
    Param::new(
        "phone_number",
        "phoneNumber",
        Kind::Phone,
        Place::Flow,
        "Link by this number instead of by QR code, international. Defaults to none.",
    ),
    TIMEOUT,
    INTERVAL,
    REBOOTING,
];

fn read(flow: &'static str, params: &[Param], arguments: Map<String, Value>) -> Result<Map<String, Value>, Error> {
    read_arguments(params, arguments).map_err(|error| error.during(flow))
}

/// The options of a flow that links a phone.
pub(crate) fn authorize_options(arguments: &Map<String, Value>) -> AuthorizeOptions {
    let phone_number = arguments.get("phone_number");
    let phone_number = phone_number.map(|number| number.as_str().map_or_else(|| number.to_string(), ToOwned::to_owned));
    AuthorizeOptions { ready: ready(arguments), phone_number, ..AuthorizeOptions::default() }
}

/// The options of a flow that waits for an instance.
fn ready(arguments: &Map<String, Value>) -> ReadyOptions {
    let usual = ReadyOptions::default();
    let time = |name: &str| arguments.get(name).and_then(seconds);
    ReadyOptions {
        timeout: time("timeout").unwrap_or(usual.timeout),
        interval: time("interval"),
        reboot_after: if arguments.contains_key("reboot_after") { time("reboot_after") } else { usual.reboot_after },
    }
}
