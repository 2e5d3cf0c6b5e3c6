//! `listen`: an instance's queue, forwarded to a webhook that a developer runs.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::{Args, value_parser};
use greenapi_partner::{
    InstanceClient, Notification,
    tokenless::{Receiver, Tokenless},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    context::{self, Context, client, read_token},
    exit::{Failure, Outcome, REFUSED},
    output::{Plain, Printer, Sheet},
    terminal,
};

/// Forward an instance's notifications to a webhook of your own, each acknowledged once it was answered 200: a tunnel for developers
///
/// They are posted as upstream would post them, one after the other, each again until it is answered 200. Ctrl-C leaves what was not.
/// A line for each goes to stdout, without what people wrote. Two that listen to one instance share its queue: each gets a part.
#[derive(Args, Debug)]
pub(crate) struct Listen {
    /// Its id, or its name
    #[arg(value_name = "ID|NAME")]
    instance: String,

    /// Where the webhook listens, http or https
    #[arg(long, value_name = "URL")]
    forward_to: String,

    /// Seconds that upstream waits for a notification, 5 to 60
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(5..=60))]
    receive_timeout: Option<u64>,

    /// A file with the webhookUrlToken that the webhook expects, which only its owner may read: it is sent as upstream sends it
    #[arg(long, value_name = "FILE")]
    webhook_url_token_file: Option<PathBuf>,
}

impl Listen {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let sheet = Sheet::plain(&COLUMNS);
        context.output.check(&sheet)?;
        let bearer = self.webhook_url_token_file.as_deref().map(read_token).transpose()?;
        let tokenless = client(&context.profile()?).tokenless()?;
        let receiver = tokenless.receiver(&self.forward_to, bearer.as_deref())?;
        if bearer.is_some() && receiver.has_credentials() {
            return Err(Failure::usage(
                "the URL has credentials, and there is a token: one header holds only one of them",
            ));
        }
        if receiver.is_in_the_clear() {
            let shown = receiver.shown();
            terminal::warn(&format!(
                "{shown} is another machine, and what your customers write travels to it in the clear"
            ));
        }
        let instance = context::instance(&context.partner()?, &self.instance).await?;
        refuse_webhook(&instance).await?;
        terminal::say(&format!(
            "forwarding {} to {}; whoever else takes from its queue gets a part of it",
            instance.id_instance(),
            receiver.shown()
        ));
        let mut printer = context.output.printer(&sheet, true)?;
        forward(&instance, self.receive_timeout, &tokenless, &receiver, &mut printer).await
    }
}

/// With a webhook URL, upstream posts there, and the queue has nothing.
async fn refuse_webhook(instance: &InstanceClient) -> Outcome<()> {
    let settings = instance.get_settings().await?.to_json(true);
    if settings.get("webhookUrl").and_then(Value::as_str).unwrap_or_default().is_empty() {
        return Ok(());
    }
    let id = instance.id_instance();
    Err(Failure::new(
        REFUSED,
        format!("the instance {id} has a webhook URL: its notifications go there, and not into its queue"),
    )
    .advised(format!("clear it with: greenapi-partner settings set {id} webhookUrl=")))
}

/// One after the other, without end.
async fn forward(
    instance: &InstanceClient,
    receive_timeout: Option<u64>,
    tokenless: &Tokenless,
    receiver: &Receiver,
    printer: &mut Printer<'_, Plain>,
) -> Outcome {
    let mut notifications = instance.notifications();
    if let Some(seconds) = receive_timeout {
        notifications = notifications.receive_timeout(seconds);
    }
    loop {
        let notification = notifications.next().await?;
        let took = deliver(&posted(&notification), tokenless, receiver).await?;
        notifications.ack().await?;
        printer.row(row(&notification, took))?;
    }
}

/// The body as upstream posts it. What cannot be read is posted as it came: it is for the webhook to take it, or not.
fn posted(notification: &Notification) -> String {
    let raw = match notification {
        Notification::Unreadable(item) => item.raw(),
        _ => None,
    };
    raw.map_or_else(|| notification.body().to_string(), str::to_owned)
}

/// Posts until it is answered 200, and says how long that post took.
async fn deliver(body: &str, tokenless: &Tokenless, receiver: &Receiver) -> Outcome<Duration> {
    let mut wait = FIRST_WAIT;
    loop {
        let begun = Instant::now();
        let why = match tokenless.post(receiver, body.to_owned(), TIMEOUT).await {
            Ok(TAKEN) => return Ok(begun.elapsed()),
            Ok(status) => format!("{} answered {status}", receiver.shown()),
            Err(error) => Failure::from(error).what,
        };
        terminal::warn(&format!("{why}: it is posted again in {} s", wait.as_secs()));
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// What is told of one that was taken: nothing that people wrote.
fn row(notification: &Notification, took: Duration) -> Plain {
    let id_message = notification.body().get("idMessage").cloned().unwrap_or_default();
    let values = [
        json!(format!("{:.0}", Timestamp::now())),
        json!(notification.type_webhook()),
        id_message,
        json!(TAKEN),
        json!(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
    ];
    Plain(COLUMNS.map(str::to_owned).into_iter().zip(values).collect())
}

const COLUMNS: [&str; 5] = ["time", "typeWebhook", "idMessage", "status", "ms"];
const TAKEN: u16 = 200;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Of one post: as long as upstream waits.
const TIMEOUT: Duration = Duration::from_secs(180);
