//! Who is answered at all.

use crate::scene::{HOME, Scene};

#[tokio::test]
async fn nobody_is_answered_who_has_not_signed_in() {
    let scene = Scene::open().await;
    for authorization in
        [None, Some("Basic x"), Some("Basic YW5u"), Some("Digest username=\"ann\""), Some("Bearer x")]
    {
        for request in [format!("GET {HOME}"), "OPTIONS /".to_owned(), "PROPFIND /\nDepth: 0".to_owned()] {
            let asked = scene.send(authorization, &request).await.is(401);
            assert_eq!(asked.header("www-authenticate"), "Basic realm=\"Kalends\", charset=\"UTF-8\"");
        }
    }
    scene.ask_as("ann:wrong", "PROPFIND /\nDepth: 0").await.is(401);
    scene.ask_as("nobody:secret of ann", "PROPFIND /\nDepth: 0").await.is(401);
    scene.ask("PROPFIND /\nDepth: 0").await.is(207);
}
