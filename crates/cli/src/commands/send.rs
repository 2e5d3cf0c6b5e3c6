//! `send`: a text message.

use clap::Args;
use greenapi_partner::SendMessage;
use serde_json::json;

use crate::{
    context::{self, Context},
    exit::{DONE, Outcome},
    global::Dry,
    output::{Plain, Sheet},
    terminal,
};

/// Send a text message, and print its id
#[derive(Args, Debug)]
pub(crate) struct Send {
    /// The instance's id, or its name
    #[arg(value_name = "ID|NAME")]
    instance: String,

    /// The chat: `79876543210@c.us`, a group's `…@g.us`, or a phone number
    chat: String,

    /// The text; `-` reads it from stdin
    text: String,

    #[command(flatten)]
    dry: Dry,
}

impl Send {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let text = if self.text == "-" { std::io::read_to_string(std::io::stdin())? } else { self.text };
        let is_number = !self.chat.is_empty() && self.chat.bytes().all(|byte| byte.is_ascii_digit());
        let instance = context::instance(&context.partner()?, &self.instance).await?;
        // WhatsApp's chats have the number in their names.
        let is_whatsapp = instance.type_instance().is_none_or(|messenger| messenger == "whatsapp");
        let chat = if is_number && is_whatsapp { format!("{}@c.us", self.chat) } else { self.chat };
        if self.dry.dry_run {
            let (id, letters) = (instance.id_instance(), text.chars().count());
            terminal::say(&format!(
                "nothing was sent: a text of {letters} letters would go from instance {id} to {chat}"
            ));
            return Ok(DONE);
        }
        let sent = instance.send_message(SendMessage::new(chat, text)).await?;
        let row = [("idMessage".to_owned(), json!(sent.id_message()))].into_iter().collect();
        context.output.one(&Sheet::plain(&["idMessage"]), &Plain(row))?;
        Ok(DONE)
    }
}
