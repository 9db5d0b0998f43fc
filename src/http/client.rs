//! The client's address, when a proxy stands between. It knows no connection and counts nothing.
use super::server::Network;
use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request comes from, as far as that can be known; in every request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientAddr(pub(super) IpAddr);

/// The address of the client whose request came from `peer` with `headers`.
///
/// The right-most address of `X-Forwarded-For` that is not a trusted proxy's, and only where `peer` is one: each
/// proxy adds at the right whom it heard, and what stands further left is only what an untrusted client said. Several
/// lines are one list. What is no address ends the walk at the last one that was; a port behind an address (as
/// Azure's gateway writes it) is ignored.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> ClientAddr {
    let is_proxy = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut last = peer.to_canonical();
    for line in headers.get_all(FORWARDED_FOR).iter().rev() {
        for entry in line.as_bytes().rsplit(|byte| *byte == b',') {
            if !is_proxy(last) {
                return ClientAddr(last);
            }
            let Some(address) = address(entry) else { return ClientAddr(last) };
            last = address;
        }
    }
    ClientAddr(last)
}

/// The address that one entry of the list writes out.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let address = text.parse().ok().or_else(bracketed).or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn the_client_is_the_right_most_address_that_no_trusted_proxy_has() {
        let trusted = ["10.0.0.0/8", "2001:db8:f::/48"].map(|text| text.parse().unwrap());
        for (peer, lines, want) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            // Who is no proxy is taken at nobody's word.
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66 ,\t198.51.100.1 ,10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1,10.3.0.1,2001:db8:f::7"], "198.51.100.1"),
            // Several lines are one list, in their order.
            ("10.0.0.1", &["192.0.2.66", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1", "10.0.0.2", "10.0.0.3"], "198.51.100.1"),
            // Proxies all the way: the first of them asked for itself.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", &["2001:db8::1"], "2001:db8::1"),
            ("10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8::1]"], "2001:db8::1"),
            ("10.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            // Junk ends the walk at the last good one.
            ("10.0.0.1", &["unknown"], "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1,"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, junk, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["198.51.100.1 10.0.0.2"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.256"], "10.0.0.1"),
            ("10.0.0.1", &["0198.51.100.1"], "10.0.0.1"),
            ("10.0.0.1", &["fe80::1%eth0"], "10.0.0.1"),
            ("10.0.0.1", &["[198.51.100.1]"], "10.0.0.1"),
            ("10.0.0.1", &["_hidden, 198.51.100.1"], "198.51.100.1"),
        ] {
            let headers = lines
                .iter()
                .map(|line| (HeaderName::from_static(FORWARDED_FOR), HeaderValue::from_str(line).unwrap()));
            let mut given = HeaderMap::new();
            for (name, value) in headers {
                given.append(name, value);
            }
            let found = client(peer.parse().unwrap(), &given, &trusted);
            assert_eq!(found, ClientAddr(want.parse().unwrap()), "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_text_is_junk() {
        let trusted = ["10.0.0.1".parse().unwrap()];
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, HeaderValue::from_bytes(b"198.51.100.1, \xff").unwrap());
        assert_eq!(
            client("10.0.0.1".parse().unwrap(), &headers, &trusted),
            ClientAddr("10.0.0.1".parse().unwrap())
        );
    }
}
