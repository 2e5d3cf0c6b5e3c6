//! An HTTP/1.1 client that shows every byte: it hides nothing, retries nothing and knows nothing of partners.

use std::{collections::BTreeMap, io};

use greenapi_partner_mock::{MockServer, Options};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// One connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By lower-case name; several of one name are joined by ", ".
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(mock: &MockServer) -> Self {
        let address = mock.url().replace("http://", "");
        Self { stream: BufReader::new(TcpStream::connect(address).await.unwrap()) }
    }

    /// Sends one of upstream's methods with the mock's token, and reads the answer.
    pub(crate) async fn partner(
        &mut self,
        mock: &MockServer,
        verb: &str,
        method: &str,
        body: &str,
    ) -> io::Result<Answer> {
        self.call(verb, &path(mock, method), &[], body).await
    }

    pub(crate) async fn call(
        &mut self,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        self.send(verb, path, headers, body).await?;
        self.answer().await
    }

    pub(crate) async fn send(
        &mut self,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<()> {
        let mut lines = vec![format!("{verb} {path} HTTP/1.1"), "Host: mock".to_owned()];
        if !body.is_empty() {
            lines.push("Content-Type: application/json".to_owned());
            lines.push(format!("Content-Length: {}", body.len()));
        }
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        self.write(format!("{}\r\n\r\n{body}", lines.join("\r\n"))).await
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref()).await
    }

    pub(crate) async fn answer(&mut self) -> io::Result<Answer> {
        let (status, headers) = self.head().await?;
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; if status == 304 { 0 } else { length }];
        self.stream.read_exact(&mut body).await?;
        Ok(Answer { status, headers, body })
    }

    /// Status line and headers alone.
    pub(crate) async fn head(&mut self) -> io::Result<(u16, BTreeMap<String, String>)> {
        let status_line = self.line().await?;
        let status = status_line.split(' ').nth(1).expect("a status line").parse().unwrap();
        let mut headers = BTreeMap::<String, String>::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            let values = headers.entry(name.to_lowercase()).or_default();
            if !values.is_empty() {
                values.push_str(", ");
            }
            values.push_str(value);
        }
        Ok((status, headers))
    }

    /// What comes until the mock closes the connection.
    pub(crate) async fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await?;
        Ok(rest)
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Calls one of upstream's methods on a connection of its own.
pub(crate) async fn partner(mock: &MockServer, verb: &str, method: &str, body: &str) -> Answer {
    Client::connect(mock).await.partner(mock, verb, method, body).await.unwrap()
}

/// Creates an instance, and gives its id.
pub(crate) async fn create(mock: &MockServer, body: &str) -> u64 {
    partner(mock, "POST", "createInstance", body).await.json()["idInstance"].as_u64().unwrap()
}

pub(crate) async fn delete(mock: &MockServer, id_instance: u64) -> Value {
    partner(mock, "POST", "deleteInstanceAccount", &format!(r#"{{"idInstance":{id_instance}}}"#)).await.json()
}

/// The items of the account's list.
pub(crate) async fn list(mock: &MockServer) -> Vec<Value> {
    let list = partner(mock, "GET", "getInstances", "").await.json();
    list.as_array().expect("a list").clone()
}

/// Calls the mock's own interface, which must say yes.
pub(crate) async fn control(mock: &MockServer, verb: &str, path: &str, body: &str) -> Value {
    let answer = Client::connect(mock).await.call(verb, &format!("/_mock/{path}"), &[], body).await.unwrap();
    assert_eq!(answer.status, 200, "{verb} /_mock/{path}: {}", answer.text());
    answer.json()
}

pub(crate) async fn mock_with(options: Options) -> MockServer {
    MockServer::start_with(options).await.unwrap()
}

pub(crate) fn path(mock: &MockServer, method: &str) -> String {
    format!("/partner/{method}/{}", mock.partner_token())
}

pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}
