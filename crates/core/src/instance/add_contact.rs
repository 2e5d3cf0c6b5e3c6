//! `POST /waInstance{idInstance}/addContact/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/contacts/AddContact/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, arguments::takes, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("addContact"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/addContact/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/contacts/AddContact/",
        prose: include_str!("add_contact.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::of_contact(answer, "addContact"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("add_contact.md")]
    pub async fn add_contact(&self, contact: AddContact) -> Result<(), Error> {
        self.get(&OPERATION, contact).await
    }
}

takes! {
    /// What addContact takes: the chat, and the name to keep.
    AddContact {
        needed {
            chat_id "chatId" Text Body {} "The person's chat: `79001234567@c.us`.";
            first_name "firstName" Text Body { personal } "The first name.";
        }
        optional {
            last_name "lastName" Text Body { personal } "The last name.";
            save_in_addressbook "saveInAddressbook" Flag Body {}
                "Whether the phone's own address book has it too. Defaults to upstream's true.";
        }
    }
}
