//! Long answers are made small where a client takes that; what has a strong tag, or a secret, is sent as it is.

use std::io::Read;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Empty, Full};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::scene::{HOME, Scene, basic, event};

/// Status, headers and octets of the answer to a client that takes gzip.
async fn ask(scene: &Scene, method: &str, path: &str, body: &str) -> (u16, HeaderMap, Bytes) {
    let request = Request::builder().method(method).uri(path).header("host", scene.address().to_string());
    let request = request.header("authorization", basic("ann:secret of ann")).header("depth", "1");
    let request = request.header("accept-encoding", "gzip, deflate, br");
    let request = match body {
        "" => request.body(Empty::new().boxed()).unwrap(),
        body => request.body(Full::new(Bytes::from(body.to_owned())).boxed()).unwrap(),
    };
    let stream = TcpStream::connect(scene.address()).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    (head.status.as_u16(), head.headers, body.collect().await.unwrap().to_bytes())
}

fn unpacked(octets: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(octets).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn what_is_said_of_many_resources_is_made_small() {
    let scene = Scene::open().await;
    for number in 0..12 {
        let path = format!("{HOME}tea{number}.ics");
        scene.put(&path, &event(&format!("tea{number}"), "20260302T090000Z", "")).await;
    }
    let plain = scene.ask(&format!("PROPFIND {HOME}\nDepth: 1")).await.is(207);
    assert_eq!(plain.header("content-encoding"), "");
    let (status, headers, octets) = ask(&scene, "PROPFIND", HOME, "").await;
    assert_eq!((status, headers["content-encoding"].to_str().unwrap()), (207, "gzip"));
    assert!(headers.get_all("vary").iter().any(|value| value == "accept-encoding"), "{headers:?}");
    assert_eq!(unpacked(&octets), plain.body);
    assert!(octets.len() * 4 < plain.body.len(), "{} of {}", octets.len(), plain.body.len());

    let (_, headers, octets) = ask(&scene, "GET", HOME, "").await;
    assert_eq!(headers["content-encoding"], "gzip");
    assert_eq!(unpacked(&octets), scene.ask(&format!("GET {HOME}")).await.is(200).body);
    let (_, headers, _) = ask(&scene, "GET", "/page.css", "").await;
    assert_eq!(headers["content-encoding"], "gzip");
    assert!(headers["etag"].to_str().unwrap().starts_with("W/"), "{headers:?}");
}

#[tokio::test]
async fn an_object_keeps_its_tag_and_its_octets() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let text = event("tea", "20260302T090000Z", &format!("DESCRIPTION:{}\r\n", "tea ".repeat(1_000)));
    let tag = scene.put(&path, &text).await;
    let (status, headers, octets) = ask(&scene, "GET", &path, "").await;
    assert_eq!((status, headers["etag"].to_str().unwrap()), (200, &*tag));
    assert!(!headers.contains_key("content-encoding"));
    assert_eq!(octets, text);
}

#[tokio::test]
async fn a_page_with_a_token_is_sent_as_it_is() {
    let scene = Scene::open().await;
    for path in ["/", "/connect", "/app-passwords"] {
        let (_, headers, _) = ask(&scene, "GET", path, "").await;
        assert!(!headers.contains_key("content-encoding"), "{path}");
    }
}
