//! The mock's controls over HTTP, as every language's runner reaches them.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Asks the mock for something below `/_mock/`; what it refuses is a failure.
pub(crate) async fn ask(url: &str, verb: &str, path: &str, body: &Value) -> Result<Value, String> {
    let host = url.split('/').nth(2).unwrap_or_default();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = format!(
        "{verb} /_mock/{path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = exchange(host, &request).await.map_err(|error| format!("/_mock/{path}: {error}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    match serde_json::from_str(body) {
        Ok(answer) if head.contains(" 200 ") => Ok(answer),
        _ => Err(format!("/_mock/{path}: {body}")),
    }
}

async fn exchange(host: &str, request: &str) -> Result<String, std::io::Error> {
    let mut connection = TcpStream::connect(host).await?;
    connection.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    Ok(answer)
}
