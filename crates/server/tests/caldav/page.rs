//! The page for people: signing in, the week, app passwords; and what is refused there.

use std::sync::atomic::{AtomicI64, Ordering};

use ical::civil::Timestamp;
use server::{Href, Options};
use service::Secret;

use crate::scene::{Answer, HOME, NOW, Scene, event};

/// Somebody with a browser: they send the cookies that they were given.
struct Browser<'s> {
    scene: &'s Scene,
    cookies: Vec<(String, String)>,
    /// What stands before all paths.
    prefix: &'static str,
    /// The lines that a proxy adds to each request.
    added: &'static str,
}

/// A field of a form as it is written in a page.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

impl<'s> Browser<'s> {
    fn new(scene: &'s Scene) -> Self {
        Self { scene, cookies: Vec::new(), prefix: "", added: "" }
    }

    async fn send(&mut self, request: &str) -> Answer {
        let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies =
            if cookies.is_empty() { String::new() } else { format!("\nCookie: {}", cookies.join("; ")) };
        let answer = self.scene.send(None, &format!("{head}{}{cookies}\n\n{body}", self.added)).await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("HttpOnly; SameSite=Strict"), "{line}");
            assert!(line.split("; ").any(|part| part == format!("Path={}/", self.prefix)), "{line}");
            assert_eq!(line.contains("; Secure"), line.starts_with("__"), "{line}");
            let (name, value) = line.split_once(';').unwrap().0.split_once('=').unwrap();
            self.cookies.retain(|(one, _)| one != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {}{path}", self.prefix)).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let written = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte.is_ascii_alphanumeric() {
                    true => char::from(byte).to_string(),
                    false => format!("%{byte:02X}"),
                })
                .collect()
        };
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", written(value))).collect();
        let head = format!("POST {}{path}\nContent-Type: application/x-www-form-urlencoded", self.prefix);
        self.send(&format!("{head}\n\n{}", fields.join("&"))).await
    }

    async fn try_as(&mut self, login: &str, password: &str) -> Answer {
        let form = self.get("/").await.is(200).says("<h1>Sign in</h1>");
        let token = hidden(&form.body, "token");
        self.post("/sign-in", &[("token", &token), ("login", login), ("password", password)]).await
    }

    async fn sign_in(&mut self) {
        let answer = self.try_as("ann", "secret of ann").await.is(303);
        assert_eq!(answer.header("location"), "./");
    }

    /// The token of the forms of whoever is signed in.
    async fn token(&mut self) -> String {
        hidden(&self.get("/app-passwords").await.is(200).body, "token")
    }
}

#[tokio::test]
async fn one_signs_in_sees_the_week_and_signs_out() {
    let scene = Scene::open().await;
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260225T090000Z", "SUMMARY:Tea <b>&\r\n")).await;
    let mut browser = Browser::new(&scene);
    let form = browser.get("/").await.is(200).says("<html lang=\"en\">");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(form.header(name), value);
    }
    assert!(form.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    browser.sign_in().await;
    let week = browser.get("/").await.is(200).says("23 February – 1 March 2026");
    let week = week.says("Tea &#60;b&#62;&#38;").says("09:00 – 09:30").says("Today").says_not("<b>");
    browser.get("/?week=2026-03-04").await.is(200).says("2 – 8 March 2026").says_not("Tea &#60;b");
    browser.get("/?week=9999-12-31").await.is(200).says_not("After");
    browser.get("/?week=soon").await.is(200).says("Tea");
    let token = hidden(&week.body, "token");
    browser.post("/sign-out", &[("token", &token)]).await.is(303);
    browser.get("/").await.is(200).says("<h1>Sign in</h1>");
}

#[tokio::test]
async fn what_is_wrong_lets_nobody_in_and_after_a_while_it_is_slowed() {
    let scene = Scene::open().await;
    let mut browser = Browser::new(&scene);
    browser
        .try_as("ann", "wrong")
        .await
        .is(403)
        .says("The name or the password is wrong")
        .says("value=\"ann\"");
    browser.try_as("nobody", "secret of ann").await.is(403).says("The name or the password is wrong");
    for number in 0..9 {
        browser.try_as("ann", &format!("guess {number}")).await.is(403);
    }
    let slowed = browser.try_as("ann", "secret of ann").await.is(429).says("Too many sign-ins have failed");
    assert!(!slowed.header("retry-after").is_empty());
    browser.try_as("bob", "secret of bob").await.is(303);
}

#[tokio::test]
async fn a_person_gives_a_program_a_password_and_takes_it_back() {
    let scene = Scene::open().await;
    let mut browser = Browser::new(&scene);
    browser.sign_in().await;
    browser.get("/app-passwords").await.is(200).says("None yet");
    let token = browser.token().await;
    let made = browser.post("/app-passwords", &[("token", &token), ("label", "phone")]).await.is(200);
    let made = made.says("It is shown this once").says("<path fill=\"#000000\" d=\"M4 4h7");
    let secret = hidden(&made.body, "secret");
    made.says(&format!("id=\"secret\">{secret}<"))
        .says(&format!("caldav://ann:{}@", secret.replace('-', "%2D")));
    let profile = [("token", token.as_str()), ("label", "phone"), ("secret", &secret)];
    let profile =
        browser.post("/profile", &profile).await.is(200).says(&format!("<string>{secret}</string>"));
    assert_eq!(profile.header("content-type"), "application/x-apple-aspen-config");
    profile.says("<key>CalDAVUseSSL</key><false/>").says(&scene.address().port().to_string());
    scene.ask_as(&format!("ann:{secret}"), "PROPFIND /\nDepth: 0").await.is(207);
    browser.get("/app-passwords").await.is(200).says("<h3>phone</h3>").says_not(&secret);
    let taken = browser.post("/app-passwords", &[("token", &token), ("label", "phone")]).await.is(422);
    taken.says("There is one for phone already");
    browser
        .post("/app-passwords", &[("token", &token), ("label", " ")])
        .await
        .is(422)
        .says("Say what it is for");
    // It is the program's, and opens no page.
    Browser::new(&scene).try_as("ann", &secret).await.is(403).says("password of a program");
    let gone = browser.post("/revoke", &[("token", &token), ("label", "phone")]).await.is(303);
    assert_eq!(gone.header("location"), "app-passwords");
    browser.post("/revoke", &[("token", &token), ("label", "phone")]).await.is(303);
    scene.ask_as(&format!("ann:{secret}"), "PROPFIND /\nDepth: 0").await.is(401);
    browser.post("/profile", &[("token", &token), ("label", "phone"), ("secret", &secret)]).await.is(404);
}

#[tokio::test]
async fn a_form_that_is_forged_does_nothing() {
    let scene = Scene::open().await;
    let (mut ann, mut other) = (Browser::new(&scene), Browser::new(&scene));
    // Without the cookie that it goes with, the token of a form of somebody else's lets nobody in.
    let stolen = hidden(&other.get("/").await.body, "token");
    let sent = [("token", stolen.as_str()), ("login", "ann"), ("password", "secret of ann")];
    ann.post("/sign-in", &sent).await.is(403).says("Sign in here");
    ann.get("/").await.is(200);
    ann.post("/sign-in", &sent).await.is(403);
    ann.sign_in().await;
    for token in ["", "x", &stolen] {
        for path in ["/app-passwords", "/revoke", "/profile", "/sign-out"] {
            let fields = [("token", token), ("label", "phone")];
            ann.post(path, &fields).await.is(403).says("did not come from this page");
        }
    }
    let token = ann.token().await;
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200)] {
        let request = format!("POST /app-passwords\nSec-Fetch-Site: {site}\n\ntoken={token}&label=phone");
        ann.send(&request).await.is(status);
    }
    other.post("/app-passwords", &[("token", &token), ("label", "tablet")]).await.is(303);
    ann.get("/app-passwords").await.says("<h3>phone</h3>").says_not("tablet");
}

static CLOCK: AtomicI64 = AtomicI64::new(NOW.0);

#[tokio::test]
async fn a_session_ends_in_time_and_when_the_password_is_another() {
    let clock = || Timestamp(CLOCK.load(Ordering::SeqCst));
    let scene = Scene::by(clock, Options { sessions_of_one: 1, ..Options::default() }).await;
    let mut browser = Browser::new(&scene);
    browser.sign_in().await;
    let token = browser.token().await;
    CLOCK.fetch_add(3_600, Ordering::SeqCst);
    let late = browser.post("/app-passwords", &[("token", &token), ("label", "phone")]).await.is(303);
    assert_eq!(late.header("location"), "./");
    let form = browser.get("/").await.is(200).says("<h1>Sign in</h1>");
    // Its token is made of any letters.
    assert!(!form.body.replace(&hidden(&form.body, "token"), "").contains("ann"), "{}", form.body);
    browser.sign_in().await;
    browser.get("/app-passwords").await.is(200).says("None yet");
    // So many sessions has one person: the first makes room.
    Browser::new(&scene).sign_in().await;
    browser.get("/app-passwords").await.is(303);
    browser.sign_in().await;
    scene.keep(|service| service.keeper().set_password("ann", &Secret::new("another one")).unwrap());
    browser.get("/app-passwords").await.is(303);
    browser.try_as("ann", "another one").await.is(303);
    let disable = |name: &str| {
        scene.keep(|service| service.keeper().set_state(name, store::State::Disabled).unwrap());
    };
    disable("bob");
    browser.get("/app-passwords").await.is(200);
    disable("ann");
    browser.get("/app-passwords").await.is(303);
}

#[tokio::test]
async fn a_form_has_an_end_and_the_rest_of_the_door_is_as_it_was() {
    let scene = Scene::open().await;
    let mut browser = Browser::new(&scene);
    browser.post("/sign-in", &[("login", &"x".repeat(17 << 10))]).await.is(413).says("That was not done");
    browser
        .get("/connect")
        .await
        .is(200)
        .says(&format!("{}/", scene.host()))
        .says("DAVx⁵")
        .says("not encrypted");
    let style = browser.get("/page.css").await.is(200).says("prefers-color-scheme: dark");
    let tag = style.header("etag").to_owned();
    browser.send(&format!("GET /page.css\nIf-None-Match: {tag}")).await.is(304);
    browser.send("HEAD /").await.is(200);
    // Nobody else's: paths that are none, and other methods, are CalDAV's.
    for request in ["GET /nothing", "POST /", "DELETE /app-passwords", "PROPFIND /\nDepth: 0"] {
        browser.send(request).await.is(401);
    }
    scene.ask("PROPFIND /\nDepth: 0").await.is(207);
    scene.ask("GET /principals/").await.is(200).says("Kalends keeps calendars here");
}

/// A proxy on this machine, which speaks TLS with clients, hands `/kalends` on.
async fn proxied() -> Scene {
    let (proxies, prefix) = ("127.0.0.1".parse().unwrap(), Href::parse("/kalends").unwrap());
    Scene::with(Options { proxies, prefix, ..Options::default() }).await
}

const ADDED: &str = "\nForwarded: for=192.0.2.43;proto=https;host=cal.example.com";

#[tokio::test]
async fn behind_a_proxy_the_page_is_below_its_prefix_and_at_the_address_that_people_know() {
    let scene = proxied().await;
    let mut browser = Browser { prefix: "/kalends", added: ADDED, ..Browser::new(&scene) };
    assert_eq!(browser.get("").await.is(301).header("location"), "/kalends/");
    let form = browser.get("/").await.is(200).says("<h1>Sign in</h1>").says_not("not encrypted");
    form.says("href=\"page.css\"").says("action=\"sign-in\"").says_not("href=\"/").says_not("action=\"/");
    browser.get("/page.css").await.is(200);
    browser.sign_in().await;
    assert!(browser.cookies.iter().any(|(name, _)| name == "__Secure-kalends"), "{:?}", browser.cookies);
    let token = browser.token().await;
    let made = browser.post("/app-passwords", &[("token", &token), ("label", "phone")]).await.is(200);
    let secret = hidden(&made.body, "secret");
    made.says("<code>https://cal.example.com/kalends/</code>")
        .says(&format!("davx5://ann:{}@cal.example.com/kalends/\"", secret.replace('-', "%2D")));
    let profile = [("token", token.as_str()), ("label", "phone"), ("secret", &secret)];
    let profile = browser.post("/profile", &profile).await.is(200);
    profile
        .says("<string>cal.example.com</string>")
        .says("<integer>443</integer>")
        .says("<string>/kalends/principals/ann/</string>")
        .says("<key>CalDAVUseSSL</key><true/>");
    browser
        .get("/connect")
        .await
        .is(200)
        .says("https://cal.example.com/kalends/calendars/ann/")
        .says_not("not encrypted");
    let gone = browser.post("/revoke", &[("token", &token), ("label", "phone")]).await.is(303);
    assert_eq!(gone.header("location"), "app-passwords");
    browser.post("/sign-out", &[("token", &token)]).await.is(303);
    browser.get("/").await.is(200).says("<h1>Sign in</h1>");
    assert!(browser.cookies.iter().all(|(name, _)| name.ends_with("-visitor")), "{:?}", browser.cookies);
    Browser::new(&scene).get("/").await.is(404).says("all paths begin with /kalends/");
}

/// What a stranger says of themselves does not make the page speak of another host, or of TLS.
#[tokio::test]
async fn a_page_believes_no_stranger() {
    let scene = Scene::open().await;
    let mut browser = Browser { added: ADDED, ..Browser::new(&scene) };
    browser.sign_in().await;
    assert!(browser.cookies.iter().all(|(name, _)| !name.starts_with("__")), "{:?}", browser.cookies);
    browser
        .get("/connect")
        .await
        .is(200)
        .says(&format!("<code>{}/</code>", scene.host()))
        .says_not("cal.example.com");
}
