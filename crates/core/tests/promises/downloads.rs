//! The file of a message comes to the disk whole or not at all, and its host gets nothing of ours.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use greenapi_partner::{CallOptions, DownloadOptions, Error, InstanceClient, PartnerClientBuilder};
use greenapi_partner_mock::{Fault, MockServer};
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpListener, time::Instant};

use crate::support::{
    always, builder, code,
    file::Place,
    file_host::{CHUNKED, FileHost, SIGNATURE, Told, answer, cut, head, only, whole},
    hearing::listen,
    proxy::ConnectProxy,
    put, received, script,
    tls::TlsFront,
};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-2";
const METHOD: &str = "downloadFile";

/// An instance whose files are all at this address.
async fn shop(link: &str) -> (MockServer, InstanceClient) {
    shop_with(link, |builder| builder).await
}

async fn shop_with(
    link: &str,
    change: impl FnOnce(PartnerClientBuilder) -> PartnerClientBuilder,
) -> (MockServer, InstanceClient) {
    let mock = MockServer::start().await;
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "phone": "79001234567" }));
    script(&mock, METHOD, [always(Fault { body: Some(json!({ "downloadUrl": link })), ..Fault::default() })]);
    let shop = change(builder(&mock)).build().unwrap().instance(ID, TOKEN).unwrap();
    (mock, shop)
}

async fn fetch(shop: &InstanceClient, path: impl AsRef<Path>) -> Result<u64, Error> {
    shop.download_file_to("79876543210@c.us", "3EB0C767", path).await
}

async fn fetch_with(shop: &InstanceClient, path: impl AsRef<Path>, options: DownloadOptions) -> Result<u64, Error> {
    shop.download_file_to_with("79876543210@c.us", "3EB0C767", path, options).await
}

/// What a folder holds: names and contents, in order.
fn held(place: &Place) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap());
    let mut held: Vec<_> =
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect();
    held.sort();
    held
}

fn one(name: &str, content: &[u8]) -> Vec<(String, Vec<u8>)> {
    vec![(name.to_owned(), content.to_vec())]
}

#[tokio::test]
async fn a_file_comes_under_its_name_and_its_host_is_told_the_address_alone() {
    let (host, place) = (FileHost::start(vec![whole(b"%PDF")]).await, Place::new());
    let (mock, shop) = shop(&host.link()).await;
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 4);
    assert_eq!(held(&place), one("a.pdf", b"%PDF"));
    let [head] = &host.heads()[..] else { panic!("{:?}", host.heads()) };
    assert!(head.starts_with(&format!("GET /1101728000/a.pdf?X-Signature={SIGNATURE} HTTP/1.1\r\n")), "{head}");
    let mut names: Vec<_> = head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"], "{head}");
    assert!(!head.contains(TOKEN) && !head.contains(&mock.partner_token()), "{head}");
}

#[tokio::test]
async fn an_empty_file_is_one() {
    let (host, place) = (FileHost::start(vec![whole(b"")]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 0);
    assert_eq!(held(&place), one("a.pdf", b""));
}

#[tokio::test]
async fn a_cut_file_is_fetched_again_from_its_beginning() {
    // The first has more than is written at once, and more than the whole.
    let cuts = [cut(&vec![7; 1 << 20]), Told::Whole([CHUNKED, b"5\r\nagain\r\n"].concat())];
    let told = cuts.into_iter().chain([whole(b"%PDF")]).collect();
    let (host, place) = (FileHost::start(told).await, Place::new());
    let (mock, shop) = shop(&host.link()).await;
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 4);
    assert_eq!(held(&place), one("a.pdf", b"%PDF"));
    assert_eq!((host.heads().len(), received(&mock, METHOD).len()), (3, 1));
}

#[tokio::test]
async fn of_a_file_that_stays_cut_nothing_is_left_and_the_old_one_stays() {
    let (host, place) = (FileHost::start(vec![cut(b"%P"), cut(b"%PD")]).await, Place::new());
    let (_mock, shop) = shop_with(&host.link(), |builder| builder.max_retries(0)).await;
    let error = fetch(&shop, place.path("a.pdf")).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.is_retryable()), ("unavailable", true));
    assert_eq!(error.to_string(), "downloadFileTo: the connection ended without a whole answer");
    assert_eq!(held(&place), []);
    fs::write(place.path("a.pdf"), "old").unwrap();
    assert_eq!(code(fetch(&shop, place.path("a.pdf")).await), "unavailable");
    assert_eq!(held(&place), one("a.pdf", b"old"));
}

#[tokio::test]
async fn an_old_file_is_replaced() {
    let (host, place) = (FileHost::start(vec![whole(b"new")]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    fs::write(place.path("a.pdf"), "an old one, and a longer").unwrap();
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 3);
    assert_eq!(held(&place), one("a.pdf", b"new"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_one_and_its_file_keeps_its_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (host, place) = (FileHost::start(vec![whole(b"new")]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    fs::write(place.path("a.pdf"), "old").unwrap();
    fs::set_permissions(place.path("a.pdf"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink(place.path("a.pdf"), place.path("latest.pdf")).unwrap();
    fetch(&shop, place.path("latest.pdf")).await.unwrap();
    assert!(fs::symlink_metadata(place.path("latest.pdf")).unwrap().is_symlink());
    assert_eq!(fs::read(place.path("a.pdf")).unwrap(), b"new");
    assert_eq!(fs::metadata(place.path("a.pdf")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[tokio::test]
async fn where_nothing_can_be_written_nothing_is_asked() {
    let (host, place) = (FileHost::start(vec![]).await, Place::new());
    let (mock, shop) = shop(&host.link()).await;
    let read_only = place.path("kept.pdf");
    fs::write(&read_only, "kept").unwrap();
    let mut permissions = fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).unwrap();
    let wrong = [
        (place.path("none").join("a.pdf"), ""),
        (place.folder().to_owned(), "it is a folder"),
        (place.path("a.pdf/"), "it is the name of a folder"),
        (read_only, "it is read-only"),
        ("".into(), ""),
        #[cfg(unix)]
        ("/dev/null".into(), "it is no plain file"),
    ];
    for (path, why) in wrong {
        let error = fetch(&shop, &path).await.unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_request", "{path:?}");
        let says = format!("downloadFileTo: the file {}: {why}", path.display());
        assert!(error.to_string().starts_with(&says), "{error}");
    }
    assert_eq!((mock.control().request_count(), held(&place)), (0, one("kept.pdf", b"kept")));
}

#[tokio::test]
async fn what_is_wrong_with_the_arguments_is_refused_and_leaves_nothing() {
    let (host, place) = (FileHost::start(vec![]).await, Place::new());
    let (mock, shop) = shop(&host.link()).await;
    assert_eq!(code(shop.download_file_to("", "3EB0", place.path("a.pdf")).await), "invalid_request");
    let none = DownloadOptions { call: CallOptions::timeout(Duration::ZERO), ..DownloadOptions::default() };
    assert_eq!(code(fetch_with(&shop, place.path("a.pdf"), none).await), "invalid_request");
    assert_eq!((mock.control().request_count(), held(&place)), (0, vec![]));
}

/// The host has sent a part, and the file is begun: then its caller leaves.
#[tokio::test]
async fn of_a_call_that_is_dropped_nothing_is_left() {
    let (host, place) = (FileHost::start(vec![Told::Held(answer(1 << 20, &[7; 1 << 19]))]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let path = place.path("a.pdf");
    let call = tokio::spawn(async move { fetch(&shop, path).await });
    while held(&place).first().is_none_or(|(_, content)| content.is_empty()) {
        tokio::task::yield_now().await;
    }
    let [(name, _)] = &held(&place)[..] else { panic!("{:?}", held(&place)) };
    assert!(name.starts_with(".greenapi-") && name.split('.').next_back() == Some("part"), "{name}");
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(held(&place), []);
}

#[tokio::test(start_paused = true)]
async fn a_file_may_take_longer_than_any_call() {
    let pieces = (0..10).map(|piece| if piece == 0 { answer(9, b"") } else { vec![b'a'] }).collect();
    let (host, place) = (FileHost::start(vec![Told::Slowly(pieces, Duration::from_secs(25))]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let begun = Instant::now();
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 9);
    assert_eq!(begun.elapsed().as_secs(), 250);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_falls_silent_is_left_after_thirty_seconds_and_asked_again() {
    let told = vec![Told::Held(vec![]), Told::Held(answer(4, b"%P")), whole(b"%PDF")];
    let (host, place) = (FileHost::start(told).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let begun = Instant::now();
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 4);
    assert_eq!((begun.elapsed().as_secs(), host.heads().len()), (60, 3));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_stays_silent_is_a_timeout() {
    let (host, place) = (FileHost::start(vec![Told::Held(answer(4, b"%P"))]).await, Place::new());
    let (_mock, shop) = shop_with(&host.link(), |builder| builder.max_retries(0)).await;
    let error = fetch(&shop, place.path("a.pdf")).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.is_retryable(), held(&place)), ("timeout", true, vec![]));
    assert_eq!(error.to_string(), "downloadFileTo: the host of the file sent nothing for 30 s");
}

#[tokio::test(start_paused = true)]
async fn the_time_of_the_call_is_for_all_of_it() {
    let (host, place) = (FileHost::start(vec![Told::Held(answer(4, b"%P"))]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let begun = Instant::now();
    let error = fetch(&shop.with_timeout(Duration::from_secs(5)), place.path("a.pdf")).await.unwrap_err();
    assert_eq!((begun.elapsed().as_secs(), held(&place)), (5, vec![]));
    assert_eq!(error.to_string(), "downloadFileTo: the file was not there within 5 s");
    assert_eq!(error.code().as_str(), "timeout");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_kept() {
    let chunked = || Told::Whole([CHUNKED, b"5\r\n%PDF-\r\n0\r\n\r\n"].concat());
    let told = vec![Told::Held(answer(5, b"")), chunked(), chunked()];
    let (host, place) = (FileHost::start(told).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let most = |bytes| DownloadOptions { max_size: Some(bytes), ..DownloadOptions::default() };
    for _ in 0..2 {
        let error = fetch_with(&shop, place.path("a.pdf"), most(4)).await.unwrap_err();
        assert_eq!((error.code().as_str(), error.is_retryable()), ("limit_exceeded", false));
        assert_eq!(error.to_string(), "downloadFileTo: the file is larger than the max_size of 4 bytes");
        assert_eq!(held(&place), []);
    }
    assert_eq!(fetch_with(&shop, place.path("a.pdf"), most(5)).await.unwrap(), 5);
    assert_eq!(host.heads().len(), 3);
}

/// What bounds an answer does not bound a file.
#[tokio::test]
async fn a_file_may_be_larger_than_an_answer() {
    let file = vec![7; 1 << 20];
    let (host, place) = (FileHost::start(vec![whole(&file)]).await, Place::new());
    let (_mock, shop) = shop_with(&host.link(), |builder| builder.max_response_size(1 << 16)).await;
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 1 << 20);
    assert!(fs::read(place.path("a.pdf")).unwrap() == file);
}

/// The host sends a piece only when those before it are on the disk: a client that kept them would never get the next.
#[tokio::test]
async fn a_large_file_goes_to_the_disk_as_it_comes() {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 64;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = Place::new();
    let (_mock, shop) = shop(&format!("http://{}/a", listener.local_addr().unwrap())).await;
    let folder = place.folder().to_owned();
    let written =
        move || fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>();
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        head(&mut socket).await;
        socket.write_all(&answer(PIECE * PIECES, b"")).await.unwrap();
        for sent in 0..PIECES {
            while written() + (PIECE as u64) < (PIECE * sent) as u64 {
                tokio::task::yield_now().await;
            }
            socket.write_all(&vec![u8::try_from(sent).unwrap(); PIECE]).await.unwrap();
        }
    });
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), (PIECE * PIECES) as u64);
    served.await.unwrap();
    let file = fs::read(place.path("a.pdf")).unwrap();
    assert!((0..PIECES).all(|piece| file[piece * PIECE..][..PIECE].iter().all(|byte| usize::from(*byte) == piece)));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = FileHost::start(vec![whole(b"%PDF")]).await;
    let told = only("302 Found", &format!("location: {}\r\n", elsewhere.link()));
    let (host, place) = (FileHost::start(vec![told]).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let error = fetch(&shop, place.path("a.pdf")).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.status()), ("configuration", Some(302)));
    assert_eq!((host.heads().len(), elsewhere.heads().len(), held(&place)), (1, 0, vec![]));
}

#[tokio::test]
async fn a_link_that_has_expired_is_refused_and_a_busy_host_is_asked_again() {
    let told =
        vec![only("410 Gone", ""), only("503 Busy", ""), only("429 Slowly", "retry-after: 0\r\n"), whole(b"%PDF")];
    let (host, place) = (FileHost::start(told).await, Place::new());
    let (_mock, shop) = shop(&host.link()).await;
    let error = fetch(&shop, place.path("a.pdf")).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.status(), error.is_retryable()), ("refused", Some(410), false));
    let says = "downloadFileTo: there is no file at its link: it is gone, or the link has expired (HTTP 410)";
    assert_eq!((error.to_string().as_str(), held(&place)), (says, vec![]));
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 4);
    assert_eq!(host.heads().len(), 4);
}

#[tokio::test]
async fn a_link_of_no_web_host_is_not_opened() {
    let place = Place::new();
    for link in ["{{SWE002}}", "ftp://127.0.0.1/a", "file:///etc/hostname"] {
        let (_mock, shop) = shop(link).await;
        let error = fetch(&shop, place.path("a.pdf")).await.unwrap_err();
        assert_eq!((error.code().as_str(), held(&place)), ("protocol", vec![]), "{link}");
    }
}

#[tokio::test]
async fn a_file_comes_through_the_proxy_and_its_host_is_to_be_trusted() {
    let host = FileHost::start(vec![whole(b"%PDF")]).await;
    let (front, place) = (TlsFront::before(&host.address, &[]).await, Place::new());
    let proxy = ConnectProxy::to(front.port).await;
    let link = format!("https://upstream.test/a.pdf?X-Signature={SIGNATURE}");
    let (_mock, stranger) = shop_with(&link, |builder| builder.proxy(proxy.url(""))).await;
    assert_eq!(code(fetch(&stranger, place.path("a.pdf")).await), "configuration");
    let (_mock, shop) = shop_with(&link, |builder| builder.proxy(proxy.url("")).ca_file(front.ca_file())).await;
    assert_eq!(fetch(&shop, place.path("a.pdf")).await.unwrap(), 4);
    assert_eq!(proxy.heads().len(), 2);
}

/// Of a link, whoever has it has the file.
#[tokio::test]
async fn neither_a_log_nor_an_error_tells_the_link_or_a_token() {
    let told = vec![whole(b"%PDF"), cut(b"%P"), only("403 Forbidden", ""), only("302 Found", "")];
    let (host, place, ears) = (FileHost::start(told).await, Place::new(), listen());
    let (mock, shop) = shop_with(&host.link(), |builder| builder.max_retries(0)).await;
    let mut told = String::new();
    for expected in ["no error", "unavailable", "refused", "configuration"] {
        let got = fetch(&shop, place.path("a.pdf")).await;
        told += &got.as_ref().map_or_else(|error| format!("{error} {error:?}"), ToString::to_string);
        assert_eq!(code(got), expected);
    }
    let nowhere = format!("http://127.0.0.1:1/a?X-Signature={SIGNATURE}");
    let (_mock, unreachable) = shop_with(&nowhere, |builder| builder.max_retries(0)).await;
    let error = fetch(&unreachable, place.path("a.pdf")).await.unwrap_err();
    assert_eq!(error.to_string(), "downloadFileTo: the host 127.0.0.1 refuses the connection; nothing was sent");
    write!(told, "{error:?} {:?}", error.causes().collect::<Vec<_>>()).unwrap();
    for secret in [SIGNATURE, TOKEN, mock.partner_token().as_str()] {
        assert!(!told.contains(secret), "{told}");
        assert!(!ears.text().contains(secret), "{}", ears.text());
    }
    let records: Vec<_> = ears.ours().into_iter().filter(|said| said.field("path") == Some("{downloadUrl}")).collect();
    let outcomes: Vec<_> = records.iter().map(|said| said.message.split(" (").next().unwrap().to_owned()).collect();
    let of = |outcome: &str| format!("downloadFileTo of {ID}: {outcome}");
    assert_eq!(outcomes, [of("answered"), of("cut"), of("answered"), of("answered"), of("not sent")]);
}
