//! Webhook URLs: what upstream can post notifications to, and with which token.

use url::Url;

/// Whether it is the http or https URL of a host, as it is written.
pub(crate) fn is_webhook_url(text: &str) -> bool {
    // The parser passes over white space at the ends, and over tabs and line breaks anywhere; upstream may not.
    let is_plain = !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    is_plain && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// What one must be. The one that was given is not quoted: its query may be a secret.
pub(crate) const WEBHOOK_URL: &str = "an http or https URL, such as https://shop.example/hook";

/// What a webhook token must be: a header with anything else cannot be sent, and upstream would post nothing.
pub(crate) const HEADER_TEXT: &str = "text without control characters, such as a line break at its end";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_url_is_http_or_https_and_has_a_host() {
        let right = [
            "https://shop.example/hook",
            "http://127.0.0.1:8000",
            "HTTPS://x",
            "https://u:p@x/?a=b#c",
            "http://[::1]/",
        ];
        assert!(right.iter().all(|text| is_webhook_url(text)));
        let wrong = [
            "",
            " ",
            "foo",
            "shop.example/hook",
            "ftp://x",
            "https://",
            "http:///",
            " https://x",
            "https://x\n",
            "https://x/a b",
            "mailto:a@b",
        ];
        for text in wrong {
            assert!(!is_webhook_url(text), "{text:?}");
        }
    }
}
