//! `webhook`: what arrives at a webhook.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use greenapi_partner::parse_notification;
use serde_json::json;

use crate::{
    context::read_token,
    exit::{DONE, FAILED, Outcome},
    output::{Output, Plain, Sheet},
    terminal,
};

/// Look at what arrives at a webhook
#[derive(Subcommand, Debug)]
pub(crate) enum Webhook {
    Verify(Verify),
}

/// Read bodies that GREEN-API has posted, and say what each is
///
/// Fails where one is none of upstream's. Whether it came from upstream, the Authorization header of its request says, which holds the
/// instance's webhookUrlToken: without both files that is not checked.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Files, each with one body; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// A file with the Authorization header of the requests
    #[arg(long, value_name = "FILE", requires = "webhook_url_token_file")]
    authorization_file: Option<PathBuf>,

    /// A file with the instance's webhookUrlToken, which only its owner may read
    #[arg(long, value_name = "FILE")]
    webhook_url_token_file: Option<PathBuf>,
}

const COLUMNS: [&str; 4] = ["file", "typeWebhook", "idInstance", "timestamp"];

impl Verify {
    pub(crate) fn run(self, output: &mut Output) -> Outcome {
        let sheet = Sheet::plain(&COLUMNS);
        output.check(&sheet)?;
        let authorization = self.authorization_file.as_deref().map(std::fs::read_to_string).transpose()?;
        let token = self.webhook_url_token_file.as_deref().map(read_token).transpose()?;
        let (mut rows, mut exit) = (Vec::new(), DONE);
        for file in &self.files {
            match read(file, authorization.as_deref().map(str::trim), token.as_deref()) {
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
}

fn read(file: &std::path::Path, authorization: Option<&str>, token: Option<&str>) -> Result<Plain, String> {
    let text = if file == std::path::Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| error.to_string())?;
    let notification = parse_notification(text.as_bytes(), authorization, token).map_err(|error| error.to_string())?;
    let body = notification.body();
    let id = body.get("instanceData").and_then(|data| data.get("idInstance")).cloned().unwrap_or_default();
    let values = [
        json!(file.display().to_string()),
        json!(notification.type_webhook()),
        id,
        body.get("timestamp").cloned().unwrap_or_default(),
    ];
    Ok(Plain(COLUMNS.map(str::to_owned).into_iter().zip(values).collect()))
}
