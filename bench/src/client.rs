//! A client that waits for each answer, on one connection that it keeps.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, ensure};

use crate::{body, load};

/// No answer is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A kept connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    addr: String,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects to `host:port`.
    pub(crate) fn connect(addr: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(addr).with_context(|| format!("cannot reach {addr}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, addr: addr.to_owned(), buffer: Vec::new() })
    }

    /// Sends JSON; the status and the body of the answer.
    pub(crate) fn send(&mut self, path: &str, body: &str) -> anyhow::Result<(u16, String)> {
        self.stream.write_all(&body::request(path, &self.addr, body))?;
        self.buffer.clear();
        let mut piece = [0; 16 * 1024];
        loop {
            let read = self.stream.read(&mut piece)?;
            ensure!(read > 0, "the server closed the connection");
            self.buffer.extend_from_slice(&piece[..read]);
            if let Some((status, head, bytes)) = load::head(&self.buffer)?
                && self.buffer.len() >= bytes
            {
                let body = String::from_utf8_lossy(&self.buffer[head..bytes]);
                return Ok((status, body.into_owned()));
            }
        }
    }

    /// As [`Client::send`], for what must succeed; the body.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> anyhow::Result<String> {
        let (status, text) = self.send(path, body)?;
        ensure!((200..300).contains(&status), "the server answered {status}: {text}");
        Ok(text)
    }
}
