//! PUT and POST.

use crate::scene::{HOME, Scene, event};

#[tokio::test]
async fn the_octets_that_were_put_are_those_that_are_got() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let text = event("tea", "20260302T090000Z", "SUMMARY:Tea\r\nX-ODD;X-P=\"a,b\":  as it came \r\n");
    let tag = scene.put(&path, &text).await;
    let got = scene.ask(&format!("GET {path}")).await.is(200);
    assert_eq!(got.body, text);
    assert_eq!(got.header("etag"), tag);
    assert_eq!(got.header("content-type"), "text/calendar; charset=utf-8; component=vevent");
    assert_eq!(got.header("content-length"), text.len().to_string());
}

#[tokio::test]
async fn conditions_hold_or_nothing_is_written() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let put = |headers: &str, summary: &str| {
        let text = event("tea", "20260302T090000Z", &format!("SUMMARY:{summary}\r\n"));
        format!("PUT {path}\nContent-Type: text/calendar; charset=utf-8\n{headers}\n{text}")
    };
    scene.ask(&put("If-Match: *\n", "None")).await.is(412);
    let first = scene.ask(&put("If-None-Match: *\n", "One")).await.is(201).header("etag").to_owned();
    scene.ask(&put("If-None-Match: *\n", "Two")).await.is(412);
    let second =
        scene.ask(&put(&format!("If-Match: {first}\n"), "Two")).await.is(204).header("etag").to_owned();
    assert_ne!(first, second);
    scene.ask(&put(&format!("If-Match: {first}\n"), "Three")).await.is(412);
    scene.ask(&put(&format!("If: ([{first}])\n"), "Three")).await.is(412);
    scene.ask(&put(&format!("If: ([{second}])\n"), "Three")).await.is(204);
    scene.ask(&put("If-Match: x\n", "Four")).await.is(400);
    scene.ask(&format!("GET {path}")).await.says("SUMMARY:Three");
}

#[tokio::test]
async fn what_a_calendar_cannot_keep_is_refused_by_its_name() {
    let scene = Scene::open().await;
    let tea = event("tea", "20260302T090000Z", "");
    scene.put(&format!("{HOME}tea.ics"), &tea).await;
    let put = |name: &str, text: &str| format!("PUT {HOME}{name}\nContent-Type: text/calendar\n\n{text}");
    scene
        .ask(&put("other.ics", &tea))
        .await
        .is(403)
        .says("no-uid-conflict><D:href>/calendars/ann/personal/tea.ics<");
    scene.ask(&put("tea.ics", &tea.replace("UID:tea", "UID:other"))).await.is(403).says("no-uid-conflict");
    scene.ask(&put("a.ics", "no calendar")).await.is(403).says("valid-calendar-data");
    scene
        .ask(&put("a.ics", &tea.replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n")))
        .await
        .is(403)
        .says("valid-calendar-object-resource");
    scene
        .ask(&put("a.ics", &tea.replace("UID:tea\r\n", "")))
        .await
        .is(403)
        .says("valid-calendar-object-resource");
    let two = tea.replace(
        "END:VCALENDAR",
        &event("two", "20260302T090000Z", "")
            .replace("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Door//EN\r\n", ""),
    );
    scene
        .ask(&put("a.ics", &two.replace("END:VCALENDAR\r\nEND:VCALENDAR", "END:VCALENDAR")))
        .await
        .is(403)
        .says("valid-calendar-object-resource");
    let words = format!("PUT {HOME}a.ics\nContent-Type: text/plain\n\nhello");
    scene.ask(&words).await.is(403).says("supported-calendar-data");
    let part = format!("PUT {HOME}a.ics\nContent-Type: text/calendar\nContent-Range: bytes 0-1/2\n\n{tea}");
    scene.ask(&part).await.is(400);
    scene
        .ask(&format!("PUT /calendars/ann/nowhere/a.ics\nContent-Type: text/calendar\n\n{tea}"))
        .await
        .is(409);
    scene
        .ask(&format!("PUT /calendars/bob/personal/a.ics\nContent-Type: text/calendar\n\n{tea}"))
        .await
        .is(409);
    scene.ask(&format!("PUT {HOME}\nContent-Type: text/calendar\n\n{tea}")).await.is(405);
    scene.ask(&format!("GET {HOME}a.ics")).await.is(404);
}

#[tokio::test]
async fn names_of_any_letters_are_one_segment() {
    let scene = Scene::open().await;
    for (at, name) in
        ["a%2Fb.ics", "%252F.ics", "%F0%9F%8D%B5.ics", "a%20b.ics", "x", "a@b.ics"].into_iter().enumerate()
    {
        let path = format!("{HOME}{name}");
        let text = event(&at.to_string(), "20260302T090000Z", "");
        scene.put(&path, &text).await;
        assert_eq!(scene.ask(&format!("GET {path}")).await.is(200).body, text);
        let listed = scene.ask(&format!("PROPFIND {HOME}\nDepth: 1\n\n")).await.is(207);
        listed.says(&format!("<D:href>{path}</D:href>"));
    }
    scene.ask(&format!("GET {HOME}a/b.ics")).await.is(404);
    for name in ["%00.ics", "%2E%2E", "%zz.ics", "a%0Ab.ics", "%FF.ics"] {
        let text = event(name, "20260302T090000Z", "");
        scene.ask(&format!("PUT {HOME}{name}\nContent-Type: text/calendar\n\n{text}")).await.is(400);
    }
}

#[tokio::test]
async fn a_name_is_made_for_what_is_posted() {
    let scene = Scene::open().await;
    let text = event("posted", "20260302T090000Z", "");
    let made = scene.ask(&format!("POST {HOME}\nContent-Type: text/calendar\n\n{text}")).await.is(201);
    assert!(!made.header("etag").is_empty());
    let path = made.header("location").to_owned();
    assert_eq!(scene.ask(&format!("GET {path}")).await.is(200).body, text);
    scene.ask(&format!("POST /calendars/ann/\nContent-Type: text/calendar\n\n{text}")).await.is(405);
}

#[tokio::test]
async fn jcal_and_xcal_are_taken_in_and_given_out() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let tag = scene.put(&path, &event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n")).await;
    let jcal = scene.ask(&format!("GET {path}\nAccept: application/calendar+json")).await.is(200);
    assert_eq!(jcal.header("content-type"), "application/calendar+json");
    assert_ne!(jcal.header("etag"), tag);
    let changed = jcal.body.replace("\"Tea\"", "\"More tea\"");
    let put = format!(
        "PUT {path}\nContent-Type: application/calendar+json\nIf-Match: {}\n\n{changed}",
        jcal.header("etag")
    );
    let written = scene.ask(&put).await.is(204);
    assert_eq!(written.header("etag"), "", "what is kept is not what was sent");
    scene.ask(&format!("GET {path}\nAccept: text/calendar")).await.says("SUMMARY:More tea\r\n");
    let xcal = scene
        .ask(&format!("GET {path}\nAccept: application/calendar+xml"))
        .await
        .is(200)
        .says("<text>More tea</text>");
    let put = format!(
        "PUT {HOME}other.ics\nContent-Type: application/calendar+xml\n\n{}",
        xcal.body.replace(">tea<", ">other<")
    );
    scene.ask(&put).await.is(201);
    scene
        .ask(&format!("PUT {path}\nContent-Type: application/calendar+json\n\n[]"))
        .await
        .is(403)
        .says("valid-calendar-data");
}

#[tokio::test]
async fn the_resource_is_told_where_that_is_preferred() {
    let scene = Scene::open().await;
    let text = event("tea", "20260302T090000Z", "");
    let put =
        format!("PUT {HOME}tea.ics\nContent-Type: text/calendar\nPrefer: return=representation\n\n{text}");
    let made = scene.ask(&put).await.is(201);
    assert_eq!((made.header("preference-applied"), &made.body), ("return=representation", &text));
}
