//! OPTIONS, methods that nobody knows, and what is open to all.

use crate::scene::{HOME, Scene, basic};

#[tokio::test]
async fn what_is_spoken_is_told() {
    let scene = Scene::open().await;
    let told = scene.ask(&format!("OPTIONS {HOME}")).await.is(204);
    for class in ["1", "2", "3", "access-control", "calendar-access", "extended-mkcol"] {
        assert!(told.header("dav").split(", ").any(|one| one == class), "{told:?}");
    }
    for method in ["PROPFIND", "REPORT", "MKCALENDAR", "LOCK"] {
        assert!(told.header("allow").contains(method), "{told:?}");
    }
    scene.ask("OPTIONS *").await.is(204);
    // Before anybody has signed in it is told, too, and where nothing is.
    for (who, path, status) in [(None, "/", 401), (Some(basic("ann:secret of ann")), "/none/", 404)] {
        let told = scene.send(who.as_deref(), &format!("OPTIONS {path}")).await.is(status);
        assert!(told.header("dav").contains("calendar-access"), "{told:?}");
    }
    assert_eq!(scene.send(None, "PROPFIND /").await.is(401).header("dav"), "");
    scene.ask(&format!("BREW {HOME}")).await.is(501);
    let not_here = scene.ask("PUT /principals/ann/\n\nx").await.is(405);
    assert!(not_here.header("allow").contains("PROPFIND"));
}

#[tokio::test]
async fn some_things_are_open_to_all() {
    let scene = Scene::open().await;
    scene.send(None, "GET /healthz").await.is(200);
    scene.send(None, "GET /readyz").await.is(200);
    let found = scene.send(None, "PROPFIND /.well-known/caldav").await.is(301);
    assert_eq!(found.header("location"), "/");
}
