//! Examples of Rust's reference: `cargo xtask sync` shows what stands in each function below, up to its `Ok(())`, under the operation of
//! that name. Here they are run.

#![allow(clippy::unreadable_literal, reason = "an id stands in an example as upstream writes it")]
#![allow(clippy::unnecessary_wraps, reason = "every example is a function of one form")]

use std::{path::Path, time::Duration};

use futures_util::FutureExt as _;
use greenapi_partner::{
    AddContact, AuthorizeOptions, BillingOptions, BulkOptions, Call, CreateGroup, CreateInstance,
    DeleteDuplicatesOptions, DeleteMessage, DeliverOptions, EditContact, EditMessage, Error, Event, File,
    FindDuplicatesOptions, ForwardMessages, GetCollection, GetCollections, GetContacts, GetOrderDetails, GetProducts,
    InspectOptions, InstanceClient, Ledger, Notification, PartnerClient, Prices, ReadChat, ReadyOptions, SendContact,
    SendFileByUpload, SendFileByUrl, SendInteractiveButtons, SendInteractiveButtonsReply, SendLocation,
    SendMediaStatus, SendMessage, SendOrder, SendPoll, SendProduct, SendTextStatus, SendTyping, SendVoiceStatus,
    SetSettings, UpdateGroupSettings, VERIFY_TOLERANCE, WatchOptions, parse_notification as parse,
    verify_event as verify,
};
use greenapi_partner_mock::{Customer, MockServer, Options, Requests};
use serde_json::json;

use crate::support::{LIST, client, file::Place, receiver::Receiver, start};

async fn get_state_instance(shop: &InstanceClient) -> Result<(), Error> {
    if shop.get_state_instance().await? == "authorized" {
        println!("a phone is linked");
    }
    Ok(())
}

async fn get_state_instance_history(shop: &InstanceClient) -> Result<(), Error> {
    for change in shop.get_state_instance_history(Some(10)).await? {
        println!("{:?} {:?}", change.timestamp(), change.state_instance());
    }
    Ok(())
}

async fn qr(shop: &InstanceClient) -> Result<(), Error> {
    let code = shop.qr().await?;
    println!("<img src=\"{}\">", code.data_url());
    Ok(())
}

async fn get_authorization_code(shop: &InstanceClient) -> Result<(), Error> {
    println!("Type into the phone: {}", shop.get_authorization_code("+7 900 123-45-67").await?);
    Ok(())
}

async fn start_authorization(shop: &InstanceClient) -> Result<(), Error> {
    shop.start_authorization("+7 900 123-45-67").await?;
    Ok(())
}

async fn send_authorization_code(shop: &InstanceClient, code: &str) -> Result<(), Error> {
    shop.send_authorization_code(code, None).await?;
    Ok(())
}

async fn send_authorization_password(shop: &InstanceClient, password: &str) -> Result<(), Error> {
    shop.send_authorization_password(password).await?;
    Ok(())
}

async fn logout(shop: &InstanceClient) -> Result<(), Error> {
    shop.logout().await?;
    Ok(())
}

async fn reboot(shop: &InstanceClient) -> Result<(), Error> {
    shop.reboot().await?;
    shop.wait_until_ready(ReadyOptions::default()).await?;
    Ok(())
}

async fn get_settings(shop: &InstanceClient) -> Result<(), Error> {
    let settings = shop.get_settings().await?;
    println!("{:?} {:?}", settings.incoming_webhook(), settings.webhook_url());
    Ok(())
}

async fn set_settings(shop: &InstanceClient) -> Result<(), Error> {
    shop.set_settings(SetSettings::new().incoming_webhook(true).webhook_url("https://shop.example/hook")).await?;
    Ok(())
}

async fn get_wa_settings(shop: &InstanceClient) -> Result<(), Error> {
    let account = shop.get_wa_settings().await?;
    println!("{:?} {:?}", account.phone(), account.avatar());
    Ok(())
}

async fn get_account_settings(shop: &InstanceClient) -> Result<(), Error> {
    println!("{:?}", shop.get_account_settings().await?.phone());
    Ok(())
}

async fn set_profile_picture(shop: &InstanceClient) -> Result<(), Error> {
    let logo = b"\xff\xd8\xff".as_slice(); // or File::open("logo.jpg")
    shop.set_profile_picture(File::new("logo.jpg", logo)).await?;
    Ok(())
}

async fn update_api_token(shop: &InstanceClient) -> Result<(), Error> {
    let token = shop.update_api_token().await?; // to keep, in place of the one before
    assert_eq!(token, shop.api_token_instance());
    Ok(())
}

async fn send_message(shop: &InstanceClient) -> Result<(), Error> {
    let sent = shop.send_message(SendMessage::new("79001234567@c.us", "Your order is on its way")).await?;
    println!("{:?}", sent.id_message());
    Ok(())
}

async fn send_file_by_url(shop: &InstanceClient) -> Result<(), Error> {
    let bill = SendFileByUrl::new("79001234567@c.us", "https://shop.example/bill.pdf", "bill.pdf").caption("Your bill");
    shop.send_file_by_url(bill).await?;
    Ok(())
}

async fn send_file_by_upload(shop: &InstanceClient) -> Result<(), Error> {
    let bill = File::new("bill.pdf", b"%PDF-".as_slice()); // or File::open("bill.pdf")
    shop.send_file_by_upload(SendFileByUpload::new("79001234567@c.us").caption("Your bill"), bill).await?;
    Ok(())
}

async fn download_file_to(shop: &InstanceClient, id_message: &str, path: &Path) -> Result<(), Error> {
    let size = shop.download_file_to("79001234567@c.us", id_message, path).await?;
    println!("{size} bytes");
    Ok(())
}

async fn send_poll(shop: &InstanceClient) -> Result<(), Error> {
    let colours = vec![json!("green"), json!("red")];
    shop.send_poll(SendPoll::new("79001234567@c.us", "Which colour?", colours)).await?;
    Ok(())
}

async fn send_location(shop: &InstanceClient) -> Result<(), Error> {
    shop.send_location(SendLocation::new("79001234567@c.us", 55.7558, 37.6173).name_location("Our shop")).await?;
    Ok(())
}

async fn send_contact(shop: &InstanceClient) -> Result<(), Error> {
    let contact = json!({ "phone_contact": "+7 900 123-45-68", "first_name": "Ann", "company": "Shop" });
    shop.send_contact(SendContact::new("79001234567@c.us", contact)).await?;
    Ok(())
}

async fn forward_messages(shop: &InstanceClient) -> Result<(), Error> {
    let ids = vec!["BAE5367237E13A87".to_owned()];
    shop.forward_messages(ForwardMessages::new("79001234567@c.us", "79007654321@c.us", ids)).await?;
    Ok(())
}

async fn send_interactive_buttons(shop: &InstanceClient) -> Result<(), Error> {
    let button = json!({ "type": "url", "button_id": "1", "button_text": "Our shop", "url": "https://shop.example" });
    let message = SendInteractiveButtons::new("79001234567@c.us", "Have a look", vec![button]);
    shop.send_interactive_buttons(message.footer("Shop")).await?;
    Ok(())
}

async fn send_interactive_buttons_reply(shop: &InstanceClient) -> Result<(), Error> {
    let buttons = ["Yes", "No"].map(|word| json!({ "button_id": word, "button_text": word })).to_vec();
    let message = SendInteractiveButtonsReply::new("79001234567@c.us", "Shall we deliver today?", buttons);
    shop.send_interactive_buttons_reply(message).await?;
    Ok(())
}

async fn send_typing(shop: &InstanceClient) -> Result<(), Error> {
    shop.send_typing(SendTyping::new("79001234567@c.us").typing_time(5000)).await?;
    Ok(())
}

async fn edit_message(shop: &InstanceClient, id_message: &str) -> Result<(), Error> {
    shop.edit_message(EditMessage::new("79001234567@c.us", id_message, "Your order is on its way to you")).await?;
    Ok(())
}

async fn delete_message(shop: &InstanceClient, id_message: &str) -> Result<(), Error> {
    shop.delete_message(DeleteMessage::new("79001234567@c.us", id_message)).await?;
    Ok(())
}

async fn receive_notification(shop: &InstanceClient) -> Result<(), Error> {
    if let Some(notification) = shop.receive_notification(Some(20)).await? {
        println!("{:?}", notification.type_webhook());
    }
    Ok(())
}

async fn delete_notification(shop: &InstanceClient) -> Result<(), Error> {
    if let Some(receipt_id) = shop.receive_notification(None).await?.and_then(|one| one.receipt_id()) {
        shop.delete_notification(receipt_id).await?;
    }
    Ok(())
}

async fn check_whatsapp(shop: &InstanceClient) -> Result<(), Error> {
    if shop.check_whatsapp("+7 900 123-45-67").await? {
        println!("has WhatsApp");
    }
    Ok(())
}

async fn check_account(shop: &InstanceClient) -> Result<(), Error> {
    println!("{:?}", shop.check_account("+7 900 123-45-67").await?.exist());
    Ok(())
}

async fn get_chat_history(shop: &InstanceClient) -> Result<(), Error> {
    for message in shop.get_chat_history("79001234567@c.us", Some(10)).await? {
        println!("{:?} {:?}", message.timestamp(), message.text_message());
    }
    Ok(())
}

async fn get_message(shop: &InstanceClient, id_message: &str) -> Result<(), Error> {
    println!("{:?}", shop.get_message("79001234567@c.us", id_message).await?.status_message());
    Ok(())
}

async fn last_incoming_messages(shop: &InstanceClient) -> Result<(), Error> {
    for message in shop.last_incoming_messages(Some(60)).await? {
        println!("{:?} {:?}", message.chat_id(), message.text_message());
    }
    Ok(())
}

async fn last_outgoing_messages(shop: &InstanceClient) -> Result<(), Error> {
    for message in shop.last_outgoing_messages(Some(60)).await? {
        println!("{:?} {:?}", message.chat_id(), message.text_message());
    }
    Ok(())
}

async fn last_incoming_calls(shop: &InstanceClient) -> Result<(), Error> {
    for call in shop.last_incoming_calls(None).await? {
        println!("{:?} {:?}", call.chat_id(), call.duration());
    }
    Ok(())
}

async fn last_outgoing_calls(shop: &InstanceClient) -> Result<(), Error> {
    for call in shop.last_outgoing_calls(None).await? {
        println!("{:?} {:?}", call.chat_id(), call.duration());
    }
    Ok(())
}

async fn get_messages_count(shop: &InstanceClient) -> Result<(), Error> {
    if shop.get_messages_count().await? > 100 {
        println!("the queue is long");
    }
    Ok(())
}

async fn show_messages_queue(shop: &InstanceClient) -> Result<(), Error> {
    for message in shop.show_messages_queue().await? {
        println!("{:?} {:?}", message.message_id(), message.r#type());
    }
    Ok(())
}

async fn clear_messages_queue(shop: &InstanceClient) -> Result<(), Error> {
    shop.clear_messages_queue().await?;
    Ok(())
}

async fn get_webhooks_count(shop: &InstanceClient) -> Result<(), Error> {
    println!("{}", shop.get_webhooks_count().await?);
    Ok(())
}

async fn clear_webhooks_queue(shop: &InstanceClient) -> Result<(), Error> {
    shop.clear_webhooks_queue().await?;
    Ok(())
}

async fn create_group(shop: &InstanceClient) -> Result<(), Error> {
    let people = vec!["79001112233@c.us".to_owned()];
    let group = shop.create_group(CreateGroup::new("Shop 42: staff", people)).await?;
    println!("{:?} {:?}", group.chat_id(), group.group_invite_link());
    Ok(())
}

async fn update_group_name(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    shop.update_group_name(group_id, "Shop 42: the new staff").await?;
    Ok(())
}

async fn get_group_data(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    let group = shop.get_group_data(group_id).await?;
    println!("{:?} {:?}", group.subject(), group.participants());
    Ok(())
}

async fn add_group_participant(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    shop.add_group_participant(group_id, "79001112244@c.us").await?;
    Ok(())
}

async fn remove_group_participant(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    shop.remove_group_participant(group_id, "79001112244@c.us").await?;
    Ok(())
}

async fn set_group_admin(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    shop.set_group_admin(group_id, "79001112233@c.us").await?;
    Ok(())
}

async fn remove_admin(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    shop.remove_admin(group_id, "79001112233@c.us").await?;
    Ok(())
}

async fn set_group_picture(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    let logo = b"\xff\xd8\xff".as_slice(); // or File::open("logo.jpg")
    shop.set_group_picture(group_id, File::new("logo.jpg", logo)).await?;
    Ok(())
}

async fn update_group_settings(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    let settings = UpdateGroupSettings::new(group_id).allow_participants_send_messages(false);
    shop.update_group_settings(settings).await?;
    Ok(())
}

async fn leave_group(shop: &InstanceClient, group_id: &str) -> Result<(), Error> {
    shop.leave_group(group_id).await?;
    Ok(())
}

async fn read_chat(shop: &InstanceClient) -> Result<(), Error> {
    shop.read_chat(ReadChat::new("79001234567@c.us")).await?;
    Ok(())
}

async fn archive_chat(shop: &InstanceClient) -> Result<(), Error> {
    shop.archive_chat("79001234567@c.us").await?;
    Ok(())
}

async fn unarchive_chat(shop: &InstanceClient) -> Result<(), Error> {
    shop.unarchive_chat("79001234567@c.us").await?;
    Ok(())
}

async fn set_disappearing_chat(shop: &InstanceClient) -> Result<(), Error> {
    shop.set_disappearing_chat("79001234567@c.us", 604_800).await?; // seconds: a week
    Ok(())
}

async fn get_chats(shop: &InstanceClient) -> Result<(), Error> {
    for chat in shop.get_chats(Some(20)).await? {
        println!("{:?} {:?}", chat.id(), chat.name());
    }
    Ok(())
}

async fn get_contacts(shop: &InstanceClient) -> Result<(), Error> {
    for contact in shop.get_contacts(GetContacts::new()).await? {
        println!("{:?} {:?}", contact.id(), contact.name());
    }
    Ok(())
}

async fn get_contact_info(shop: &InstanceClient) -> Result<(), Error> {
    let contact = shop.get_contact_info("79001234567@c.us").await?;
    println!("{:?} {:?}", contact.name(), contact.is_business());
    Ok(())
}

async fn get_avatar(shop: &InstanceClient) -> Result<(), Error> {
    println!("{:?}", shop.get_avatar("79001234567@c.us").await?.url_avatar());
    Ok(())
}

async fn add_contact(shop: &InstanceClient) -> Result<(), Error> {
    shop.add_contact(AddContact::new("79001234567@c.us", "Ann").last_name("Lee")).await?;
    Ok(())
}

async fn edit_contact(shop: &InstanceClient) -> Result<(), Error> {
    shop.edit_contact(EditContact::new("79001234567@c.us", "Anna").last_name("Lee")).await?;
    Ok(())
}

async fn delete_contact(shop: &InstanceClient) -> Result<(), Error> {
    shop.delete_contact("79001234567@c.us").await?;
    Ok(())
}

async fn send_text_status(shop: &InstanceClient) -> Result<(), Error> {
    let status = SendTextStatus::new("Open till ten tonight").background_color("#228B22").font("SERIF");
    println!("{:?}", shop.send_text_status(status).await?.id_message());
    Ok(())
}

async fn send_voice_status(shop: &InstanceClient) -> Result<(), Error> {
    let status = SendVoiceStatus::new("https://example.com/hello.mp3", "hello.mp3");
    shop.send_voice_status(status.participants(["79001112233@c.us"])).await?;
    Ok(())
}

async fn send_media_status(shop: &InstanceClient) -> Result<(), Error> {
    let status = SendMediaStatus::new("https://example.com/cake.jpg", "cake.jpg").caption("Today");
    shop.send_media_status(status).await?;
    Ok(())
}

async fn get_incoming_statuses(shop: &InstanceClient) -> Result<(), Error> {
    for status in shop.get_incoming_statuses(Some(60)).await? {
        println!("{:?} {:?}", status.sender_name(), status.text_message());
    }
    Ok(())
}

async fn get_outgoing_statuses(shop: &InstanceClient) -> Result<(), Error> {
    for status in shop.get_outgoing_statuses(None).await? {
        println!("{:?} {:?}", status.id_message(), status.status_message());
    }
    Ok(())
}

async fn get_status_statistic(shop: &InstanceClient) -> Result<(), Error> {
    let receipts = shop.get_status_statistic("3EB0C767D097B7C7C030").await?;
    println!("{} have seen it", receipts.iter().filter(|row| row.status() == Some("read")).count());
    Ok(())
}

async fn delete_status(shop: &InstanceClient) -> Result<(), Error> {
    shop.delete_status("3EB0C767D097B7C7C030").await?;
    Ok(())
}

async fn send_product(shop: &InstanceClient) -> Result<(), Error> {
    shop.send_product(SendProduct::new("79001234567@c.us", "26437451389197252")).await?;
    Ok(())
}

async fn send_order(shop: &InstanceClient) -> Result<(), Error> {
    shop.send_order(SendOrder::new("79001234567@c.us", ["26437451389197252", "25789428137398187"])).await?;
    Ok(())
}

async fn get_products(shop: &InstanceClient) -> Result<(), Error> {
    let page = shop.get_products(GetProducts::new("79001234567@c.us").product_limit(20)).await?;
    println!("{}", page["products"]);
    Ok(())
}

async fn get_collections(shop: &InstanceClient) -> Result<(), Error> {
    println!("{}", shop.get_collections(GetCollections::new("79001234567@c.us").collection_limit(5)).await?);
    Ok(())
}

async fn get_collection(shop: &InstanceClient) -> Result<(), Error> {
    println!("{}", shop.get_collection(GetCollection::new("79001234567@c.us", "25790827003925602")).await?);
    Ok(())
}

async fn get_order_details(shop: &InstanceClient) -> Result<(), Error> {
    let order = GetOrderDetails::new("1292422363001382", "AeBD7tvosdPMN4rv276nLCiEHI==");
    println!("{}", shop.get_order_details(order).await?["price_details"]);
    Ok(())
}

async fn wait_until_ready(shop: &InstanceClient) -> Result<(), Error> {
    let state = shop.wait_until_ready(ReadyOptions { timeout: Duration::from_secs(600), ..Default::default() }).await?;
    println!("{state}");
    Ok(())
}

async fn wait_until_authorized(shop: &InstanceClient) -> Result<(), Error> {
    shop.wait_until_authorized(ReadyOptions::default()).await?;
    Ok(())
}

async fn authorize(shop: &InstanceClient) -> Result<(), Error> {
    let mut events = shop.authorize(AuthorizeOptions::default());
    while let Some(event) = events.next().await {
        match event? {
            Event::QrCode(code) => println!("<img src=\"{}\">", code.data_url()),
            Event::Authorized(linked) => println!("{:?}", linked.phone()),
            other => println!("{other:?}"),
        }
    }
    Ok(())
}

async fn scan_qr_code(shop: &InstanceClient) -> Result<(), Error> {
    let mut events = shop.scan_qr_code();
    while let Some(event) = events.next().await {
        println!("{:?}", event?);
    }
    Ok(())
}

async fn notifications(shop: &InstanceClient) -> Result<(), Error> {
    let mut notifications = shop.notifications();
    loop {
        if let Notification::IncomingMessageReceived(message) = notifications.next().await? {
            println!("{:?} {:?}", message.sender(), message.text());
            notifications.ack().await?;
            break;
        }
    }
    Ok(())
}

async fn call(shop: &InstanceClient) -> Result<(), Error> {
    let count = shop.call(Call::get("getMessagesCount").safe()).await?;
    println!("{count}");
    Ok(())
}

fn qr_page_url(shop: &InstanceClient) -> Result<(), Error> {
    let link = shop.qr_page_url(); // for your customer, and for no log
    assert!(link.starts_with("https://"));
    Ok(())
}

fn parse_notification() -> Result<(), Error> {
    let body = br#"{"typeWebhook": "stateInstanceChanged", "stateInstance": "authorized"}"#;
    if let Notification::StateInstanceChanged(change) = parse(body, Some("Bearer s3cret"), Some("s3cret"))? {
        println!("{:?}", change.state_instance());
    }
    Ok(())
}

async fn create_instance(partner: &PartnerClient) -> Result<(), Error> {
    let created = partner.create_instance(CreateInstance::named("shop-42").incoming_webhook(true)).await?;
    println!("{}", created.id_instance()); // and created.api_token_instance(), to keep
    Ok(())
}

async fn get_instances(partner: &PartnerClient) -> Result<(), Error> {
    for instance in partner.get_instances().await?.live().iter() {
        println!("{} {:?}", instance.id_instance(), instance.name());
    }
    Ok(())
}

async fn get_instance(partner: &PartnerClient) -> Result<(), Error> {
    println!("{:?}", partner.get_instance(1101000001).await?.name());
    Ok(())
}

async fn delete_instance_account(partner: &PartnerClient) -> Result<(), Error> {
    partner.delete_instance_account(1101000001).await?;
    Ok(())
}

async fn ensure_instance(partner: &PartnerClient) -> Result<(), Error> {
    let shop = partner.ensure_instance(CreateInstance::named("shop-42").incoming_webhook(true)).await?;
    println!("{} {}", shop.id_instance(), shop.is_new());
    Ok(())
}

async fn onboard(partner: &PartnerClient) -> Result<(), Error> {
    let mut events = partner.onboard(CreateInstance::named("shop-42"), AuthorizeOptions::default());
    while let Some(event) = events.next().await {
        if let Event::QrCode(code) = event? {
            println!("<img src=\"{}\">", code.data_url());
        }
    }
    let shop = events.instance(); // its client
    assert!(shop.is_some());
    Ok(())
}

async fn offboard(partner: &PartnerClient) -> Result<(), Error> {
    partner.offboard(1101000001).await?;
    Ok(())
}

async fn inspect(partner: &PartnerClient) -> Result<(), Error> {
    let mut inspections = partner.inspect(InspectOptions::default());
    while let Some(one) = inspections.next().await {
        let one = one?;
        println!("{:?} {:?} {:?}", one.id_instance(), one.group(), one.phone());
    }
    Ok(())
}

async fn create_instances(partner: &PartnerClient) -> Result<(), Error> {
    let specs = ["branch-1", "branch-2"].map(CreateInstance::named).to_vec();
    let created = partner.create_instances(specs, BulkOptions::new().max_new(10)).collect().await?;
    for item in created.iter() {
        println!("{:?} {:?} {:?}", item.name(), item.status(), item.id_instance());
    }
    Ok(())
}

async fn delete_instance_accounts(partner: &PartnerClient) -> Result<(), Error> {
    let options = BulkOptions::new().dry_run(true).expect(1);
    println!("{}", partner.delete_instance_accounts(vec![1101000001], options).collect().await?.len());
    Ok(())
}

async fn set_instances_settings(partner: &PartnerClient) -> Result<(), Error> {
    let settings = SetSettings::new().incoming_webhook(true);
    partner.set_instances_settings(vec![1101000001], settings, BulkOptions::new()).collect().await?;
    Ok(())
}

async fn reboot_instances(partner: &PartnerClient) -> Result<(), Error> {
    partner.reboot_instances(vec![1101000001], BulkOptions::new()).collect().await?;
    Ok(())
}

async fn logout_instances(partner: &PartnerClient) -> Result<(), Error> {
    partner.logout_instances(vec![1101000001], BulkOptions::new()).collect().await?;
    Ok(())
}

async fn find_duplicates(partner: &PartnerClient) -> Result<(), Error> {
    let options = FindDuplicatesOptions { price_per_day: Prices::parse("4.50")?.into(), ..Default::default() };
    for one in partner.find_duplicates(options).collect().await?.iter() {
        println!("{:?} {:?} {:?} {:?} {:?}", one.name(), one.id_instance(), one.is_linked(), one.cost(), one.plan());
    }
    Ok(())
}

async fn delete_duplicates(partner: &PartnerClient) -> Result<(), Error> {
    // A dry run: nothing is deleted.
    for item in partner.delete_duplicates(DeleteDuplicatesOptions::default()).collect().await?.iter() {
        println!("{:?} {:?} {:?} {:?}", item.name(), item.id_instance(), item.status(), item.reason());
    }
    Ok(())
}

async fn watch(partner: &PartnerClient, ledger: Ledger) -> Result<(), Error> {
    let mut watch = partner.watch(WatchOptions { ledger: Some(ledger), ..Default::default() });
    if let Some(change) = watch.next().await {
        let change = change?;
        println!("{:?} {:?}", change.kind(), change.name());
    }
    Ok(())
}

async fn deliver(partner: &PartnerClient, url: &str, secret: &str, spool: &Path) -> Result<(), Error> {
    let options = DeliverOptions::new(url, secret).spool(spool).states(true);
    let mut events = partner.deliver(options);
    if let Some(delivered) = events.next().await {
        let delivered = delivered?;
        println!("{:?} {:?}", delivered.r#type(), delivered.id_instance());
    }
    Ok(())
}

fn verify_event(body: &[u8], headers: &[(String, String)], secret: &str) -> Result<(), Error> {
    let headers = headers.iter().map(|(name, value)| (name, value));
    let event = verify(body, headers, secret, VERIFY_TOLERANCE)?;
    println!("{:?} {:?} {:?}", event.id(), event.r#type(), event.data());
    Ok(())
}

async fn billing(partner: &PartnerClient) -> Result<(), Error> {
    let bill = partner.get_instances().await?.billing(&BillingOptions::priced(Prices::parse("4.50")?))?;
    println!("{} {} {}", bill.total(), bill.forecast(), bill.next_charge_at());
    Ok(())
}

async fn waste(partner: &PartnerClient) -> Result<(), Error> {
    let bill = partner.get_instances().await?.billing(&BillingOptions::new())?;
    for one in bill.waste(30).iter() {
        println!("{:?} {:?} {:?}", one.id_instance(), one.why(), one.days());
    }
    Ok(())
}

async fn if_deleted(partner: &PartnerClient) -> Result<(), Error> {
    let bill = partner.get_instances().await?.billing(&BillingOptions::priced(Prices::parse("4.50")?))?;
    println!("{:?}", bill.if_deleted(&[1101000001]).to_month_end());
    Ok(())
}

async fn ledger(partner: &PartnerClient) -> Result<(), Error> {
    let ledger = Ledger::open(":memory:")?; // the path of a file that is kept
    ledger.record(&partner.get_instances().await?)?;
    println!("{}", ledger.billing(&BillingOptions::new())?.total_days());
    Ok(())
}

#[tokio::test]
async fn the_examples_of_a_linked_instance_run() -> Result<(), Error> {
    let (mock, partner) = start().await;
    let shop = put_in(&mock, &partner, json!({ "phone": "79001234567" })).await;
    get_state_instance(&shop).await?;
    get_state_instance_history(&shop).await?;
    get_settings(&shop).await?;
    get_wa_settings(&shop).await?;
    set_profile_picture(&shop).await?;
    send_message(&shop).await?;
    send_file_by_url(&shop).await?;
    send_file_by_upload(&shop).await?;
    let (bill, place) = (File::new("bill.pdf", b"%PDF-".as_slice()), Place::new());
    let sent = shop.send_file_by_upload(SendFileByUpload::new("79001234567@c.us"), bill).await?;
    download_file_to(&shop, sent.id_message().unwrap_or_default(), &place.path("copy.pdf")).await?;
    send_poll(&shop).await?;
    send_location(&shop).await?;
    send_contact(&shop).await?;
    forward_messages(&shop).await?;
    send_interactive_buttons(&shop).await?;
    send_interactive_buttons_reply(&shop).await?;
    send_typing(&shop).await?;
    let sent = shop.send_message(SendMessage::new("79001234567@c.us", "Your order")).await?;
    let sent = sent.id_message().unwrap_or_default();
    get_message(&shop, sent).await?;
    get_chat_history(&shop).await?;
    last_incoming_messages(&shop).await?;
    last_outgoing_messages(&shop).await?;
    last_incoming_calls(&shop).await?;
    last_outgoing_calls(&shop).await?;
    get_messages_count(&shop).await?;
    show_messages_queue(&shop).await?;
    clear_messages_queue(&shop).await?;
    get_webhooks_count(&shop).await?;
    clear_webhooks_queue(&shop).await?;
    edit_message(&shop, sent).await?;
    delete_message(&shop, sent).await?;
    check_whatsapp(&shop).await?;
    call(&shop).await?;
    qr_page_url(&shop)?;
    for receive in
        [receive_notification(&shop).boxed(), delete_notification(&shop).boxed(), notifications(&shop).boxed()]
    {
        let message = json!({ "text": "Hello" }).as_object().cloned().unwrap_or_default();
        mock.control().receive_message(FIRST, &message).unwrap();
        receive.await?;
    }
    update_api_token(&shop).await?;
    wait_until_ready(&shop).await?;
    set_settings(&shop).await?;
    wait_until_ready(&shop).await?;
    reboot(&shop).await?;
    logout(&shop).await
}

#[tokio::test]
async fn the_examples_of_groups_and_contacts_run() -> Result<(), Error> {
    let (mock, partner) = start().await;
    let shop = put_in(&mock, &partner, json!({ "phone": "79001234567" })).await;
    create_group(&shop).await?;
    let people = vec!["79001112233@c.us".to_owned()];
    let group = shop.create_group(CreateGroup::new("Staff", people)).await?;
    let group = group.chat_id().unwrap_or_default();
    update_group_name(&shop, group).await?;
    get_group_data(&shop, group).await?;
    add_group_participant(&shop, group).await?;
    remove_group_participant(&shop, group).await?;
    set_group_admin(&shop, group).await?;
    remove_admin(&shop, group).await?;
    set_group_picture(&shop, group).await?;
    update_group_settings(&shop, group).await?;
    leave_group(&shop, group).await?;
    add_contact(&shop).await?;
    edit_contact(&shop).await?;
    get_contacts(&shop).await?;
    get_contact_info(&shop).await?;
    get_avatar(&shop).await?;
    read_chat(&shop).await?;
    archive_chat(&shop).await?;
    unarchive_chat(&shop).await?;
    set_disappearing_chat(&shop).await?;
    get_chats(&shop).await?;
    delete_contact(&shop).await
}

#[tokio::test]
async fn the_examples_of_linking_run() -> Result<(), Error> {
    let customer = Customer { scans_after_ms: 50, ..Customer::default() };
    let mock = MockServer::start_with(Options { customer: Some(customer), ..Options::default() }).await.unwrap();
    let partner = client(&mock);
    onboard(&partner).await?;
    for link in [0, 1, 2] {
        let shop = put_in(&mock, &partner, json!({})).await;
        match link {
            0 => authorize(&shop).await?,
            1 => scan_qr_code(&shop).await?,
            _ => {
                get_authorization_code(&shop).await?;
                wait_until_authorized(&shop).await?;
            }
        }
    }
    let mock = MockServer::start().await;
    let partner = client(&mock);
    qr(&put_in(&mock, &partner, json!({})).await).await?;
    let shop = put_in(&mock, &partner, json!({ "typeInstance": "telegram", "password": "a password" })).await;
    start_authorization(&shop).await?;
    let code = mock.control().instance(FIRST).unwrap()["phoneCode"].as_str().unwrap_or_default().to_owned();
    send_authorization_code(&shop, &code).await?;
    send_authorization_password(&shop, "a password").await?;
    get_account_settings(&shop).await?;
    check_account(&shop).await
}

#[tokio::test]
async fn the_examples_of_statuses_and_catalogs_run() -> Result<(), Error> {
    let (mock, partner) = start().await;
    let shop = put_in(&mock, &partner, json!({ "phone": "79001234567" })).await;
    send_text_status(&shop).await?;
    send_voice_status(&shop).await?;
    send_media_status(&shop).await?;
    get_incoming_statuses(&shop).await?;
    get_outgoing_statuses(&shop).await?;
    get_status_statistic(&shop).await?;
    delete_status(&shop).await?;
    send_product(&shop).await?;
    send_order(&shop).await?;
    get_products(&shop).await?;
    get_collections(&shop).await?;
    get_collection(&shop).await?;
    get_order_details(&shop).await
}

#[tokio::test]
async fn the_examples_of_a_partner_run() -> Result<(), Error> {
    let (mock, partner) = start().await;
    put_in(&mock, &partner, json!({ "phone": "79001234567" })).await;
    create_instance(&partner).await?;
    get_instances(&partner).await?;
    get_instance(&partner).await?;
    ensure_instance(&partner).await?;
    inspect(&partner).await?;
    create_instances(&partner).await?;
    delete_instance_accounts(&partner).await?;
    billing(&partner).await?;
    waste(&partner).await?;
    if_deleted(&partner).await?;
    ledger(&partner).await?;
    let kept = Ledger::open(":memory:")?;
    kept.record(&partner.get_instances().await?)?;
    mock.control().add_instances(1);
    watch(&partner, kept).await?;
    let (receiver, place) = (Receiver::start().await, Place::new());
    let (url, secret, spool) = (receiver.url(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", place.path("events.spool"));
    look_once(&mock, &partner, DeliverOptions::new(&url, secret).spool(&spool)).await;
    mock.control().add_instances(1);
    deliver(&partner, &url, secret, &spool).await?;
    let posted = receiver.until(1).await.remove(0);
    verify_event(posted.body.as_bytes(), &posted.headers(), secret)?;
    set_instances_settings(&partner).await?;
    reboot_instances(&partner).await?;
    logout_instances(&partner).await?;
    find_duplicates(&partner).await?;
    delete_duplicates(&partner).await?;
    offboard(&partner).await?;
    put_in(&mock, &client(&mock), json!({})).await;
    delete_instance_account(&partner).await?;
    parse_notification()
}

/// The mock's first instance, which the examples name.
const FIRST: u64 = 1101000001;

/// Lets a delivery take its first list, which it keeps before it asks for the second.
async fn look_once(mock: &MockServer, partner: &PartnerClient, options: DeliverOptions) {
    let mut events = partner.deliver(options.interval(Duration::from_millis(10)));
    let lists = Requests::of(LIST);
    let looks = mock.control().requests(&lists).len() + 2;
    tokio::select! {
        told = events.next() => panic!("{told:?}"),
        _ = mock.control().wait_for_requests(&lists, looks) => events.control().stop(),
    }
    while events.next().await.is_some() {}
}

/// The client of an instance that was put in with these fields, as the only one.
async fn put_in(mock: &MockServer, partner: &PartnerClient, fields: serde_json::Value) -> InstanceClient {
    mock.control().reset();
    let mut all = json!({ "idInstance": FIRST, "name": "shop-1", "settings": { "incomingWebhook": "yes" } });
    let all = all.as_object_mut().unwrap();
    all.extend(fields.as_object().unwrap().clone());
    mock.control().add_instance(all).unwrap();
    partner.instance_of_listed(&partner.get_instances().await.unwrap().get(0).unwrap()).unwrap()
}
