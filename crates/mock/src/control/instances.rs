//! Control of one instance, and of the phone behind it.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::Control;
use crate::{account::AccountInstance, instance, options::PHONE, sync::lock, token::Digits, world::sockets::Post};

/// Controls of one instance. Each fails where the account has no such instance, or has deleted it, with a text that
/// says what is wrong.
impl Control {
    /// What is known of an instance: what [`AccountInstance::to_json`] tells, and `wid`, `sockets` (how many are open),
    /// `qrPayload`, `phoneCode` (what the customer was shown), `newSettings` (those that wait for a reboot), `history`
    /// and `reboots`.
    ///
    /// # Errors
    /// There is no such instance. A deleted one is shown.
    pub fn instance(&self, id_instance: u64) -> Result<Value, String> {
        let known = instance::change(&self.state, id_instance, |instance, _| instance.clone());
        let instance = known.ok_or_else(|| unknown(id_instance))?;
        let mut shown = instance.to_json();
        shown["wid"] = instance.wid().into();
        shown["sockets"] = self.state.sockets.open(id_instance).into();
        let life = instance.life;
        shown["history"] = life.history().into();
        shown["reboots"] = life.reboots.into();
        shown["qrPayload"] = life.qr.map(|qr| qr.payload).into();
        shown["phoneCode"] = life.phone_code.map(|code| code.text).into();
        shown["newSettings"] = Value::Object(life.new_settings);
        Ok(shown)
    }

    /// A phone scans the QR code: +7 900 123-45-67 unless another number is given, as digits. A warm-up or a reboot is over
    /// then. Open sockets are told `accountData`; an account with a password is left `pendingPassword`, and one with a passkey waits for it.
    ///
    /// # Errors
    /// The instance has a phone.
    pub fn scan(&self, id_instance: u64, phone: Option<&str>) -> Result<(), String> {
        self.on_live(id_instance, |instance, _| {
            if let Some(phone) = instance.phone() {
                return Err(format!("instance {id_instance} is linked to {phone}"));
            }
            instance.life.link(phone.unwrap_or(PHONE));
            Ok(())
        })
    }

    /// The customer confirms the passkey that was asked for after a scan: the phone is linked.
    ///
    /// # Errors
    /// No passkey is asked for.
    pub fn confirm_passkey(&self, id_instance: u64) -> Result<(), String> {
        self.on_live(id_instance, |instance, _| {
            let confirmed = instance.life.confirm_passkey();
            confirmed.then_some(()).ok_or_else(|| format!("instance {id_instance} asks for no passkey"))
        })
    }

    /// The customer types the code of getAuthorizationCode into the phone.
    ///
    /// # Errors
    /// No such code is good at the moment, or the messenger has no such way: a code of startAuthorization goes back to
    /// upstream by sendAuthorizationCode.
    pub fn enter_phone_code(&self, id_instance: u64) -> Result<(), String> {
        let now = self.state.clock.exactly();
        self.on_live(id_instance, |instance, _| {
            let code = instance.life.phone_code.clone();
            let code = code.filter(|code| code.good_until > now && instance.is_whatsapp());
            let code = code.ok_or_else(|| format!("instance {id_instance} has no code for a phone"))?;
            instance.life.link(&code.phone);
            Ok(())
        })
    }

    /// The scan goes wrong: open sockets are told an error, and closed. Says how many there were.
    ///
    /// # Errors
    /// As for all of these.
    pub fn fail_scan(&self, id_instance: u64, message: &str) -> Result<usize, String> {
        self.tell(id_instance, &Post::Last(instance::error_frame(message).to_string()))
    }

    /// Nobody has scanned in time: the QR code is no longer good, open sockets say so and are closed. Says how many
    /// there were.
    ///
    /// # Errors
    /// As for all of these.
    pub fn expire_qr(&self, id_instance: u64) -> Result<usize, String> {
        self.on_live(id_instance, |instance, _| {
            instance.life.qr = None;
            instance.life.forget_passkey();
            Ok(())
        })?;
        self.tell(id_instance, &Post::Last(instance::timeout_frame(&self.state).to_string()))
    }

    /// The QR code changes before its time, on open sockets too. Gives what a phone would read now.
    ///
    /// # Errors
    /// As for all of these.
    pub fn refresh_qr(&self, id_instance: u64) -> Result<String, String> {
        self.on_live(id_instance, |instance, digits| {
            instance::show_new_qr(&self.state, instance, digits);
            Ok(instance.life.qr.as_ref().map(|qr| qr.payload.clone()).unwrap_or_default())
        })
    }

    /// The customer removes the linked device in the phone, behind the client's back.
    ///
    /// # Errors
    /// The instance has no phone.
    pub fn unlink(&self, id_instance: u64) -> Result<(), String> {
        self.on_live(id_instance, |instance, _| {
            if instance.phone().is_none() {
                return Err(format!("instance {id_instance} has no phone"));
            }
            instance.life.unlink();
            Ok(())
        })
    }

    /// Puts an instance into a state of any name; none is that of an instance which is being created. `authorized` takes
    /// a phone where there is none, `notAuthorized` takes it away.
    ///
    /// # Errors
    /// As for all of these.
    pub fn set_state(&self, id_instance: u64, state: Option<&str>) -> Result<(), String> {
        self.on_live(id_instance, |instance, _| {
            instance.life.set_state(state);
            Ok(())
        })
    }

    /// Gives an instance a new token, behind the client's back.
    ///
    /// # Errors
    /// As for all of these.
    pub fn rotate_token(&self, id_instance: u64) -> Result<String, String> {
        self.on_live(id_instance, |_, _| Ok(()))?;
        lock(&self.state.account).rotate_token(id_instance).ok_or_else(|| unknown(id_instance))
    }

    /// Ends the connections of an instance's sockets without a word. Says how many there were.
    ///
    /// # Errors
    /// As for all of these.
    pub fn drop_sockets(&self, id_instance: u64) -> Result<usize, String> {
        self.tell(id_instance, &Post::Cut)
    }

    /// Sends any text on an instance's sockets. Says how many there are.
    ///
    /// # Errors
    /// As for all of these.
    pub fn send_frame(&self, id_instance: u64, text: &str) -> Result<usize, String> {
        self.tell(id_instance, &Post::Frame(text.to_owned()))
    }

    /// Waits, without end, until exactly so many sockets of an instance are open.
    pub async fn wait_for_sockets(&self, id_instance: u64, open: usize) {
        self.state.sockets.wait(id_instance, open).await;
    }

    /// Queues a notification, whatever the settings say.
    ///
    /// # Errors
    /// As for all of these.
    pub fn notify(&self, id_instance: u64, body: Value) -> Result<(), String> {
        self.on_live(id_instance, |_, _| Ok(()))?;
        instance::push(&self.state, id_instance, None, body);
        Ok(())
    }

    /// A message comes in: `text` from `chatId`, and `sender`, `senderName` and `chatName`, each with a default. Every
    /// other field goes into the notification as it is, over the mock's own. Gives that notification, which is queued only
    /// if the instance's quota of chats lets it.
    ///
    /// # Errors
    /// As for all of these; and nothing is queued, because the instance's settings do not ask for incoming messages.
    pub fn receive_message(&self, id_instance: u64, fields: &Map<String, Value>) -> Result<Value, String> {
        self.on_live(id_instance, |_, _| Ok(()))?;
        instance::come_in(&self.state, id_instance, fields).ok_or_else(|| {
            format!("nothing was queued: instance {id_instance} asks for no incoming messages; set incomingWebhook")
        })
    }

    /// What was uploaded with a message of this id.
    pub(crate) fn file(&self, id_message: &str) -> Option<Bytes> {
        lock(&self.state.queues).file(id_message)
    }

    /// The messages that an instance has sent, in order: `{"messageID", "type", "body"}` each.
    pub fn messages(&self, id_instance: u64) -> Vec<Value> {
        instance::sent(&self.state, id_instance)
    }

    /// The notifications of an instance that wait, the oldest first: `{"receiptId", "body"}` each.
    pub fn notifications(&self, id_instance: u64) -> Vec<Value> {
        instance::waiting(&self.state, id_instance)
    }

    /// Sets the quota of a method, or with `correspondents` that of chats; a total of 0 is none.
    ///
    /// # Errors
    /// As for all of these.
    pub fn set_quota(&self, id_instance: u64, method: &str, used: u64, total: u64) -> Result<(), String> {
        self.on_live(id_instance, |_, _| Ok(()))?;
        lock(&self.state.quotas).set(id_instance, method, used, total);
        Ok(())
    }

    fn tell(&self, id_instance: u64, post: &Post) -> Result<usize, String> {
        self.on_live(id_instance, |_, _| Ok(()))?;
        Ok(self.state.sockets.tell(id_instance, post))
    }

    fn on_live<T>(
        &self,
        id_instance: u64,
        act: impl FnOnce(&mut AccountInstance, &mut Digits) -> Result<T, String>,
    ) -> Result<T, String> {
        let done = instance::change(&self.state, id_instance, |instance, digits| {
            if instance.deleted_at.is_some() {
                return Err(format!("instance {id_instance} is deleted"));
            }
            act(instance, digits)
        });
        done.unwrap_or_else(|| Err(unknown(id_instance)))
    }
}

fn unknown(id_instance: u64) -> String {
    format!("the account has no instance {id_instance}")
}
