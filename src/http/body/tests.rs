use super::*;
use axum::response::IntoResponse;
use std::convert::Infallible;
use tokio::time::sleep;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

/// The kind of problem that is answered, without its status.
fn slug<T>(result: Result<T, Problem>) -> Option<String> {
    let document = String::from_utf8(result.err()?.document("")).unwrap();
    let (_, rest) = document.split_once("/problems/").unwrap();
    Some(rest.split('"').next().unwrap().to_owned())
}

#[test]
fn what_a_head_says_of_its_body_is_refused_before_the_body_is_read() {
    use Takes::{Document, DocumentPatch, Feature, FeaturePatch, Nothing, OptionalDocument};
    let json = ("content-type", "application/json");
    for (takes, lines, want) in [
        (Nothing, &[][..], None),
        (Nothing, &[("content-length", "0")], None),
        (Nothing, &[("content-length", "1")], Some("body-too-large")),
        (Document, &[json], None),
        (Document, &[json, ("content-length", "32768")], None),
        (Document, &[json, ("content-length", "32769")], Some("body-too-large")),
        (Document, &[("content-length", "99999999999999999999")], Some("unsupported-media-type")),
        (Document, &[json, ("transfer-encoding", "chunked")], None),
        (Document, &[json, ("content-encoding", "gzip")], Some("unsupported-media-type")),
        (Document, &[json, ("content-encoding", "identity")], None),
        (
            Document,
            &[json, ("content-encoding", "identity"), ("content-encoding", "br")],
            Some("unsupported-media-type"),
        ),
        (Document, &[json, ("content-encoding", "identity, zstd")], Some("unsupported-media-type")),
        (Document, &[], Some("unsupported-media-type")),
        (Document, &[("content-type", "Application/JSON; Charset=\"UTF-8\"")], None),
        (Document, &[("content-type", "application/json;charset=utf-8;version=2")], None),
        (Document, &[("content-type", "application/json; charset=latin1")], Some("unsupported-media-type")),
        (Document, &[("content-type", "application/geo+json")], Some("unsupported-media-type")),
        (Document, &[("content-type", "application/json, text/plain")], Some("unsupported-media-type")),
        (Document, &[("content-type", "text/plain")], Some("unsupported-media-type")),
        (Document, &[("content-type", "")], Some("unsupported-media-type")),
        (Feature, &[("content-type", "application/geo+json"), ("content-length", "1048576")], None),
        (
            Feature,
            &[("content-type", "application/geo+json"), ("content-length", "1048577")],
            Some("body-too-large"),
        ),
        (Feature, &[json], Some("unsupported-media-type")),
        (FeaturePatch, &[("content-type", "application/merge-patch+json")], None),
        (FeaturePatch, &[json], Some("unsupported-media-type")),
        (DocumentPatch, &[("content-type", "application/merge-patch+json")], None),
        (DocumentPatch, &[json], Some("unsupported-media-type")),
        (OptionalDocument, &[], None),
        (OptionalDocument, &[("content-length", "0")], None),
        (OptionalDocument, &[json], None),
        (OptionalDocument, &[json, ("content-length", "2")], None),
        (OptionalDocument, &[("content-length", "2")], Some("unsupported-media-type")),
        (OptionalDocument, &[("transfer-encoding", "chunked")], Some("unsupported-media-type")),
        (OptionalDocument, &[("content-type", "text/plain")], Some("unsupported-media-type")),
        (OptionalDocument, &[json, ("content-length", "32769")], Some("body-too-large")),
    ] {
        let refused = slug(check_head(takes, &Method::POST, &headers(lines)));
        assert_eq!(refused.as_deref(), want, "{takes:?} {lines:?}");
    }
}

#[test]
fn who_sends_another_kind_is_told_what_is_taken() {
    for (method, takes, name) in [
        (Method::POST, Takes::Document, Some("accept-post")),
        (Method::POST, Takes::Feature, Some("accept-post")),
        (Method::PATCH, Takes::FeaturePatch, Some("accept-patch")),
        (Method::PUT, Takes::Feature, None),
    ] {
        let problem = check_head(takes, &method, &headers(&[("content-type", "text/csv")])).unwrap_err();
        let media = takes.media().join(", ");
        let document = String::from_utf8(problem.document("")).unwrap();
        assert!(
            document.contains(&format!("`text/csv` is not taken; this operation takes {media}")),
            "{document}"
        );
        let answered = problem.response("");
        let accepts = answered.headers().iter().filter(|(name, _)| name.as_str().starts_with("accept-"));
        let accepts: Vec<_> = accepts.map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(
            accepts,
            name.map(|name| (name, media.as_str())).into_iter().collect::<Vec<_>>(),
            "{method}"
        );
    }
}

/// A body of these pieces, with this long before each.
fn slow(pieces: Vec<&'static [u8]>, pause: Duration) -> Body {
    let pieces = futures_util::stream::iter(pieces).then(move |piece| async move {
        sleep(pause).await;
        Ok::<_, Infallible>(Bytes::from_static(piece))
    });
    Body::from_stream(pieces)
}

#[tokio::test(start_paused = true)]
async fn a_body_is_whole_within_its_time_and_its_cap_or_refused() {
    static FULL: [u8; 32 * 1024] = [b'x'; 32 * 1024];
    let secs = Duration::from_secs;
    let read = |body| read(body, Takes::Document, secs(15));
    assert_eq!(read(Body::empty()).await.unwrap(), Bytes::new());
    assert_eq!(read(Body::from("{}")).await.unwrap(), "{}");
    assert_eq!(read(slow(vec![b"{", b"", b"}"], secs(4))).await.unwrap(), "{}");
    assert_eq!(slug(read(slow(vec![b"{", b"", b"}"], secs(6))).await).as_deref(), Some("request-timeout"));
    // Each byte in time, and all of them too late.
    assert_eq!(slug(read(slow(vec![b"x"; 20], secs(1))).await).as_deref(), Some("request-timeout"));
    assert_eq!(read(slow(vec![&FULL[1..], b"x"], secs(0))).await.unwrap(), &FULL[..]);
    assert_eq!(slug(read(slow(vec![&FULL, b"x"], secs(0))).await).as_deref(), Some("body-too-large"));
    let broken = futures_util::stream::iter([Ok(Bytes::from_static(b"{")), Err("gone")]);
    assert_eq!(slug(read(Body::from_stream(broken)).await).as_deref(), Some("invalid-framing"));
}

#[test]
fn what_is_given_to_an_operation_is_json() {
    for (takes, body, want) in [
        (Takes::Document, &b"{\"a\":[1]}"[..], Ok(true)),
        (Takes::Document, b"", Err("the body is missing; this operation takes application/json")),
        (Takes::Document, b" ", Err("expected a value at byte 1")),
        (Takes::Document, b"{\"a\":\xff}", Err("bytes that are not UTF-8 at byte 5")),
        (Takes::Nothing, b"", Ok(false)),
    ] {
        let given = checked(Bytes::from_static(body), takes);
        let want = want.map(|given| given.then(|| body.to_vec())).map_err(ToOwned::to_owned);
        let given = given.map(|given| given.map(|Given(bytes)| bytes.to_vec())).map_err(|problem| {
            assert_eq!(problem.clone().into_response().status(), 400);
            let document = String::from_utf8(problem.document("")).unwrap();
            document.split("\"detail\":\"").nth(1).unwrap().trim_end_matches("\"}").to_owned()
        });
        assert_eq!(given, want, "{takes:?}");
    }
}
