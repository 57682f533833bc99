//! The smallest HTTP/1.1 client that can ask a server of ours: one request per connection, plain
//! text only. A library would bring TLS and a second HTTP stack into the binary for one `POST`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

/// For connecting, and for each read and write.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of an answer; the server's own bounds are far below.
const ANSWER_BYTES_MAX: u64 = 256 << 20;
const HEAD_BYTES_MAX: u64 = 64 << 10;

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Response {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Sends `body` as JSON to `path` of the server at `base` (`http://host:port`).
pub(crate) fn post(base: &str, path: &str, key: &str, body: &str) -> Result<Response> {
    send(base, ("POST", path), key, body)
}

/// Asks for `path` of the server at `base`.
pub(crate) fn get(base: &str, path: &str, key: &str) -> Result<Response> {
    send(base, ("GET", path), key, "")
}

fn send(base: &str, (method, path): (&str, &str), key: &str, body: &str) -> Result<Response> {
    let host = authority(base)?;
    ensure!(!key.contains(['\r', '\n']), "the key has a line break in it");
    let stream = connect(&host).with_context(|| format!("cannot reach {base}"))?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: \
         application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    (&stream).write_all(request.as_bytes()).with_context(|| format!("cannot write to {base}"))?;
    read(BufReader::new(stream)).with_context(|| format!("cannot understand the answer of {base}"))
}

/// `host:port` of a base address.
fn authority(base: &str) -> Result<String> {
    let Some(rest) = base.strip_prefix("http://") else {
        bail!("{base:?} is not an address this command can ask: it must begin with http://");
    };
    let host = rest.trim_end_matches('/');
    ensure!(!host.is_empty() && !host.contains('/'), "{base:?} must be like http://host:port");
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Ok(if has_port { host.to_owned() } else { format!("{host}:80") })
}

fn connect(host: &str) -> Result<TcpStream> {
    let mut last = None;
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| anyhow::anyhow!("{host} has no address"), Into::into))
}

fn read(mut from: impl BufRead) -> Result<Response> {
    let mut head = (&mut from).take(HEAD_BYTES_MAX);
    let status = line(&mut head)?;
    let status = status.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    let status: u16 = status.context("it does not speak HTTP/1.1")?;
    let (mut length, mut chunked) = (None, false);
    loop {
        let header = line(&mut head)?;
        let Some((name, value)) = header.split_once(':') else {
            ensure!(header.is_empty(), "a header line is {header:?}");
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.trim().parse().context("content-length")?),
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    if chunked {
        read_chunks(&mut from, &mut body)?;
    } else {
        let wanted = length.unwrap_or(ANSWER_BYTES_MAX);
        ensure!(
            wanted <= ANSWER_BYTES_MAX,
            "it has {wanted} bytes, the limit is {ANSWER_BYTES_MAX}"
        );
        from.take(wanted).read_to_end(&mut body)?;
        ensure!(length.is_none_or(|n| n == body.len() as u64), "it ends in the middle");
    }
    Ok(Response { status, body })
}

fn read_chunks(from: &mut impl BufRead, body: &mut Vec<u8>) -> Result<()> {
    loop {
        let size = line(&mut from.take(HEAD_BYTES_MAX))?;
        let digits = size.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(digits, 16).context("the size of a chunk")?;
        let all = body.len() as u64 + size;
        ensure!(all <= ANSWER_BYTES_MAX, "it has over {ANSWER_BYTES_MAX} bytes");
        from.take(size).read_to_end(body)?;
        ensure!(body.len() as u64 == all, "it ends in the middle");
        if size == 0 {
            return Ok(());
        }
        line(&mut from.take(2))?;
    }
}

/// A line without its end.
fn line(from: &mut impl BufRead) -> Result<String> {
    let mut text = String::new();
    from.read_line(&mut text)?;
    let Some(line) = text.strip_suffix("\r\n") else { bail!("it ends in the middle") };
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(answer: &str) -> String {
        match read(answer.as_bytes()) {
            Ok(response) => {
                format!("{} {}", response.status, String::from_utf8_lossy(&response.body))
            }
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn answers_of_every_form_are_read_and_cut_ones_are_not() {
        assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "200 hi");
        assert_eq!(body("HTTP/1.0 404 No\r\n\r\nhi"), "404 hi");
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;x\r\n!\r\n0\r\n\r\n";
        assert_eq!(body(chunked), "200 hi!");
        assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi"), "it ends in the middle");
        assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Le"), "it ends in the middle");
        assert_eq!(body("SSH-2.0-OpenSSH\r\n"), "it does not speak HTTP/1.1");
    }

    #[test]
    fn only_plain_addresses_are_taken() {
        assert_eq!(authority("http://a:1/").unwrap(), "a:1");
        assert_eq!(authority("http://a").unwrap(), "a:80");
        assert_eq!(authority("http://[::1]:9").unwrap(), "[::1]:9");
        for wrong in ["https://a", "a:1", "http://", "http://a/b"] {
            assert!(authority(wrong).is_err(), "{wrong}");
        }
    }
}
