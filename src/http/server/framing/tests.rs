use super::FramingFault::{BareLineFeed, Coding, Length, LengthAndCoding, LengthTwice};
use super::*;
use proptest::prelude::*;

/// The verdict on `bytes` as they come when cut at these places.
fn verdict(bytes: &[u8], cuts: &[usize]) -> Option<(u64, FramingFault)> {
    let mut framing = Framing::new();
    let mut found = None;
    let mut from = 0;
    for to in cuts.iter().copied().chain([bytes.len()]) {
        let misframed = framing.follow(&bytes[from..to]);
        assert!(misframed.is_none() || found.is_none(), "it is told once");
        found = found.or(misframed);
        from = to;
    }
    found.map(|misframed| (misframed.head, misframed.fault))
}

/// A head of these header lines.
fn head(lines: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nHost: a\r\n{lines}\r\n")
}

/// What a head of these lines, each without its end, is found to be.
const LINES: &[(&[&str], Option<FramingFault>)] = &[
    (&[], None),
    (&["Content-Length: 0"], None),
    (&["content-length:0"], None),
    (&["CONTENT-LENGTH: \t 000 \t"], None),
    (&["Content-Length: 0", "Content-Length: 0"], Some(LengthTwice)),
    (&["Content-Length: 0", "X: b", "content-length: 1"], Some(LengthTwice)),
    (&["Content-Length: "], Some(Length)),
    (&["Content-Length:"], Some(Length)),
    (&["Content-Length: 0, 0"], Some(Length)),
    (&["Content-Length: 0 0"], Some(Length)),
    (&["Content-Length: +0"], Some(Length)),
    (&["Content-Length: 0x0"], Some(Length)),
    (&["Transfer-Encoding: chunked"], None),
    (&["transfer-encoding:\tCHUNKED "], None),
    (&["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], Some(Coding)),
    (&["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], Some(Coding)),
    (&["Transfer-Encoding: chunked, identity"], Some(Coding)),
    (&["Transfer-Encoding: gzip, chunked"], Some(Coding)),
    (&["Transfer-Encoding: chunked;a=b"], Some(Coding)),
    (&["Transfer-Encoding: chun ked"], Some(Coding)),
    (&["Transfer-Encoding: chunke"], Some(Coding)),
    (&["Transfer-Encoding: chunkedd"], Some(Coding)),
    (&["Transfer-Encoding: \u{b}chunked"], Some(Coding)),
    (&["Transfer-Encoding:"], Some(Coding)),
    (&["Content-Length: 0", "Transfer-Encoding: chunked"], Some(LengthAndCoding)),
    (&["Transfer-Encoding: chunked", "Content-Length: 0"], Some(LengthAndCoding)),
    (&["transfer-encoding: chunked", "A: b", "CONTENT-LENGTH: 9"], Some(LengthAndCoding)),
    // Names that only begin like those, or are within a value.
    (&["Content-Lengths: 1", "Content-Lengt: 2", "Transfer-Encodings: c"], None),
    (&["Content-Type: a", "Cookie: content-length: 3", "TE: chunked", "T: c", "c: t"], None),
    (&["X-Content-Length: 1", "X: transfer-encoding: gzip"], None),
];

/// Streams of bytes, and the head in them that is refused.
fn streams() -> Vec<(String, Option<(u64, FramingFault)>)> {
    let length = |body: &str| head(&format!("Content-Length: {}\r\n", body.len())) + body;
    let (clean, bare) = (head(""), head("").replace("\r\n", "\n"));
    let both = head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    let chunked = head("Transfer-Encoding: chunked\r\n");
    let mut streams = vec![
        (String::new(), None),
        (bare.clone(), Some((0, BareLineFeed))),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n".to_owned(), Some((0, BareLineFeed))),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n".to_owned(), Some((0, BareLineFeed))),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n".to_owned(), Some((0, BareLineFeed))),
        ("GET / HTTP/1.1\r\n\n".to_owned(), Some((0, BareLineFeed))),
        ("GET / HTTP/1.1\r\nContent-Length: 2\n\r\n{}".to_owned(), Some((0, BareLineFeed))),
        // An empty line before a head belongs to it.
        (format!("\r\n\r\n{clean}\r\n{both}"), Some((1, LengthAndCoding))),
        (format!("\n{clean}"), Some((0, BareLineFeed))),
        (format!("{clean}\n{clean}"), Some((1, BareLineFeed))),
        // Bodies are passed over, whatever they are.
        (format!("{}{bare}", length(&bare)), Some((1, BareLineFeed))),
        (format!("{}{clean}{both}", length(&both)), Some((2, LengthAndCoding))),
        (format!("{}{}{both}", length("\n\n\r\n\r\n"), length("\n")), Some((2, LengthAndCoding))),
        (format!("{}{clean}", length(&both)), None),
        (format!("{}{}", length(&"\n".repeat(300)), length("")), None),
        // What is behind a body in chunks, or behind a head that is refused, is not looked at.
        (format!("{chunked}0\n\n{bare}{both}"), None),
        (format!("{clean}{both}{bare}"), Some((1, LengthAndCoding))),
        // A length that does not fit is not wrapped to one that does.
        (format!("{}{bare}", head("Content-Length: 18446744073709551617\r\n")), None),
        // Longer than one read.
        (
            format!("{}{bare}", head(&"X-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n".repeat(40))),
            Some((1, BareLineFeed)),
        ),
    ];
    for (lines, fault) in LINES {
        let lines: String = lines.iter().flat_map(|line| [*line, "\r\n"]).collect();
        streams.push((head(&lines), fault.map(|fault| (0, fault))));
        streams.push((clean.clone() + &head(&lines), fault.map(|fault| (1, fault))));
    }
    streams
}

#[test]
fn a_head_that_can_be_understood_in_two_ways_is_found_wherever_the_bytes_are_cut() {
    for (stream, want) in streams() {
        let bytes = stream.as_bytes();
        assert_eq!(verdict(bytes, &[]), want, "{stream:?}");
        for cut in 0..=bytes.len() {
            assert_eq!(verdict(bytes, &[cut]), want, "{stream:?} cut at {cut}");
        }
        let all: Vec<usize> = (0..bytes.len()).collect();
        assert_eq!(verdict(bytes, &all), want, "{stream:?} byte by byte");
    }
}

/// Bytes that come near to being heads.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "\r\n",
        "\r\n\r\n",
        "\n",
        "\r",
        " ",
        "GET / HTTP/1.1\r\n",
        "Content-Length:",
        "content-length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "tRANSFER-eNCODING:",
        "chunked",
        "12",
        "0",
        "Host: a\r\n",
        "abc",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn bytes_in_parts_are_judged_as_they_are_whole(
        bytes in pieces(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        prop_assert_eq!(verdict(&bytes, &cuts), verdict(&bytes, &[]), "{:?}", bytes);
    }
}
