//! Facts of each method of an instance: its verb, its host, what happens when it is done twice, how often upstream
//! takes it. The facts of those that have a function stand in its `Spec`; those of all others here.
//!
//! <https://green-api.com/en/docs/api/>; the rates are those of <https://green-api.com/en/docs/api/ratelimiter/>.

use http::Method;

use super::{Host, OPERATIONS, Place};
use crate::endpoint::{
    Class::{self, Once, Safe},
    Rate,
};

/// The facts of one method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Upstream's name of it.
    pub(crate) name: &'static str,
    /// Nothing where no page that was read says it.
    pub(crate) verb: Option<Verb>,
    pub(crate) retry: Class,
    pub(crate) host: Host,
    /// The documented rate per instance; none where there is none.
    pub(crate) rate: Option<Rate>,
    /// Whether a file is the whole body, and its name a header, where other methods take a form.
    pub(crate) takes_raw_file: bool,
}

/// A verb of upstream's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verb {
    Get,
    Post,
    Delete,
}

impl Verb {
    fn of(method: &Method) -> Self {
        match *method {
            Method::POST => Self::Post,
            Method::DELETE => Self::Delete,
            _ => Self::Get,
        }
    }

    pub(crate) fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Delete => Method::DELETE,
        }
    }
}

/// What is known of a method, whatever the case of its letters: upstream's pages write both.
pub(crate) fn facts_of(method: &str) -> Option<Facts> {
    let of_function =
        OPERATIONS.iter().find(|known| known.spec().operation.eq_ignore_ascii_case(method)).map(|known| {
            let spec = known.spec();
            Facts {
                name: known.name(),
                verb: Some(Verb::of(&spec.method)),
                retry: spec.retry,
                host: known.host(),
                rate: spec.rate,
                takes_raw_file: known.params().iter().any(|param| param.place == Place::Whole),
            }
        });
    of_function.or_else(|| METHODS.iter().find(|known| known.name.eq_ignore_ascii_case(method)).copied())
}

/// The methods that this library has no function for.
///
/// What sends, or what a second time might do again, is `Once`. So is clearing a queue: the second time would clear what has
/// come since.
pub(crate) static METHODS: &[Facts] = &[
    get("getStatusInstance", Safe).at(1.0),
    get("getDeviceInfo", Safe).at(1.0),
    // Sending.
    post("sendButtons", Once).at(50.0),
    post("sendTemplateButtons", Once).at(50.0),
    post("sendListMessage", Once).at(50.0),
    post("sendLink", Once).at(50.0),
    post("sendTemplate", Once).at(50.0),
    // Catalogs (beta): its page was not read.
    some("getProduct", Safe),
];

const fn get(name: &'static str, retry: Class) -> Facts {
    Facts { verb: Some(Verb::Get), ..some(name, retry) }
}

const fn post(name: &'static str, retry: Class) -> Facts {
    Facts { verb: Some(Verb::Post), ..some(name, retry) }
}

/// By whichever verb.
const fn some(name: &'static str, retry: Class) -> Facts {
    Facts { name, verb: None, retry, host: Host::Api, rate: None, takes_raw_file: false }
}

impl Facts {
    const fn at(self, rate: f64) -> Self {
        Self { rate: Some(Rate::new(rate)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, time::Duration};

    use super::*;
    use crate::hosts::MAX;

    #[test]
    fn no_method_stands_twice() {
        let names = METHODS.iter().map(|known| known.name).chain(OPERATIONS.iter().map(|known| known.name()));
        let mut met = HashSet::new();
        for name in names {
            assert!(met.insert(name.to_ascii_lowercase()), "{name}");
        }
    }

    #[test]
    fn a_method_is_known_in_any_case_of_letters() {
        let facts = facts_of("GETAVATAR").unwrap();
        assert_eq!((facts.name, facts.verb, facts.retry), ("getAvatar", Some(Verb::Post), Safe));
        assert_eq!(facts_of("UpdateApiToken").unwrap().retry, Once);
        assert!(facts_of("getHoroscope").is_none());
    }

    #[test]
    fn a_rate_of_max_alone_slows_no_other_messenger() {
        let rate = facts_of("updateGroupSettings").unwrap().rate.unwrap();
        assert_eq!((rate.interval(""), rate.interval(MAX)), (Duration::ZERO, Duration::from_millis(1050)));
    }
}
