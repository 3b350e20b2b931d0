//! Long answers made small on their way: what WebDAV says of many resources, whole calendars, how pages look.
//!
//! What has a strong tag goes out as it is, for the tag is of these very octets (RFC 9110 8.8.1). So does each page for people:
//! the tokens of its forms stand in it, or a password, and how small it gets would tell of them to whoever can put words beside
//! them.

use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, ETAG};
use http::{Extensions, HeaderMap, Request, StatusCode, Version};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// What is shorter is not worth it.
const SHORT: u64 = 1_024;
/// What is read alike by everybody who may read it.
const MEDIA: [&str; 3] = ["application/xml", "text/calendar", "text/css"];
/// What only reads.
const READING: [&str; 4] = ["GET", "HEAD", "PROPFIND", "REPORT"];

/// Answers that may be compressed are, where the client takes that; as they are sent, page by page.
pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    // It is done where connections are served, so it must be quick.
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
    layer.compress_when(SizeAbove::new(SHORT).and(may_be))
}

fn may_be(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let is_weak = headers.get(ETAG).is_none_or(|tag| tag.as_bytes().starts_with(b"W/"));
    is_weak && MEDIA.iter().any(|known| media.starts_with(known))
}

/// Answers to what writes are short, and nobody who wants none of their form is told so when it is done.
pub(crate) fn only_reading<B>(mut request: Request<B>) -> Request<B> {
    if !READING.contains(&request.method().as_str()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    request
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Read;

    use bytes::Bytes;
    use flate2::read::GzDecoder;
    use http::HeaderValue;
    use http_body_util::BodyExt;
    use sha2::{Digest, Sha256};
    use tokio::sync::mpsc;
    use tower::{Layer, ServiceExt, service_fn};

    use super::*;
    use crate::body::Body;
    use crate::door::response;

    /// Octets of which few can be left out.
    fn page(number: u8) -> Bytes {
        let digests = (0..1_024_u16).map(|at| Sha256::digest([&[number], &at.to_le_bytes()[..]].concat()));
        digests.flat_map(|digest| format!("{digest:x}").into_bytes()).collect::<Vec<_>>().into()
    }

    #[tokio::test]
    async fn pages_go_out_as_they_are_made_and_no_faster_than_they_are_taken_in() {
        let (to, pieces) = mpsc::channel(1);
        let mut pieces = Some(pieces);
        let answer = layer().layer(service_fn(move |_: Request<()>| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/xml"))]);
            let body = Body::Pieces(pieces.take().unwrap());
            std::future::ready(Ok::<_, Infallible>(response(StatusCode::MULTI_STATUS, headers, body)))
        }));
        let request = Request::builder().header(ACCEPT_ENCODING, "br, gzip").body(()).unwrap();
        let answer = answer.oneshot(request).await.unwrap();
        assert_eq!(answer.headers().get("content-encoding").unwrap(), "gzip");
        let mut body = answer.into_body();
        let mut taken_in = Vec::new();
        let mut expected = Vec::new();
        for number in 0..3 {
            let octets = page(number);
            expected.extend_from_slice(&octets);
            to.try_send(Ok(octets)).unwrap();
            assert!(to.try_send(Ok(Bytes::new())).is_err(), "while nothing is taken in one page waits");
            let before = taken_in.len();
            // Until the page was taken up; the next one is not there yet.
            while to.capacity() == 0 || taken_in.len() < before + 4_096 {
                taken_in.extend_from_slice(&body.frame().await.unwrap().unwrap().into_data().unwrap());
            }
        }
        drop(to);
        taken_in.extend_from_slice(&body.collect().await.unwrap().to_bytes());
        let mut unpacked = Vec::new();
        GzDecoder::new(&*taken_in).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, expected);
        assert!(taken_in.len() < expected.len(), "{} of {}", taken_in.len(), expected.len());
    }

    #[test]
    fn what_has_a_strong_tag_or_secrets_stays_as_it_is() {
        let is = |media: &'static str, tag: Option<&'static str>| {
            let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media))]);
            headers.extend(tag.map(|tag| (ETAG, HeaderValue::from_static(tag))));
            may_be(StatusCode::OK, Version::HTTP_11, &headers, &Extensions::new())
        };
        assert!(is("application/xml; charset=utf-8", None));
        assert!(is("text/calendar; charset=utf-8", None));
        assert!(is("text/css; charset=utf-8", Some("W/\"1\"")));
        assert!(!is("text/calendar; charset=utf-8", Some("\"1\"")));
        assert!(!is("application/xml; charset=utf-8", Some("\"1\"")));
        assert!(!is("text/html; charset=utf-8", None));
        assert!(!is("application/x-apple-aspen-config", None));
    }

    #[test]
    fn what_writes_is_never_told_that_its_answer_has_a_wrong_form() {
        let asked = |method: &str| {
            let request = Request::builder().method(method).header(ACCEPT_ENCODING, "identity;q=0");
            only_reading(request.body(()).unwrap()).headers().contains_key(ACCEPT_ENCODING)
        };
        assert!(["GET", "PROPFIND", "REPORT"].iter().all(|method| asked(method)));
        assert!(!["PUT", "DELETE", "MKCALENDAR", "MOVE", "POST"].iter().any(|method| asked(method)));
    }
}
