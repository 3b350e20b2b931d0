//! LOCK, UNLOCK, and the header If.

use crate::scene::{HOME, Scene, event};

const INFO: &str = "<D:lockinfo xmlns:D=\"DAV:\"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>\
                    <D:owner>Ann's phone</D:owner></D:lockinfo>";

async fn lock(scene: &Scene, path: &str, depth: &str) -> String {
    let made = scene.ask(&format!("LOCK {path}\nDepth: {depth}\nTimeout: Second-100\n\n{INFO}")).await;
    assert!(made.status.is_success(), "{made:?}");
    made.header("lock-token").to_owned()
}

#[tokio::test]
async fn what_is_locked_changes_by_its_token_alone() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let text = event("tea", "20260302T090000Z", "");
    let tag = scene.put(&path, &text).await;
    let token = lock(&scene, &path, "0").await;
    let put = |headers: &str| format!("PUT {path}\nContent-Type: text/calendar\n{headers}\n{text}");
    scene.ask(&put("")).await.is(423).says("lock-token-submitted").says(&path);
    scene.ask(&format!("DELETE {path}")).await.is(423);
    scene.ask(&put("If: (<urn:uuid:other>)\n")).await.is(412);
    scene.ask(&put(&format!("If: ({token})\n"))).await.is(204);
    scene.ask(&put(&format!("If: ({token} [{tag}])\n"))).await.is(204);
    scene.ask(&put(&format!("If: ({token} [\"other\"])\n"))).await.is(412);
    scene.ask(&put(&format!("If: <{path}> ({token})\n"))).await.is(204);
    let told = scene.ask(&format!("PROPFIND {path}\nDepth: 0")).await.is(207);
    told.says("<D:activelock>").says("Ann's phone").says("Second-100");
    scene.ask(&format!("UNLOCK {path}\nLock-Token: <urn:uuid:other>")).await.is(409);
    scene.ask(&format!("UNLOCK {path}\nLock-Token: {token}")).await.is(204);
    scene.ask(&put("")).await.is(204);
}

#[tokio::test]
async fn locks_stand_against_each_other_and_are_refreshed() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    scene.put(&path, &event("tea", "20260302T090000Z", "")).await;
    let token = lock(&scene, &path, "0").await;
    scene.ask(&format!("LOCK {path}\n\n{INFO}")).await.is(423).says("no-conflicting-lock");
    scene.ask(&format!("LOCK {HOME}\n\n{INFO}")).await.is(423);
    scene.ask(&format!("LOCK {path}\nTimeout: Second-50\nIf: ({token})")).await.is(200).says("Second-50");
    scene.ask(&format!("LOCK {path}\nIf: (<urn:uuid:other>)")).await.is(412);
    scene.ask(&format!("LOCK {path}")).await.is(400);
    scene.ask(&format!("LOCK {path}\nDepth: 1\n\n{INFO}")).await.is(400);
    scene.ask(&format!("LOCK /principals/ann/\n\n{INFO}")).await.is(405);
}

#[tokio::test]
async fn a_locked_calendar_gains_and_loses_nothing() {
    let scene = Scene::open().await;
    let text = event("tea", "20260302T090000Z", "");
    scene.put(&format!("{HOME}tea.ics"), &text).await;
    let token = lock(&scene, HOME, "infinity").await;
    let other = event("other", "20260302T090000Z", "");
    let put = |headers: &str| format!("PUT {HOME}other.ics\nContent-Type: text/calendar\n{headers}\n{other}");
    scene.ask(&put("")).await.is(423);
    scene.ask(&format!("DELETE {HOME}tea.ics")).await.is(423);
    scene.ask(&put(&format!("If: <{HOME}> ({token})\n"))).await.is(201);
    scene.ask(&format!("UNLOCK {HOME}tea.ics\nLock-Token: {token}")).await.is(204);
    scene.ask(&format!("DELETE {HOME}tea.ics")).await.is(204);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_kept_for_its_holder() {
    let scene = Scene::open().await;
    let path = format!("{HOME}new.ics");
    let text = event("new", "20260302T090000Z", "");
    let token = lock(&scene, &path, "0").await;
    scene.ask(&format!("PUT {path}\nContent-Type: text/calendar\n\n{text}")).await.is(423);
    scene.ask(&format!("PUT {path}\nContent-Type: text/calendar\nIf: ({token})\n\n{text}")).await.is(201);
}
