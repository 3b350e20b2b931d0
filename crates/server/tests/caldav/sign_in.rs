//! Who is answered at all.

use crate::scene::{HOME, Scene, event};

#[tokio::test]
async fn nobody_is_answered_who_has_not_signed_in() {
    let scene = Scene::open().await;
    for authorization in
        [None, Some("Basic x"), Some("Basic YW5u"), Some("Digest username=\"ann\""), Some("Bearer x")]
    {
        for request in [format!("GET {HOME}"), "OPTIONS /".to_owned(), "PROPFIND /\nDepth: 0".to_owned()] {
            let asked = scene.send(authorization, &request).await.is(401);
            let is_token = authorization.is_some_and(|shown| shown.starts_with("Bearer"));
            let bearer = if is_token {
                "Bearer realm=\"Kalends\", error=\"invalid_token\""
            } else {
                "Bearer realm=\"Kalends\""
            };
            let told: Vec<_> = asked.headers.get_all("www-authenticate").iter().collect();
            assert_eq!(told, ["Basic realm=\"Kalends\", charset=\"UTF-8\"", bearer]);
        }
    }
    scene.ask_as("ann:wrong", "PROPFIND /\nDepth: 0").await.is(401);
    scene.ask_as("nobody:secret of ann", "PROPFIND /\nDepth: 0").await.is(401);
    scene.ask("PROPFIND /\nDepth: 0").await.is(207);
}

/// A browser shows what it knows of somebody with every form, wherever that stood.
#[tokio::test]
async fn a_form_on_another_site_writes_nothing() {
    let scene = Scene::open().await;
    let post = format!("POST {HOME}\nContent-Type: text/calendar");
    let text = event("tea", "20260302T090000Z", "");
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 201)] {
        scene.ask(&format!("{post}\nSec-Fetch-Site: {site}\n\n{text}")).await.is(status);
    }
}
