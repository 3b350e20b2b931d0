//! `sync-collection`.

use crate::scene::{Answer, HOME, Scene, event};

async fn sync(scene: &Scene, token: &str, more: &str) -> Answer {
    let body = format!(
        "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{more}\
         <D:prop><D:getetag/></D:prop></D:sync-collection>"
    );
    scene.ask(&format!("REPORT {HOME}\n\n{body}")).await
}

#[tokio::test]
async fn what_changed_since_a_token_is_told() {
    let scene = Scene::open().await;
    let put = async |name: &str, more: &str| {
        let text = event(name, "20260302T090000Z", more);
        let path = format!("{HOME}{name}.ics");
        scene.ask(&format!("PUT {path}\nContent-Type: text/calendar\n\n{text}")).await;
    };
    put("a", "").await;
    put("b", "").await;
    let first = sync(&scene, "", "").await.is(207).says("a.ics").says("b.ics");
    let token = first.inside("D:sync-token").to_owned();
    sync(&scene, &token, "").await.is(207).says_not("<D:response>");
    put("a", "SUMMARY:Other\r\n").await;
    put("c", "").await;
    scene.ask(&format!("DELETE {HOME}b.ics")).await.is(204);
    let then = sync(&scene, &token, "").await.is(207).says("a.ics").says("c.ics");
    then.says("b.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status>");
    // A state token, too (RFC 6578 5).
    let text = event("d", "20260302T090000Z", "");
    let conditional =
        format!("PUT {HOME}d.ics\nContent-Type: text/calendar\nIf: <{HOME}> (<{token}>)\n\n{text}");
    scene.ask(&conditional).await.is(412);
}

#[tokio::test]
async fn a_client_that_wants_few_comes_again() {
    let scene = Scene::open().await;
    for name in ["a", "b", "c"] {
        scene.put(&format!("{HOME}{name}.ics"), &event(name, "20260302T090000Z", "")).await;
    }
    let limit = "<D:limit><D:nresults>2</D:nresults></D:limit>";
    let first = sync(&scene, "", limit).await.is(207).says("507 Insufficient Storage");
    let first = first.says("number-of-matches-within-limits");
    assert_eq!(first.body.matches("<D:getetag>").count(), 2);
    let rest = sync(&scene, first.inside("D:sync-token"), limit).await.is(207).says_not("HTTP/1.1 507");
    assert_eq!(rest.body.matches("<D:getetag>").count(), 1);
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let scene = Scene::open().await;
    for token in ["data:,x", "http://example.com/", "data:,00-1-1"] {
        sync(&scene, token, "").await.is(403).says("valid-sync-token");
    }
    let deep = "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token/><D:sync-level>infinite</D:sync-level><D:prop/></D:sync-collection>";
    scene.ask(&format!("REPORT {HOME}\n\n{deep}")).await.is(403).says("sync-traversal-supported");
}
