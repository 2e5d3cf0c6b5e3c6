//! Environment: the proxies that it names.

use std::env;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::error::Error;

/// Fails where a variable names a proxy in a way that the HTTP client does not understand: it would say nothing, and go past it.
pub(super) fn check_proxies() -> Result<(), Error> {
    let is_none = |name: &&str| {
        let value = env::var_os(name).unwrap_or_default();
        !value.to_string_lossy().trim().is_empty() && !value.into_string().is_ok_and(is_proxy)
    };
    match PROXIES.into_iter().find(is_none) {
        None => Ok(()),
        // Its value may hold a password.
        Some(name) => Err(Error::configuration(format!(
            "what the variable {name} holds is not a URL of an http, https, socks5 or socks5h proxy: mend it, or unset it"
        ))),
    }
}

fn is_proxy(value: String) -> bool {
    let meant = Matcher::builder().all(value).build().intercept(&Uri::from_static("https://upstream.invalid"));
    meant.is_some_and(|proxy| matches!(proxy.uri().scheme_str(), Some("http" | "https" | "socks5" | "socks5h")))
}

/// Those that are asked for hosts that speak TLS, and upstream's all do.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
