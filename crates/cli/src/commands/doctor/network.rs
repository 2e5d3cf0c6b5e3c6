//! Network: the partner host, and the way to it, a step at a time: certificates, proxy, DNS, connection, TLS, clock.

use std::time::{Duration, Instant};

use greenapi_partner::tokenless::{Seen, Tokenless};
use jiff::{SignedDuration, Timestamp};
use tokio::{
    net::{TcpStream, lookup_host},
    time,
};

use super::{Finding, Report};
use crate::{
    context::variable,
    exit::{LATER, Outcome},
    profiles::Profile,
};

/// What is looked at on the way to the partner host, in this order.
pub(super) const STEPS: [&str; 6] = ["certificates", "proxy", "dns", "connection", "tls", "clock"];

/// The steps that cannot be taken where this one has failed.
fn after(step: &str) -> &'static [&'static str] {
    let place = STEPS.iter().position(|one| *one == step);
    place.and_then(|place| STEPS.get(place + 1..)).unwrap_or_default()
}

/// Which host it is, and who has named it.
pub(super) fn host(tokenless: &Tokenless, profile: &Profile) -> String {
    let source = match (&profile.partner_api_url, variable(URL)) {
        (Some(_), _) => "of the profile".to_owned(),
        (None, Some(_)) => format!("of the environment's {URL}"),
        (None, None) => "upstream's own".to_owned(),
    };
    format!("{}, {source}", tokenless.partner_api_url())
}

/// Goes to the partner host. Where it is reached, gives the proxy on the way, if there is one.
pub(super) async fn reach(tokenless: &Tokenless, report: &mut Report<'_>) -> Outcome<Option<Option<String>>> {
    let url = tokenless.partner_api_url();
    if !report.tell("certificates", certificates(tokenless))? {
        report.skip(after("certificates"), "the certificates cannot be used")?;
        return Ok(None);
    }
    let proxy = match tokenless.proxy_of(url) {
        Ok(proxy) => proxy,
        Err(error) => {
            report.tell("proxy", error.into())?;
            report.skip(after("proxy"), "the URL will not do")?;
            return Ok(None);
        }
    };
    report.tell("proxy", Finding::ok(proxied(url, proxy.as_deref())))?;
    let (whom, place) = match &proxy {
        Some(proxy) => ("the proxy", proxy.as_str()),
        None => ("the host", url),
    };
    let Some((host, port)) = endpoint(place) else {
        report.skip(after("proxy"), "the URL names no host")?;
        return Ok(None);
    };
    if !report.tell("dns", resolve(whom, &host, port).await)? {
        report.skip(after("dns"), &format!("the name of {whom} is not found"))?;
        return Ok(None);
    }
    if !report.tell("connection", connect(whom, &host, port).await)? {
        report.skip(after("connection"), &format!("{whom} is not reached"))?;
        return Ok(None);
    }
    let asked = Timestamp::now();
    let begun = Instant::now();
    match tokenless.look().await {
        Ok(seen) => {
            report.tell("tls", tls(&seen, begun.elapsed()))?;
            report.tell("clock", clock(seen.date, asked, Timestamp::now()))?;
            Ok(Some(proxy))
        }
        Err(error) => {
            report.tell("tls", error.into())?;
            report.skip(after("tls"), "the host has not answered")?;
            Ok(None)
        }
    }
}

fn certificates(tokenless: &Tokenless) -> Finding {
    match tokenless.trusted() {
        Ok(named) => {
            let named = named.iter().map(|(name, path)| format!(", and {name} {}", path.display()));
            let named: String = named.collect();
            if tokenless.partner_api_url().starts_with("https:") {
                Finding::ok(format!("the system's are trusted{named}"))
            } else {
                Finding::ok(format!("none are needed: plain http to this machine{named}"))
            }
        }
        Err(error) => error.into(),
    }
}

fn proxied(url: &str, proxy: Option<&str>) -> String {
    let set: Vec<_> = PROXIES.into_iter().filter(|name| variable(name).is_some()).collect();
    let (set, verb) = (set.join(", "), if set.len() == 1 { "is" } else { "are" });
    match proxy {
        Some(proxy) if set.is_empty() => format!("{proxy}, by the system's settings"),
        Some(proxy) => format!("{proxy}; {set} {verb} set"),
        None if set.is_empty() => "none".to_owned(),
        None if is_this_machine(url) => format!("none: this machine is called without one; {set} {verb} set"),
        None => format!("none for this host, although {set} {verb} set"),
    }
}

fn is_this_machine(url: &str) -> bool {
    let Some((host, _)) = endpoint(url) else { return false };
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// Whether a name is found.
pub(super) async fn resolve(whom: &str, host: &str, port: u16) -> Finding {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Finding::ok(format!("{whom} is an address: {host}"));
    }
    let begun = Instant::now();
    match time::timeout(PATIENCE, lookup_host((host, port))).await {
        Ok(Ok(found)) => match found.count() {
            0 => Finding::failed(LATER, format!("{host} has no address"), DNS),
            1 => Finding::ok(format!("{host} has 1 address ({})", took(begun.elapsed()))),
            many => Finding::ok(format!("{host} has {many} addresses ({})", took(begun.elapsed()))),
        },
        Ok(Err(error)) => Finding::failed(LATER, format!("{host} is not found: {error}"), DNS),
        Err(_) => Finding::failed(LATER, format!("{host}: no answer within {} s", PATIENCE.as_secs()), DNS),
    }
}

async fn connect(whom: &str, host: &str, port: u16) -> Finding {
    let begun = Instant::now();
    match time::timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => {
            let address = stream.peer_addr().map_or_else(|_| host.to_owned(), |address| address.to_string());
            Finding::ok(format!("{whom} answers at {address} ({})", took(begun.elapsed())))
        }
        Ok(Err(error)) => Finding::failed(LATER, format!("{host}, port {port}: {error}"), WAY),
        Err(_) => {
            Finding::failed(LATER, format!("{host}, port {port}: no answer within {} s", PATIENCE.as_secs()), WAY)
        }
    }
}

fn tls(seen: &Seen, elapsed: Duration) -> Finding {
    let answered = format!("GET / was answered {} ({})", seen.status, took(elapsed));
    match &seen.certificate {
        Some(certificate) => {
            let (issuer, until) = (&certificate.issuer, certificate.until);
            Finding::ok(format!("{answered}; the certificate is issued by {issuer}, until {until}"))
        }
        None => Finding::ok(format!("none: plain http to this machine; {answered}")),
    }
}

/// This machine's time against that of an answer, which was made between these two and has whole seconds.
fn clock(date: Option<Timestamp>, asked: Timestamp, answered: Timestamp) -> Finding {
    let Some(date) = date else { return Finding::skipped("the answer has no Date") };
    let (behind, ahead) = (date.duration_since(answered), asked.duration_since(date));
    let (off, way) = if behind > ahead { (behind, "behind") } else { (ahead, "ahead of") };
    if off <= MOST_OFF {
        return Finding::ok(format!("within {} s of the host's", MOST_OFF.as_secs()));
    }
    let found = format!("this machine is {} s {way} the host: {date} there", off.as_secs());
    Finding::warning(found, "set the clock, best by NTP: charges and deadlines go by the midnight of UTC+3")
}

/// The host and the port of a URL.
pub(super) fn endpoint(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let standard = match scheme {
        "https" => 443,
        "http" => 80,
        _ => 1080,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (authority, standard),
    };
    Some((host.trim_matches(['[', ']']).to_owned(), port))
}

fn took(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

const PATIENCE: Duration = Duration::from_secs(10);
const MOST_OFF: SignedDuration = SignedDuration::from_secs(30);
const URL: &str = "GREENAPI_PARTNER_API_URL";
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];
const DNS: &str = "check the host's name, this machine's DNS, and whether a proxy is to be used (HTTPS_PROXY)";
const WAY: &str = "check the URL, the firewall, and whether a proxy is to be used (HTTPS_PROXY)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_host_and_a_port() {
        let table = [
            ("https://api.green-api.com", "api.green-api.com", 443),
            ("https://gateway.example:8443/green", "gateway.example", 8443),
            ("http://127.0.0.1:8080", "127.0.0.1", 8080),
            ("http://[::1]:1/x", "::1", 1),
            ("https://[::1]", "::1", 443),
            ("socks5h://proxy.example", "proxy.example", 1080),
        ];
        for (url, host, port) in table {
            assert_eq!(endpoint(url), Some((host.to_owned(), port)), "{url}");
        }
    }
}
