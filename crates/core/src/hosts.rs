//! Which host serves which instance. Pure.
//!
//! <https://green-api.com/en/docs/api/using-green-api-hosts/>; where the pools by their first four digits are known from,
//! `docs/green-api.md` says.

use url::Url;

use crate::{config::BaseUrl, error::Error};

/// The hosts of one instance.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hosts {
    pub(crate) api: BaseUrl,
    pub(crate) media: BaseUrl,
}

/// What is known of an instance's hosts, the nearest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct HostSources<'a> {
    /// Given with the handle.
    pub(crate) api_url: Option<&'a BaseUrl>,
    pub(crate) media_url: Option<&'a BaseUrl>,
    /// The client's options, or its environment: what the caller has set is meant.
    pub(crate) client_api_url: Option<&'a BaseUrl>,
    pub(crate) client_media_url: Option<&'a BaseUrl>,
    /// Told by the reply or the list that the handle was made from.
    pub(crate) told_api_url: Option<&'a BaseUrl>,
    pub(crate) told_media_url: Option<&'a BaseUrl>,
    /// The host of the partner calls: where it is not upstream's own, it serves the instances too.
    pub(crate) partner_api_url: Option<&'a BaseUrl>,
    pub(crate) type_instance: Option<&'a str>,
}

impl Hosts {
    /// Each of the two is decided by itself. Uploads of which nobody says anything go where the calls go, unless that is
    /// upstream's own host, which has another one for them.
    pub(crate) fn of(id_instance: u64, known: &HostSources<'_>) -> Result<Self, Error> {
        let pool = Pool::of(id_instance, known.type_instance);
        let gateway = known.partner_api_url.filter(|base| !base.is_upstreams());
        let api = match known.api_url.or(known.client_api_url).or(known.told_api_url).or(gateway) {
            Some(base) => base.clone(),
            None => BaseUrl::parse(&pool.api, "the API URL")?,
        };
        let media = match known.media_url.or(known.client_media_url).or(known.told_media_url) {
            Some(base) => base.clone(),
            None if !api.is_upstreams() => api.clone(),
            None => BaseUrl::parse(&pool.media, "the media URL")?,
        };
        Ok(Self { api, media })
    }
}

/// A host that an answer names, as far as it can be used: it gets the token. Otherwise says why not, without quoting it, for it
/// may hold anything. A remote upstream cannot name a loopback host: something else listens there than it means.
pub(crate) fn told(url: &str, partner_api_url: &BaseUrl) -> Result<BaseUrl, Error> {
    let base = BaseUrl::parse(url, "it")?;
    if base.loopback && !partner_api_url.loopback {
        return Err(Error::configuration("it is this machine, and upstream is not"));
    }
    Ok(base)
}

/// The address of a file that an answer names, and its host: it gets nothing of ours, so http will do. Its loopback is as for
/// the others.
pub(crate) fn of_file(url: &str, api_url: &BaseUrl) -> Result<(Url, BaseUrl), &'static str> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or("upstream's downloadUrl is no address of http or https")?;
    let base = BaseUrl::of_file(&url);
    if base.loopback && !api_url.loopback {
        return Err("upstream's downloadUrl is on this machine, and upstream is not");
    }
    Ok((url, base))
}

/// The messenger of an instance of which nothing but the id is known.
pub(crate) fn messenger(id_instance: u64) -> &'static str {
    match prefix(id_instance) {
        4100 => TELEGRAM,
        pool if matches!(pool / 100, 31 | 35) => MAX,
        _ => WHATSAPP,
    }
}

/// Upstream's names of the messengers.
/// The messenger of that name; WhatsApp for one that nobody knows.
pub(crate) fn known(messenger: &str) -> &'static str {
    [TELEGRAM, MAX].into_iter().find(|known| *known == messenger).unwrap_or(WHATSAPP)
}

pub(crate) const WHATSAPP: &str = "whatsapp";
pub(crate) const TELEGRAM: &str = "telegram";
pub(crate) const MAX: &str = "v3";

struct Pool {
    api: String,
    media: String,
}

impl Pool {
    fn of(id_instance: u64, type_instance: Option<&str>) -> Self {
        let prefix = prefix(id_instance);
        let both = |base: String| Self { media: base.clone(), api: base };
        let apart = |api: &str, media: &str| Self { api: format!("https://{api}"), media: format!("https://{media}") };
        match (prefix, prefix / 100) {
            (1101 | 1102, _) | (_, 33 | 55) => apart("api.green-api.com", "media.green-api.com"),
            (1103 | 9903 | 9906, _) => apart(&format!("{prefix}.api.green-api.com"), "media.green-api.com"),
            (7103 | 7107, _) => apart(&format!("{prefix}.api.greenapi.com"), "media.greenapi.com"),
            (7105, _) => apart("7105.api.greenapi.com", "7105.media.greenapi.com"),
            (_, 99) => apart("api.p03.green-api.com", "media.green-api.com"),
            (_, 57) => apart("5700.api.green-api.com", "media.green-api.com"),
            (_, 77) => apart("7700.api.greenapi.com", "7700.media.greenapi.com"),
            (_, pool @ (31 | 35)) => both(format!("https://{pool}00.api.green-api.com/v3")),
            (4100, _) => both("https://4100.api.green-api.com".to_owned()),
            _ if type_instance == Some(MAX) => both("https://api.green-api.com/v3".to_owned()),
            _ => apart("api.greenapi.com", "media.greenapi.com"),
        }
    }
}

/// The first four digits, which name the pool; 0 for an id that is too short to have one.
fn prefix(id_instance: u64) -> u64 {
    let mut prefix = id_instance;
    while prefix > 9_999 {
        prefix /= 10;
    }
    if prefix < 1_000 { 0 } else { prefix }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests {
    use super::*;

    fn base(url: &str) -> BaseUrl {
        BaseUrl::parse(url, "it").unwrap()
    }

    #[test]
    fn a_file_is_on_any_host_but_on_this_machine_only_with_upstream() {
        let (here, remote) = (base("http://127.0.0.1:1"), base("https://api.green-api.com"));
        let good = [
            ("https://sw-media.storage.yandexcloud.net/1/a.jpg?X-Sig=b", "sw-media.storage.yandexcloud.net", true),
            ("http://media.example:8080/a", "media.example", false),
        ];
        for (text, host, https) in good {
            let (url, base) = of_file(text, &remote).unwrap();
            assert_eq!((url.as_str(), base.host(), base.https, base.loopback), (text, host, https, false));
        }
        for text in ["http://127.0.0.1:2/a", "http://localhost/a", "https://[::1]/a"] {
            assert!(of_file(text, &here).unwrap().1.loopback, "{text}");
            assert!(of_file(text, &remote).is_err(), "{text}");
        }
        for text in ["", "{{SWE002}}", "a.jpg", "ftp://a.example/a", "file:///etc/passwd", "data:text/plain,a", "//a/b"]
        {
            assert!(of_file(text, &here).is_err(), "{text}");
        }
    }

    fn hosts(id: u64, known: &HostSources<'_>) -> (String, String) {
        let hosts = Hosts::of(id, known).unwrap();
        (hosts.api.as_str().to_owned(), hosts.media.as_str().to_owned())
    }

    #[test]
    fn a_pool_has_its_hosts() {
        let table = [
            (1_101_728_000, "https://api.green-api.com", "https://media.green-api.com"),
            (1_103_000_000, "https://1103.api.green-api.com", "https://media.green-api.com"),
            (2_204_000_000, "https://api.greenapi.com", "https://media.greenapi.com"),
            (3_300_000_000, "https://api.green-api.com", "https://media.green-api.com"),
            (7_103_000_000, "https://7103.api.greenapi.com", "https://media.greenapi.com"),
            (710_500_000_001, "https://7105.api.greenapi.com", "https://7105.media.greenapi.com"),
            (770_012_345_678, "https://7700.api.greenapi.com", "https://7700.media.greenapi.com"),
            (9_903_000_000, "https://9903.api.green-api.com", "https://media.green-api.com"),
            (9_901_000_000, "https://api.p03.green-api.com", "https://media.green-api.com"),
            (5_712_000_000, "https://5700.api.green-api.com", "https://media.green-api.com"),
            (3_100_000_001, "https://3100.api.green-api.com/v3", "https://3100.api.green-api.com/v3"),
            (3_512_000_001, "https://3500.api.green-api.com/v3", "https://3500.api.green-api.com/v3"),
            (4_100_000_001, "https://4100.api.green-api.com", "https://4100.api.green-api.com"),
            (8_888_000_000, "https://api.greenapi.com", "https://media.greenapi.com"),
            (7, "https://api.greenapi.com", "https://media.greenapi.com"),
        ];
        for (id, api, media) in table {
            assert_eq!(hosts(id, &HostSources::default()), (api.to_owned(), media.to_owned()), "{id}");
        }
    }

    #[test]
    fn max_is_known_by_its_pool_or_its_name() {
        let known = HostSources { type_instance: Some("v3"), ..HostSources::default() };
        assert_eq!(hosts(8_888_000_000, &known).0, "https://api.green-api.com/v3");
        let by_id = [3_100_000_001, 3_512_000_001, 4_100_000_001, 1_101_000_000, 1].map(messenger);
        assert_eq!(by_id, [MAX, MAX, TELEGRAM, WHATSAPP, WHATSAPP]);
    }

    #[test]
    fn the_nearest_word_wins() {
        let (handle, client, gateway) =
            (base("https://h.example/a"), base("https://c.example"), base("https://g.example"));
        let upstream = base("https://api.green-api.com");
        let told = base("https://t.example");
        let all = HostSources {
            api_url: Some(&handle),
            client_api_url: Some(&client),
            told_api_url: Some(&told),
            partner_api_url: Some(&gateway),
            ..HostSources::default()
        };
        assert_eq!(hosts(1_103_000_000, &all).0, "https://h.example/a");
        assert_eq!(hosts(1_103_000_000, &HostSources { api_url: None, ..all.clone() }).0, "https://c.example");
        let no_caller = HostSources { api_url: None, client_api_url: None, ..all.clone() };
        assert_eq!(hosts(1_103_000_000, &no_caller).0, "https://t.example");
        let gateway_only = HostSources { partner_api_url: Some(&gateway), ..HostSources::default() };
        assert_eq!(hosts(1_103_000_000, &gateway_only).0, "https://g.example");
        let upstreams_own = HostSources { partner_api_url: Some(&upstream), ..HostSources::default() };
        assert_eq!(hosts(1_103_000_000, &upstreams_own).0, "https://1103.api.green-api.com");
    }

    #[test]
    fn the_two_are_decided_one_by_one() {
        let (client, told) = (base("https://c.example"), base("https://t.example/m"));
        let known =
            HostSources { client_api_url: Some(&client), told_media_url: Some(&told), ..HostSources::default() };
        let both = |known: &HostSources<'_>| hosts(7_105_000_000, known);
        assert_eq!(both(&known), ("https://c.example".to_owned(), "https://t.example/m".to_owned()));
        let known = HostSources { client_media_url: Some(&client), ..known };
        assert_eq!(both(&known).1, "https://c.example");
        let known = HostSources { told_media_url: Some(&told), ..HostSources::default() };
        assert_eq!(both(&known), ("https://7105.api.greenapi.com".to_owned(), "https://t.example/m".to_owned()));
    }

    #[test]
    fn a_host_that_an_answer_names_is_checked_and_never_quoted() {
        let (remote, here) = (base("https://api.green-api.com"), base("http://127.0.0.1:1"));
        let odd = [
            "",
            " ",
            "undefined",
            "null",
            "7103.api.greenapi.com",
            "//x.example",
            "http://x.example/secret",
            "ftp://x.example/secret",
            "https://user:secret@x.example",
            "https://x.example/?secret",
        ];
        for url in odd {
            for partner in [&remote, &here] {
                let why = super::told(url, partner).unwrap_err().message().to_owned();
                assert!(!why.contains("secret") && !why.contains("x.example"), "{url}: {why}");
            }
        }
        for url in ["http://127.0.0.1:2", "http://localhost:2", "https://[::1]:2"] {
            assert!(super::told(url, &remote).is_err() && super::told(url, &here).is_ok(), "{url}");
        }
        assert_eq!(super::told("https://x.example/a/", &remote).unwrap().as_str(), "https://x.example/a");
    }

    #[test]
    fn uploads_go_where_calls_go_unless_that_is_upstreams_own_host() {
        let gateway = base("http://127.0.0.1:1/x");
        let known = HostSources { api_url: Some(&gateway), ..HostSources::default() };
        assert_eq!(hosts(7_105_000_000, &known).1, "http://127.0.0.1:1/x");
        let own = base("https://7105.api.greenapi.com");
        let known = HostSources { api_url: Some(&own), ..HostSources::default() };
        assert_eq!(hosts(7_105_000_000, &known).1, "https://7105.media.greenapi.com");
        let media = base("https://m.example");
        let known = HostSources { api_url: Some(&own), media_url: Some(&media), ..HostSources::default() };
        assert_eq!(hosts(7_105_000_000, &known).1, "https://m.example");
    }
}
