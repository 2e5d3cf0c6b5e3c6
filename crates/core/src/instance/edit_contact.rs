//! `POST /waInstance{idInstance}/editContact/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/contacts/EditContact/>

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
        operation: Cow::Borrowed("editContact"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/editContact/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/contacts/EditContact/",
        prose: include_str!("edit_contact.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::of_contact(answer, "editContact"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("edit_contact.md")]
    pub async fn edit_contact(&self, contact: EditContact) -> Result<(), Error> {
        self.get(&OPERATION, contact).await
    }
}

takes! {
    /// What editContact takes: the chat, and its new name.
    EditContact {
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
