//! Reads `multipart/form-data`, the form that files are uploaded in.

use std::{collections::HashMap, convert::Infallible, future::ready};

use bytes::Bytes;
use futures_util::stream;
use multer::Multipart;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Bytes,
}

impl Part {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

/// The fields of a form by name; nothing where the body is no such form.
pub(crate) async fn read(content_type: Option<&str>, body: &Bytes) -> Option<HashMap<String, Part>> {
    let boundary = multer::parse_boundary(content_type?).ok()?;
    let whole = Ok::<_, Infallible>(body.clone());
    let mut form = Multipart::new(stream::once(ready(whole)), boundary);
    let mut parts = HashMap::new();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(ToString::to_string);
        parts.insert(name, Part { file_name, content_type, content: field.bytes().await.ok()? });
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_form_is_read_by_the_names_of_its_fields() {
        let body = "--line\r\nContent-Disposition: form-data; name=\"chatId\"\r\n\r\n1@c.us\r\n\
                    --line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\
                    Content-Type: image/jpeg\r\n\r\n\u{1}\r\n\u{2}\r\n--line--\r\n";
        let parts = read(Some("multipart/form-data; boundary=line"), &body.into()).await.unwrap();
        assert_eq!(parts["chatId"].text(), "1@c.us");
        let file = Part {
            file_name: Some("a.jpg".into()),
            content_type: Some("image/jpeg".into()),
            content: Bytes::from_static(b"\x01\r\n\x02"),
        };
        assert_eq!(parts["file"], file);
    }

    #[tokio::test]
    async fn what_is_cut_short_or_of_another_type_is_no_form() {
        let body = Bytes::from_static(b"--line\r\nContent-Disposition: form-data; name=\"chatId\"\r\n\r\n1@c.us");
        assert_eq!(read(Some("multipart/form-data; boundary=line"), &body).await, None);
        assert_eq!(read(Some("application/json"), &body).await, None);
        assert_eq!(read(None, &body).await, None);
    }
}
