//! Any instance, any address: where its token goes.

use greenapi_partner_replay::property;
use proptest::prelude::*;

use super::*;

/// An id as upstream gives them, from ten digits up, of any pool.
fn id() -> impl Strategy<Value = u64> {
    prop_oneof![1_000_000_000..=999_999_999_999_u64, any::<u64>()]
}

/// The parts of which addresses are made, right or wrong.
fn address() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("https://".to_owned()),
        Just("http://".to_owned()),
        Just("//".to_owned()),
        Just("api.green-api.com".to_owned()),
        Just("127.0.0.1".to_owned()),
        Just("localhost".to_owned()),
        Just("[::1]".to_owned()),
        Just("user:".to_owned()),
        Just("@".to_owned()),
        Just("?".to_owned()),
        Just("#".to_owned()),
        Just("/".to_owned()),
        Just(":8080".to_owned()),
        Just(SECRET.to_owned()),
        Just(".".to_owned()),
        "\\PC{0,3}",
    ];
    prop::collection::vec(part, 0..7).prop_map(|parts| parts.concat())
}

/// What an address may hold, and no error may tell.
const SECRET: &str = "open-sesame";

proptest! {
    #![proptest_config(property())]

    #[test]
    fn every_instance_has_hosts_of_upstreams_and_its_pool_alone_says_which(
        id in id(), more in 0..1000_u64, messenger in prop::option::of("[a-z0-9]{0,8}|v3|telegram|whatsapp"),
    ) {
        let known = HostSources { type_instance: messenger.as_deref(), ..HostSources::default() };
        let hosts = Hosts::of(id, &known).unwrap();
        for base in [&hosts.api, &hosts.media] {
            prop_assert!(base.https && !base.loopback && base.is_upstreams(), "{base:?}");
            let label = base.host().split('.').next().unwrap();
            let pool = &id.to_string().chars().take(4).collect::<String>();
            let names_pool = label.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert!(!names_pool || label == pool || (pool[..2] == label[..2] && label.ends_with("00")), "{base:?} of {id}");
        }
        // What follows the first four digits changes nothing.
        if let Some(longer) = id.checked_mul(1000).and_then(|id| id.checked_add(more)).filter(|_| id >= 1000) {
            prop_assert_eq!(Hosts::of(longer, &known).unwrap(), hosts);
            prop_assert_eq!(super::messenger(longer), super::messenger(id));
        }
    }

    #[test]
    fn a_token_goes_to_https_or_to_this_machine_and_no_address_is_quoted(text in address()) {
        let (remote, here) = (BaseUrl::parse("https://api.green-api.com", "it").unwrap(), BaseUrl::parse("http://127.0.0.1:1", "it").unwrap());
        for upstream in [&remote, &here] {
            match told(&text, upstream) {
                Ok(base) => {
                    prop_assert!(base.https || base.loopback, "{base:?}");
                    prop_assert!(!base.loopback || upstream.loopback, "{base:?}");
                    prop_assert!(!base.as_str().contains(['@', '?', '#']) && !base.as_str().ends_with('/'), "{base:?}");
                    // It is read as it was meant, and is the same when it is read again.
                    prop_assert_eq!(&told(base.as_str(), upstream).unwrap(), &base);
                }
                Err(error) => prop_assert!(!error.to_string().contains(SECRET), "{error}"),
            }
            match of_file(&text, upstream) {
                Ok((_, base)) => prop_assert!(!base.loopback || upstream.loopback),
                Err(why) => prop_assert!(!why.contains(SECRET)),
            }
        }
    }

    #[test]
    fn no_host_is_upstreams_that_only_looks_so(before in "[a-z0-9-]{1,8}", behind in "[a-z]{2,8}") {
        for domain in ["green-api.com", "greenapi.com"] {
            let of = |host: String| BaseUrl::parse(&format!("https://{host}"), "it").is_ok_and(|base| base.is_upstreams());
            for other in [format!("{before}{domain}"), format!("{domain}.{behind}"), format!("{before}-{domain}")] {
                prop_assert!(!of(other.clone()), "{}", other);
            }
            let own = format!("a{}.{domain}", before.trim_matches('-'));
            prop_assert!(of(own.clone()), "{}", own);
        }
    }
}
