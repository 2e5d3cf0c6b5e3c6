//! Catalogs of WhatsApp Business: what goes into a chat, and the products of sellers, of whom the mock has none.

use serde_json::json;

use super::{Call, Outcome, invalid, ok};
use crate::instance::messages::id_message;

/// `POST sendProduct`, `sendOrder`
pub(super) fn send(call: &Call<'_>) -> Outcome {
    let chat_id = call.text("chatId")?;
    if call.request.method == "sendProduct" {
        call.text("productId")?;
    } else if call.texts("productIds")?.is_empty() {
        return Err(invalid("'productIds' must contain at least 1 items"));
    }
    call.optional_text("quotedMessageId")?;
    call.messenger(|messenger| {
        messenger.chat(chat_id);
    })?;
    Ok(ok(json!({ "idMessage": id_message() })))
}

/// `POST getProducts`: a page with nothing on it.
pub(super) fn products(call: &Call<'_>) -> Outcome {
    call.text("chatId")?;
    call.messenger(|_| ok(json!({ "paging": { "after": "" }, "products": [] })))
}

/// `POST getCollection`: one without products. Evidence: `paging.after` is documented; the other fields were not to be read.
pub(super) fn collection(call: &Call<'_>) -> Outcome {
    let (_, id) = (call.text("chatId")?, call.text("collectionId")?);
    call.messenger(|_| ok(json!({ "id": id, "paging": { "after": "" }, "products": [] })))
}

/// `POST getOrderDetails`: an order of nothing. What is in the products and the prices was not to be read.
pub(super) fn order(call: &Call<'_>) -> Outcome {
    let _ = (call.text("orderId")?, call.text("token")?, call.optional_text("sellerJid")?);
    let at = call.now.as_second();
    call.messenger(|_| ok(json!({ "creation_time_stamp": at, "products": [], "price_details": {} })))
}

/// `POST getCollections`: the same. Evidence: `paging.after` is documented, `collections` inferred from the method's name.
pub(super) fn collections(call: &Call<'_>) -> Outcome {
    call.text("chatId")?;
    call.messenger(|_| ok(json!({ "paging": { "after": "" }, "collections": [] })))
}
