//! `webhook`: what arrives at a webhook.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Subcommand};
use greenapi_partner::{parse_notification, verify_event};
use serde_json::json;

use crate::{
    context::{read_token, webhook_secret},
    exit::{DONE, FAILED, Failure, Outcome},
    options::parse_seconds,
    output::{Output, Plain, Sheet},
    terminal,
};

/// Look at what arrives at a webhook
#[derive(Subcommand, Debug)]
pub(crate) enum Webhook {
    Verify(Verify),
}

/// Read bodies that GREEN-API has posted, and say what each is; or verify an event of `watch --forward-to`
///
/// Fails where one is none of upstream's. Whether it came from upstream, the Authorization header of its request says, which holds the
/// instance's webhookUrlToken: without both files that is not checked.
///
/// With --headers-file, FILE is the body of an event that `watch --forward-to` or `deliver` has posted: its signature is verified. The
/// secret is read from GREENAPI_PARTNER_WEBHOOK_SECRET, or from a file.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Files, each with one body, byte for byte; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// A file with the Authorization header of the requests
    #[arg(long, value_name = "FILE", requires = "webhook_url_token_file")]
    authorization_file: Option<PathBuf>,

    /// A file with the instance's webhookUrlToken, which only its owner may read
    #[arg(long, value_name = "FILE")]
    webhook_url_token_file: Option<PathBuf>,

    /// A file with the headers of an event's request, one a line: `webhook-id: …`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["authorization_file", "webhook_url_token_file"])]
    headers_file: Option<PathBuf>,

    /// A file with the secret that the event is signed with, which only its owner may read
    #[arg(long, value_name = "FILE", requires = "headers_file")]
    secret_file: Option<PathBuf>,

    /// How long ago an event may have been signed: `90`, `15m`, `1h30m`
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "5m", requires = "headers_file")]
    tolerance: f64,
}

const NOTIFICATION: [&str; 4] = ["file", "typeWebhook", "idInstance", "timestamp"];
const EVENT: [&str; 4] = ["file", "id", "type", "timestamp"];

impl Verify {
    pub(crate) fn run(self, output: &mut Output) -> Outcome {
        match &self.headers_file {
            Some(headers) => self.event(headers, output),
            None => self.notifications(output),
        }
    }

    fn notifications(&self, output: &mut Output) -> Outcome {
        let sheet = Sheet::plain(&NOTIFICATION);
        output.check(&sheet)?;
        let authorization = self.authorization_file.as_deref().map(fs::read_to_string).transpose()?;
        let token = self.webhook_url_token_file.as_deref().map(read_token).transpose()?;
        let (mut rows, mut exit) = (Vec::new(), DONE);
        for file in &self.files {
            match notification(file, authorization.as_deref().map(str::trim), token.as_deref()) {
                Ok(row) => rows.push(row),
                Err(why) => {
                    terminal::fail(&format!("{}: {why}", file.display()));
                    exit = FAILED;
                }
            }
        }
        output.rows(&sheet, rows)?;
        Ok(exit)
    }

    fn event(&self, headers: &Path, output: &mut Output) -> Outcome {
        let sheet = Sheet::plain(&EVENT);
        output.check(&sheet)?;
        let [file] = &self.files[..] else {
            return Err(Failure::usage("the headers are those of one request: give one FILE with --headers-file"));
        };
        let secret = webhook_secret(self.secret_file.as_deref())?;
        let tolerance = Duration::try_from_secs_f64(self.tolerance).unwrap_or(Duration::MAX);
        let headers = fs::read_to_string(headers)?;
        let headers = headers.lines().filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.trim(), value.trim()));
        let event = verify_event(&read(file)?, headers, &secret, tolerance)?;
        let values = [
            json!(file.display().to_string()),
            json!(event.id()),
            json!(event.r#type()),
            json!(event.timestamp().map(|at| at.to_string())),
        ];
        output.rows(&sheet, [row(EVENT, values)])?;
        Ok(DONE)
    }
}

fn notification(file: &Path, authorization: Option<&str>, token: Option<&str>) -> Result<Plain, String> {
    let body = read(file).map_err(|error| error.to_string())?;
    let notification = parse_notification(&body, authorization, token).map_err(|error| error.to_string())?;
    let body = notification.body();
    let id = body.get("instanceData").and_then(|data| data.get("idInstance")).cloned().unwrap_or_default();
    let values = [
        json!(file.display().to_string()),
        json!(notification.type_webhook()),
        id,
        body.get("timestamp").cloned().unwrap_or_default(),
    ];
    Ok(row(NOTIFICATION, values))
}

fn row<const N: usize>(columns: [&str; N], values: [serde_json::Value; N]) -> Plain {
    Plain(columns.map(str::to_owned).into_iter().zip(values).collect())
}

/// The bytes of a file, or of stdin.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return fs::read(file);
    }
    let mut body = Vec::new();
    io::Read::read_to_end(&mut io::stdin(), &mut body)?;
    Ok(body)
}
