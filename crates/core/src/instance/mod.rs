//! Instance: its client, and one file for each upstream method of it, with its facts, what it takes and how Rust calls it.

mod add_contact;
mod add_group_participant;
mod archive_chat;
pub(crate) mod call;
mod check_account;
mod check_whatsapp;
mod clear_messages_queue;
mod clear_webhooks_queue;
mod client;
mod create_group;
mod delete_contact;
mod delete_message;
mod delete_notification;
mod delete_status;
pub(crate) mod download_file;
mod edit_contact;
mod edit_message;
mod forward_messages;
mod get_account_settings;
mod get_authorization_code;
mod get_avatar;
mod get_chat_history;
mod get_chats;
mod get_collection;
mod get_collections;
mod get_contact_info;
mod get_contacts;
mod get_group_data;
mod get_incoming_statuses;
mod get_message;
mod get_messages_count;
mod get_order_details;
mod get_outgoing_statuses;
mod get_products;
mod get_settings;
mod get_state_instance;
mod get_state_instance_history;
mod get_status_statistic;
mod get_wa_settings;
mod get_webhooks_count;
mod last_incoming_calls;
mod last_incoming_messages;
mod last_outgoing_calls;
mod last_outgoing_messages;
mod leave_group;
mod logout;
mod methods;
pub(crate) mod qr;
mod read_chat;
mod reboot;
mod receive_notification;
mod remove_admin;
mod remove_group_participant;
pub(crate) mod scanqrcode;
mod send_authorization_code;
mod send_authorization_password;
mod send_contact;
pub(crate) mod send_file_by_upload;
mod send_file_by_url;
mod send_interactive_buttons;
mod send_interactive_buttons_reply;
mod send_location;
mod send_media_status;
mod send_message;
mod send_order;
mod send_poll;
mod send_product;
mod send_text_status;
mod send_typing;
mod send_voice_status;
mod set_disappearing_chat;
mod set_group_admin;
mod set_group_picture;
mod set_profile_picture;
pub(crate) mod set_settings;
mod show_messages_queue;
mod start_authorization;
mod unarchive_chat;
pub(crate) mod update_api_token;
mod update_group_name;
mod update_group_settings;
mod upload_file;

use crate::api::instance::{AnyOperation, File, Host, Operation, Param, Place, arguments, never, read, request};

pub use client::InstanceClient;

/// Makes [`OPERATIONS`] of the methods' modules, and exports what is public in them: the structs of what they take.
macro_rules! methods {
    ($($method:ident,)*) => {
        /// The methods of an instance, in the order of the documentation.
        pub(crate) static OPERATIONS: &[&dyn AnyOperation] = &[$(&$method::OPERATION),*];

        /// What methods with many arguments take.
        #[allow(unused_imports, unreachable_pub, reason = "most methods take no struct of their own")]
        pub mod requests {
            $(pub use super::$method::*;)*
        }
    };
}

methods! {
    get_state_instance,
    get_state_instance_history,
    qr,
    get_authorization_code,
    start_authorization,
    send_authorization_code,
    send_authorization_password,
    logout,
    reboot,
    get_settings,
    set_settings,
    get_wa_settings,
    get_account_settings,
    set_profile_picture,
    update_api_token,
    send_message,
    send_file_by_url,
    send_file_by_upload,
    send_poll,
    send_location,
    send_contact,
    forward_messages,
    send_interactive_buttons,
    send_interactive_buttons_reply,
    send_typing,
    edit_message,
    delete_message,
    upload_file,
    download_file,
    receive_notification,
    delete_notification,
    get_chat_history,
    get_message,
    last_incoming_messages,
    last_outgoing_messages,
    last_incoming_calls,
    last_outgoing_calls,
    get_messages_count,
    show_messages_queue,
    clear_messages_queue,
    get_webhooks_count,
    clear_webhooks_queue,
    check_whatsapp,
    check_account,
    create_group,
    update_group_name,
    get_group_data,
    add_group_participant,
    remove_group_participant,
    set_group_admin,
    remove_admin,
    set_group_picture,
    update_group_settings,
    leave_group,
    read_chat,
    archive_chat,
    unarchive_chat,
    set_disappearing_chat,
    get_chats,
    get_contacts,
    get_contact_info,
    get_avatar,
    add_contact,
    edit_contact,
    delete_contact,
    send_text_status,
    send_voice_status,
    send_media_status,
    get_incoming_statuses,
    get_outgoing_statuses,
    get_status_statistic,
    delete_status,
    send_product,
    send_order,
    get_products,
    get_collections,
    get_collection,
    get_order_details,
}
