//! A new token for the instance, and for this handle.

use serde_json::Map;

use crate::{
    InstanceClient,
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    instance::update_api_token::OPERATION as UPDATE_API_TOKEN,
    log::TARGET,
};

impl InstanceClient {
    #[doc = include_str!("../instance/update_api_token.md")]
    pub async fn update_api_token(&self) -> Result<String, Error> {
        update_api_token(self, self.call_options()).await
    }
}

pub(crate) async fn update_api_token(instance: &InstanceClient, options: CallOptions) -> Result<String, Error> {
    match instance.ask(&UPDATE_API_TOKEN, Map::new(), None, options).await {
        Ok(token) => {
            instance.keep_token(&token);
            instance.tell_token().await;
            said(instance, "the token was changed: this handle uses the new one from now on");
            Ok(token)
        }
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => match instance.reread_token(options).await {
            Ok(true) => {
                said(instance, "no answer came, and the list has a new token: this handle uses it from now on");
                Ok(instance.api_token_instance())
            }
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

fn said(instance: &InstanceClient, what: &str) {
    tracing::info!(target: TARGET, operation = "updateApiToken", id_instance = instance.id_instance(), "{what}");
}
