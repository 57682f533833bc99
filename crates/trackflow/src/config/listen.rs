//! An address to listen on.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
};

/// `:PORT` (every interface) or `ADDRESS:PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// None for every interface.
    address: Option<IpAddr>,
    port: u16,
}

impl Listen {
    /// Every interface.
    pub fn everywhere(port: u16) -> Self {
        Self { address: None, port }
    }

    /// Reads one; the error continues the sentence "http.listen ..".
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("is {text:?}, it must be like :20000, 127.0.0.1:20000 or [::1]:20000");
        if let Some(port) = text.strip_prefix(':') {
            return port.parse().map(Self::everywhere).map_err(|_| wrong());
        }
        let text = text.replacen("localhost:", "127.0.0.1:", 1);
        let address: SocketAddr = text.parse().map_err(|_| wrong())?;
        Ok(Self { address: Some(address.ip()), port: address.port() })
    }

    /// Takes the address. Every interface means IPv6 and IPv4, or IPv4 alone where the machine
    /// has no IPv6.
    pub fn bind(&self) -> std::io::Result<TcpListener> {
        let listener = match self.address {
            Some(address) => TcpListener::bind((address, self.port)),
            None => TcpListener::bind((Ipv6Addr::UNSPECIFIED, self.port)).or_else(|error| {
                match error.kind() {
                    std::io::ErrorKind::AddrInUse => Err(error),
                    _ => TcpListener::bind((Ipv4Addr::UNSPECIFIED, self.port)),
                }
            }),
        }?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }
}

/// The address of a listener as one would type it into a browser.
pub fn url_of(address: SocketAddr) -> String {
    let address = match address.ip() {
        IpAddr::V6(ip) if ip.is_unspecified() => {
            SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()))
        }
        _ => address,
    };
    format!("http://{address}")
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(address) => SocketAddr::from((address, self.port)).fmt(f),
            None => write!(f, ":{}", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back_and_nonsense_is_named() {
        for text in [":20000", "127.0.0.1:0", "[::1]:8080"] {
            assert_eq!(Listen::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Listen::parse("localhost:1").unwrap().to_string(), "127.0.0.1:1");
        for text in ["", "20000", ":70000", "example.com", "::1:80"] {
            assert!(Listen::parse(text).unwrap_err().contains(text), "{text}");
        }
    }

    #[test]
    fn every_interface_can_be_bound_and_is_shown_as_one_can_type_it() {
        let listener = Listen::everywhere(0).bind().unwrap();
        let url = url_of(listener.local_addr().unwrap());
        assert!(url.starts_with("http://0.0.0.0:"), "{url}");
    }
}
