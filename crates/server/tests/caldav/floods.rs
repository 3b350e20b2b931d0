//! Who comes in masses or takes their time is turned away or waits; others are answered.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use server::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use transport::Bounds;

use crate::scene::{HOME, Scene, basic, event};

/// Where floods come from.
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// And where others are.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

async fn connect(scene: &Scene, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(scene.address()).await.unwrap()
}

/// The answer to a request of somebody's, from an address of theirs.
async fn ask(scene: &Scene, from: Ipv4Addr, who: &str, request: &str) -> String {
    let mut stream = connect(scene, from).await;
    stream.write_all(head(who, request, "Connection: close\r\n").as_bytes()).await.unwrap();
    read(stream).await
}

async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // Whoever is turned away while sending hears of that instead.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(who: &str, request: &str, more: &str) -> String {
    format!("{request} HTTP/1.1\r\nHost: here\r\nAuthorization: {}\r\n{more}\r\n", basic(who))
}

/// Nobody is let go for being slow before a test has come to its end, however slowly that goes on.
const LONG: Duration = Duration::from_secs(3_600);

fn patient() -> Bounds {
    Bounds { headers: LONG, stalled: LONG, ..Bounds::default() }
}

const ANN: &str = "ann:secret of ann";
const BOB: &str = "bob:secret of bob";

#[tokio::test]
async fn past_the_connections_of_one_address_others_come_in() {
    let bounds = Bounds { per_address: 5, ..patient() };
    let scene = Scene::with(Options { bounds, ..Options::default() }).await;
    let mut flood = Vec::new();
    for _ in 0..5 {
        let mut stream = connect(&scene, THERE).await;
        stream.write_all(b"OPTIONS / HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
        let mut octet = [0];
        // It has a place: it is answered, and its connection is kept.
        stream.read_exact(&mut octet).await.unwrap();
        flood.push(stream);
    }
    for _ in 0..20 {
        let answer = read(connect(&scene, THERE).await).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("Retry-After: 5"), "{answer}");
    }
    let answer = ask(&scene, ELSEWHERE, BOB, "OPTIONS /").await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert_eq!(flood.len(), 5);
}

#[tokio::test]
async fn guesses_are_slowed_and_others_sign_in() {
    let scene = Scene::open().await;
    // Where she came in she is known, whoever guesses elsewhere.
    let came = ask(&scene, ELSEWHERE, ANN, "OPTIONS /").await;
    assert!(came.starts_with("HTTP/1.1 204"), "{came}");
    let (mut refused, mut slowed) = (0, 0);
    for guess in 0..40 {
        let answer = ask(&scene, THERE, &format!("ann:guess {guess}"), "OPTIONS /").await;
        match answer.get(9..12) {
            Some("401") => refused += 1,
            Some("429") => {
                slowed += 1;
                assert!(answer.contains("retry-after: "), "{answer}");
            }
            _ => panic!("{answer}"),
        }
    }
    assert_eq!((refused, slowed), (10, 30));
    for who in [ANN, BOB] {
        let answer = ask(&scene, ELSEWHERE, who, "OPTIONS /").await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{who}: {answer}");
    }
}

#[tokio::test]
async fn who_sends_slowly_takes_no_place_from_others() {
    let options = Options { requests: 2, body_idle: LONG, bounds: patient(), ..Options::default() };
    let scene = Scene::with(options).await;
    let text = event("tea", "20260302T090000Z", "");
    let put = format!("PUT {HOME}tea.ics");
    let more = format!(
        "Content-Type: text/calendar\r\nContent-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n",
        text.len()
    );
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = connect(&scene, THERE).await;
        stream.write_all(head(ANN, &put, &more).as_bytes()).await.unwrap();
        // That it shall go on is told by who has begun to listen to it.
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(&text.as_bytes()[..10]).await.unwrap();
        slow.push(stream);
    }
    for _ in 0..5 {
        let answer = ask(&scene, ELSEWHERE, BOB, "GET /calendars/bob/personal/").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    // And they come to their end.
    let mut first = slow.remove(0);
    first.write_all(&text.as_bytes()[10..]).await.unwrap();
    let answer = read(first).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[tokio::test]
async fn who_takes_in_slowly_takes_no_place_from_others() {
    let scene = Scene::with(Options { requests: 2, bounds: patient(), ..Options::default() }).await;
    let long = event("long", "20260302T090000Z", &format!("DESCRIPTION:{}\r\n", "x".repeat(6 << 20)));
    scene.put(&format!("{HOME}long.ics"), &long).await;
    let mut slow = Vec::new();
    for _ in 0..10 {
        let mut stream = connect(&scene, THERE).await;
        stream.write_all(head(ANN, &format!("GET {HOME}"), "").as_bytes()).await.unwrap();
        let mut octet = [0];
        // It is being answered, and takes in no more than this.
        stream.read_exact(&mut octet).await.unwrap();
        slow.push(stream);
    }
    for _ in 0..5 {
        let answer = ask(&scene, ELSEWHERE, BOB, "GET /calendars/bob/personal/").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(slow.len(), 10);
}
