//! An HTTP/1.1 client that costs next to nothing: it shares two cores with the
//! server that it measures. One connection, kept alive, one request at a time.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HEAD_BYTES_MAX: usize = 64 * 1024;
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A connection to the server.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A reply; the texts live until the connection's next request.
pub(crate) struct Reply<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Reply<'_> {
    /// A header's value, empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        header(self.head, name).unwrap_or("")
    }

    /// What stands in the body between two texts.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<&str> {
        let body = std::str::from_utf8(self.body).ok()?;
        let (_, rest) = body.split_once(before)?;
        let (found, _) = rest.split_once(after)?;
        Some(found)
    }

    /// The reply in short, for messages.
    pub(crate) fn shown(&self) -> String {
        let body = &self.body[..self.body.len().min(600)];
        format!("{} {}", self.status, String::from_utf8_lossy(body))
    }
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a whole request and reads its reply.
    pub(crate) async fn send(&mut self, request: &[u8]) -> io::Result<Reply<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = self.read_head().await?;
        let text = std::str::from_utf8(&self.buffer[..head]).map_err(io::Error::other)?;
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| io::Error::other("a reply without a status"))?;
        let chunked = header(text, "transfer-encoding") == Some("chunked");
        let length = header(text, "content-length").and_then(|length| length.parse().ok());
        let end = if chunked {
            self.read_chunks(head).await?
        } else {
            self.read_to(head + length.unwrap_or(0)).await?
        };
        Ok(Reply {
            status,
            head: std::str::from_utf8(&self.buffer[..head]).map_err(io::Error::other)?,
            body: &self.buffer[head..end],
        })
    }

    async fn read_more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    async fn read_head(&mut self) -> io::Result<usize> {
        loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                return Ok(at + 4);
            }
            if self.buffer.len() > HEAD_BYTES_MAX {
                return Err(io::Error::other("a reply without an end to its head"));
            }
            self.read_more().await?;
        }
    }

    async fn read_to(&mut self, end: usize) -> io::Result<usize> {
        if end > BODY_BYTES_MAX {
            return Err(io::Error::other("a reply that is too long"));
        }
        while self.buffer.len() < end {
            self.read_more().await?;
        }
        Ok(end)
    }

    /// Reads a chunked body and moves its chunks together.
    async fn read_chunks(&mut self, start: usize) -> io::Result<usize> {
        let mut end = start;
        let mut at = start;
        loop {
            let line = loop {
                match find(&self.buffer[at..], b"\r\n") {
                    Some(line) => break line,
                    None => self.read_more().await?,
                }
            };
            let size = std::str::from_utf8(&self.buffer[at..at + line]).unwrap_or("");
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let chunk = at + line + 2;
            self.read_to(chunk + size + 2).await?;
            if size == 0 {
                return Ok(end);
            }
            self.buffer.copy_within(chunk..chunk + size, end);
            end += size;
            at = chunk + size + 2;
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A request as it goes over the wire.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// A text as it stands in a form or a query.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_as_http() {
        let text = request("POST", "/a", &[("x-b", "c")], "d=e");
        let expected =
            "POST /a HTTP/1.1\r\nhost: 127.0.0.1\r\nx-b: c\r\ncontent-length: 3\r\n\r\nd=e";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn headers_are_found_in_any_case() {
        assert_eq!(
            header("HTTP/1.1 200 OK\r\nLocation: /x\r\n", "location"),
            Some("/x")
        );
        assert_eq!(header("HTTP/1.1 200 OK\r\n", "location"), None);
    }

    #[test]
    fn forms_are_encoded() {
        assert_eq!(
            encoded("checkout[email]=a b"),
            "checkout%5Bemail%5D%3Da%20b"
        );
    }
}
