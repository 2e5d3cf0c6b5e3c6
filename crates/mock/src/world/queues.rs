//! The two queues of an instance: notifications that wait to be taken, and messages that wait to be sent.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    mem,
    sync::Arc,
};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

/// The queues of all instances.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    /// What was uploaded, by the id of the message that it came with.
    files: HashMap<String, Bytes>,
    instances: HashMap<u64, Queue>,
    last_receipt: u64,
    /// The instances that have news which nobody has looked into.
    touched: HashSet<u64>,
    news: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Queue {
    notifications: VecDeque<Notification>,
    notifications_cleared_at: Option<Timestamp>,
    outgoing: VecDeque<Message>,
    sent: Vec<Message>,
    /// Messages that came in and went out, in order, as the journals show them.
    journal: Vec<Value>,
    last_sent_at: Option<Timestamp>,
}

/// A notification on its way to the partner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notification {
    pub(crate) receipt_id: u64,
    pub(crate) body: Value,
    queued_at: Timestamp,
}

impl Notification {
    pub(crate) fn to_json(&self) -> Value {
        json!({ "receiptId": self.receipt_id, "body": self.body })
    }
}

/// A message on its way to a chat.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// The method it was sent with, as upstream's own list of the queue names it.
    pub(crate) method: &'static str,
    /// What the method was called with.
    pub(crate) body: Map<String, Value>,
    pub(crate) queued_at: Timestamp,
}

impl Message {
    pub(crate) fn chat_id(&self) -> &str {
        self.body.get("chatId").and_then(Value::as_str).unwrap_or_default()
    }

    /// The message as showMessagesQueue shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "messageID": self.id, "type": self.method, "body": self.body })
    }
}

/// What becomes of the oldest message of an instance.
#[derive(Debug, PartialEq)]
pub(crate) enum Leaving {
    Now(Message),
    /// Not before that moment, because of the pause between two messages.
    At(Timestamp),
    Nothing,
}

impl Queues {
    /// Where to wait for changes.
    pub(crate) fn news(&self) -> Arc<Notify> {
        Arc::clone(&self.news)
    }

    /// Forgets everything but who waits for news.
    pub(crate) fn forget(&mut self) {
        self.instances.clear();
        self.files.clear();
        self.last_receipt = 0;
        self.touched.clear();
        self.news.notify_waiters();
    }

    /// Notes that there is news of an instance.
    pub(crate) fn touch(&mut self, id_instance: u64) {
        self.touched.insert(id_instance);
        self.news.notify_waiters();
    }

    /// The instances of which there was news since the last time.
    pub(crate) fn take_touched(&mut self) -> HashSet<u64> {
        mem::take(&mut self.touched)
    }

    /// Puts a notification at the end of those that wait.
    pub(crate) fn push(&mut self, id_instance: u64, body: Value, now: Timestamp) {
        self.last_receipt += 1;
        let notification = Notification { receipt_id: self.last_receipt, body, queued_at: now };
        self.instances.entry(id_instance).or_default().notifications.push_back(notification);
        self.touch(id_instance);
    }

    /// The notifications that wait, the oldest first.
    pub(crate) fn waiting(&mut self, id_instance: u64, now: Timestamp) -> impl ExactSizeIterator<Item = &Notification> {
        let waiting = &mut self.instances.entry(id_instance).or_default().notifications;
        waiting.retain(|notification| is_kept(notification.queued_at, now));
        waiting.iter()
    }

    /// Takes a notification away; false if there is none of that number.
    pub(crate) fn delete(&mut self, id_instance: u64, receipt_id: u64) -> bool {
        let Some(queue) = self.instances.get_mut(&id_instance) else { return false };
        let before = queue.notifications.len();
        queue.notifications.retain(|notification| notification.receipt_id != receipt_id);
        queue.notifications.len() < before
    }

    /// Empties the queue of notifications; if that was done less than a minute ago, says how many seconds are missing.
    pub(crate) fn clear_notifications(&mut self, id_instance: u64, now: Timestamp) -> Result<(), i64> {
        let queue = self.instances.entry(id_instance).or_default();
        let since = queue.notifications_cleared_at.map(|at| now.as_second() - at.as_second());
        if let Some(since) = since.filter(|since| (0..CLEARING_PAUSE).contains(since)) {
            return Err(CLEARING_PAUSE - since);
        }
        queue.notifications_cleared_at = Some(now);
        queue.notifications.clear();
        Ok(())
    }

    /// Puts a message at the end of those to be sent.
    pub(crate) fn accept(&mut self, id_instance: u64, message: Message) {
        self.instances.entry(id_instance).or_default().outgoing.push_back(message);
        self.touch(id_instance);
    }

    /// Lets the oldest message go if the pause after the last one is over.
    pub(crate) fn leave(&mut self, id_instance: u64, pause: SignedDuration, now: Timestamp) -> Leaving {
        let queue = self.instances.entry(id_instance).or_default();
        queue.outgoing.retain(|message| is_kept(message.queued_at, now));
        let from = queue.last_sent_at.and_then(|at| at.checked_add(pause).ok()).filter(|from| *from > now);
        match (from, queue.outgoing.pop_front()) {
            (_, None) => Leaving::Nothing,
            (Some(from), Some(message)) => {
                queue.outgoing.push_front(message);
                Leaving::At(from)
            }
            (None, Some(message)) => {
                queue.last_sent_at = Some(now);
                queue.sent.push(message.clone());
                Leaving::Now(message)
            }
        }
    }

    /// The messages that wait to be sent, the oldest first.
    pub(crate) fn outgoing(&mut self, id_instance: u64, now: Timestamp) -> impl ExactSizeIterator<Item = &Message> {
        let outgoing = &mut self.instances.entry(id_instance).or_default().outgoing;
        outgoing.retain(|message| is_kept(message.queued_at, now));
        outgoing.iter()
    }

    pub(crate) fn clear_outgoing(&mut self, id_instance: u64) {
        self.instances.entry(id_instance).or_default().outgoing.clear();
    }

    /// The instances that have sent messages, or are about to.
    pub(crate) fn writing(&self) -> Vec<u64> {
        let writing = self.instances.iter().filter(|(_, queue)| !(queue.sent.is_empty() && queue.outgoing.is_empty()));
        writing.map(|(id_instance, _)| *id_instance).collect()
    }

    /// Gives a message that was sent another text.
    pub(crate) fn edit(&mut self, id_instance: u64, id: &str, text: &str) {
        let sent = self.instances.get_mut(&id_instance).map(|queue| queue.sent.iter_mut());
        if let Some(message) = sent.and_then(|mut sent| sent.find(|message| message.id == id)) {
            message.body.insert("message".to_owned(), text.into());
        }
        if let Some(entry) = self.journaled(id_instance, id) {
            entry["textMessage"] = text.into();
            entry["isEdited"] = true.into();
        }
    }

    /// Takes a message back that was sent.
    pub(crate) fn unsend(&mut self, id_instance: u64, id: &str) {
        if let Some(queue) = self.instances.get_mut(&id_instance) {
            queue.sent.retain(|message| message.id != id);
        }
        if let Some(entry) = self.journaled(id_instance, id) {
            entry["isDeleted"] = true.into();
        }
    }

    pub(crate) fn keep_file(&mut self, id_message: &str, content: Bytes) {
        self.files.insert(id_message.to_owned(), content);
    }

    pub(crate) fn file(&self, id_message: &str) -> Option<Bytes> {
        self.files.get(id_message).cloned()
    }

    /// Writes a message into the journal.
    pub(crate) fn note(&mut self, id_instance: u64, entry: Value) {
        self.instances.entry(id_instance).or_default().journal.push(entry);
    }

    /// What the journals have, the oldest first.
    pub(crate) fn journal(&self, id_instance: u64) -> &[Value] {
        self.instances.get(&id_instance).map_or(&[], |queue| &queue.journal)
    }

    fn journaled(&mut self, id_instance: u64, id: &str) -> Option<&mut Value> {
        self.instances.get_mut(&id_instance)?.journal.iter_mut().find(|entry| entry["idMessage"] == id)
    }

    /// The messages that were sent, in order.
    pub(crate) fn sent(&self, id_instance: u64) -> &[Message] {
        self.instances.get(&id_instance).map_or(&[], |queue| &queue.sent)
    }
}

/// Both queues keep what is in them for a day.
fn is_kept(queued_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(queued_at) < SignedDuration::from_hours(24)
}

/// Notifications may be cleared once in so many seconds.
const CLEARING_PAUSE: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notifications_are_taken_in_order_and_stay_until_deleted() {
        let mut queues = Queues::default();
        queues.push(1, json!("first"), second(0));
        queues.push(2, json!("another instance"), second(0));
        queues.push(1, json!("second"), second(0));
        assert_eq!(bodies(&mut queues, second(1)), ["first", "second"]);
        assert!(queues.delete(1, 1));
        assert_eq!(bodies(&mut queues, second(1)), ["second"]);
        assert!(!queues.delete(1, 1), "deleted already");
        assert!(!queues.delete(1, 2), "of another instance");
    }

    #[test]
    fn notifications_are_kept_for_a_day() {
        let mut queues = Queues::default();
        queues.push(1, json!("old"), second(0));
        queues.push(1, json!("new"), second(1));
        assert_eq!(bodies(&mut queues, second(DAY - 1)), ["old", "new"]);
        assert_eq!(bodies(&mut queues, second(DAY)), ["new"]);
    }

    #[test]
    fn clearing_again_within_a_minute_is_refused() {
        let mut queues = Queues::default();
        queues.push(1, json!("a"), second(0));
        assert_eq!(queues.clear_notifications(1, second(0)), Ok(()));
        assert_eq!(bodies(&mut queues, second(0)), [""; 0]);
        queues.push(1, json!("b"), second(0));
        assert_eq!(queues.clear_notifications(1, second(59)), Err(1));
        assert_eq!(bodies(&mut queues, second(59)), ["b"]);
        assert_eq!(queues.clear_notifications(1, second(60)), Ok(()));
    }

    #[test]
    fn messages_leave_in_order_with_a_pause_between_them() {
        let mut queues = Queues::default();
        let pause = SignedDuration::from_secs(3);
        let (first, other) = (message("A", 0), message("B", 0));
        queues.accept(1, first.clone());
        queues.accept(1, other.clone());
        assert_eq!(queues.leave(1, pause, second(0)), Leaving::Now(first.clone()));
        assert_eq!(queues.leave(1, pause, second(2)), Leaving::At(second(3)));
        assert_eq!(queues.leave(1, pause, second(3)), Leaving::Now(other.clone()));
        assert_eq!(queues.leave(1, pause, second(9)), Leaving::Nothing);
        assert_eq!(queues.sent(1), [first, other]);
    }

    #[test]
    fn messages_that_could_not_leave_are_kept_for_a_day() {
        let mut queues = Queues::default();
        queues.accept(1, message("A", 0));
        assert_eq!(queues.outgoing(1, second(DAY - 1)).len(), 1);
        assert_eq!(queues.leave(1, SignedDuration::ZERO, second(DAY)), Leaving::Nothing);
    }

    fn bodies(queues: &mut Queues, now: Timestamp) -> Vec<String> {
        queues.waiting(1, now).map(|notification| notification.body.as_str().unwrap().to_owned()).collect()
    }

    fn message(id: &str, at: i64) -> Message {
        Message { id: id.into(), method: "sendMessage", body: Map::new(), queued_at: second(at) }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    const DAY: i64 = 86_400;
}
