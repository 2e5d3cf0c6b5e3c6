//! Models: what users see.

pub(crate) mod account;
pub(crate) mod chats;
mod columns;
mod create_instance;
mod created_instance;
mod ensured_instance;
pub(crate) mod event;
mod field;
mod instance;
mod instances;
pub(crate) mod journal;
mod list;
mod name;
mod near;
pub(crate) mod qr_code;
mod record;
mod requests;
mod returned;
mod setting;
mod show;
mod text;
mod webhook_url;

pub use columns::{Names, columns_of};
pub use create_instance::CreateInstance;
pub use created_instance::CreatedInstance;
pub use ensured_instance::EnsuredInstance;
pub use field::{Field, FieldValue, Kind};
pub use instance::Instance;
pub use instances::Instances;
pub use qr_code::QrCode;
pub use record::{Model, Modelled, Record};
pub use requests::SetSettings;
pub use returned::Returned;
pub(crate) use show::counted;
pub use show::{SECRET_NAMES, html_records};
pub use text::text_records;

pub(crate) use account::*;
pub(crate) use chats::CHATS;
pub(crate) use event::EVENTS;
pub(crate) use journal::JOURNALS;
pub(crate) use list::UPSTREAM_OFFSET;
pub(crate) use near::did_you_mean;
pub(crate) use record::{record, unraw};
pub(crate) use requests::{Arguments, request};
pub(crate) use returned::{MessageIds, Returning, Returns, StateText};
pub(crate) use setting::{Limit, SETTINGS, Setting, every_setting, limit};
pub(crate) use webhook_url::{HEADER_TEXT, WEBHOOK_URL, is_webhook_url};

use crate::error::Error;

/// Reads the id of an instance from text, as a user or a JavaScript program gives it.
///
/// # Errors
///
/// `invalid_request` for anything but a whole number from 1 up, in decimal digits.
pub fn id_instance(text: &str) -> Result<u64, Error> {
    let digits = text.trim();
    let id = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    checked_id(id.unwrap_or(0))
}

/// The instances of upstream's array; otherwise what is there instead, without quoting it.
pub(crate) fn instances_from(body: &[u8]) -> Result<Instances, String> {
    list::List::decode(body).map(Instances::new)
}

/// `id`, if it can be one.
pub(crate) fn checked_id(id: u64) -> Result<u64, Error> {
    if id == 0 {
        return Err(Error::invalid_request("id_instance must be a whole number from 1 up"));
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_whole_number_from_one_up() {
        assert_eq!(id_instance("770012345678").unwrap(), 770_012_345_678);
        assert_eq!(id_instance(" 1 ").unwrap(), 1);
        for text in ["", "0", "-1", "+1", "1.0", "1e3", "0x10", "99999999999999999999", "one"] {
            assert_eq!(id_instance(text).unwrap_err().code(), crate::ErrorCode::InvalidRequest, "{text}");
        }
    }
}
