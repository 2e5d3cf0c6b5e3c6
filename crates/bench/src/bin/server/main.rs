//! A server of fixed answers: what is measured is the client. One thread, HTTP/1.1 that is kept alive, on a free port of 127.0.0.1.
//!
//! It prints one line of JSON, with its `url` and, with `--tls`, the path of the `ca` file, and ends when its standard input does.
//! `/100/partner/…` is an account of 100 instances; `/100/close/…` the same with a connection for each call; `/100/turning/…` with a list
//! that differs in one name each time.

mod answers;
mod listing;
mod tls;

use std::{convert::Infallible, env, io::Read as _, path::Path, process, rc::Rc, thread};

use bytes::Bytes;
use greenapi_partner_bench::Failure;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    task,
};

use self::answers::Answers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let local = task::LocalSet::new();
    local.run_until(serve()).await
}

async fn serve() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let ca_file = folder.path().join("ca.pem");
    let acceptor = if env::args().any(|word| word == "--tls") { Some(tls::acceptor(&ca_file)?) } else { None };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let scheme = if acceptor.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", listener.local_addr()?);
    println!("{}", json!({ "url": url, "ca": acceptor.is_some().then_some(&ca_file) }));
    end_with_standard_input(folder.path());

    let answers = Rc::new(Answers::default());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (answers, acceptor) = (Rc::clone(&answers), acceptor.clone());
        task::spawn_local(async move {
            match acceptor {
                None => answer_all(stream, answers).await,
                // A client that gives up has no more to say.
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        answer_all(stream, answers).await;
                    }
                }
            }
        });
    }
}

async fn answer_all(stream: impl AsyncRead + AsyncWrite + Unpin, answers: Rc<Answers>) {
    let service = service_fn(|request: Request<Incoming>| {
        let answers = Rc::clone(&answers);
        async move {
            let (head, body) = request.into_parts();
            // A body that breaks off is answered like any other: the client is gone.
            let _ = body.collect().await;
            Ok::<Response<Full<Bytes>>, Infallible>(answers.answer(&head.method, head.uri.path()))
        }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Whoever started this is gone, or has enough.
fn end_with_standard_input(folder: &Path) {
    let folder = folder.to_owned();
    thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = std::fs::remove_dir_all(folder);
        process::exit(0);
    });
}
