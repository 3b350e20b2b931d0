//! REPORT: objects by name, by filter; busy times; principals.

use crate::scene::{Answer, HOME, Scene, event};

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";

async fn report(scene: &Scene, path: &str, name: &str, inside: &str) -> Answer {
    let body = format!("<{name} {SPACES}>{inside}</{name}>");
    scene.ask(&format!("REPORT {path}\nDepth: 1\nContent-Type: application/xml\n\n{body}")).await
}

async fn with_tea_and_milk() -> Scene {
    let scene = Scene::open().await;
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n")).await;
    let weekly = "SUMMARY:Milk\r\nRRULE:FREQ=WEEKLY\r\n";
    scene.put(&format!("{HOME}milk.ics"), &event("milk", "20260303T090000Z", weekly)).await;
    scene
}

#[tokio::test]
async fn objects_are_told_by_their_names() {
    let scene = with_tea_and_milk().await;
    let hrefs = format!(
        "<D:href>{HOME}tea.ics</D:href><D:href>{HOME}none.ics</D:href><D:href>{}{HOME}milk.ics</D:href>\
         <D:href>/calendars/bob/personal/a.ics</D:href><D:href>http://elsewhere.example.com/a</D:href>",
        scene.host()
    );
    let asked = "<D:prop><D:getetag/><C:calendar-data/></D:prop>";
    let told = report(&scene, HOME, "C:calendar-multiget", &format!("{asked}{hrefs}")).await.is(207);
    assert_eq!(told.body.matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(told.body.matches("404 Not Found").count(), 3);
    told.says("SUMMARY:Tea").says("<D:href>http://elsewhere.example.com/a</D:href>");
    report(&scene, HOME, "C:calendar-multiget", asked).await.is(400);
}

#[tokio::test]
async fn objects_are_found_by_when_they_are() {
    let scene = with_tea_and_milk().await;
    let query = |start: &str, end: &str, data: &str| {
        format!(
            "<D:prop><D:getetag/>{data}</D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
             <C:time-range start=\"{start}\" end=\"{end}\"/></C:comp-filter></C:comp-filter></C:filter>"
        )
    };
    let monday = query("20260302T000000Z", "20260303T000000Z", "");
    report(&scene, HOME, "C:calendar-query", &monday).await.is(207).says("tea.ics").says_not("milk.ics");
    let later = query("20270601T000000Z", "20270608T000000Z", "<C:calendar-data/>");
    report(&scene, HOME, "C:calendar-query", &later)
        .await
        .is(207)
        .says("milk.ics")
        .says("SUMMARY:Milk")
        .says_not("tea");
    let expand =
        "<C:calendar-data><C:expand start=\"20260301T000000Z\" end=\"20260320T000000Z\"/></C:calendar-data>";
    let expanded = query("20260301T000000Z", "20260320T000000Z", expand);
    let expanded = report(&scene, HOME, "C:calendar-query", &expanded).await.is(207).says("RECURRENCE-ID");
    assert_eq!(expanded.body.matches("BEGIN:VEVENT").count(), 4);
}

#[tokio::test]
async fn objects_are_found_by_what_they_say() {
    let scene = with_tea_and_milk().await;
    let query = |inside: &str| {
        format!(
            "<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\">{inside}</C:comp-filter></C:filter>"
        )
    };
    let by_summary = "<C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"SUMMARY\"><C:text-match>mil</C:text-match>\
                      </C:prop-filter></C:comp-filter>";
    report(&scene, HOME, "C:calendar-query", &query(by_summary))
        .await
        .is(207)
        .says("milk.ics")
        .says_not("tea.ics");
    let by_uid = by_summary.replace("SUMMARY", "UID").replace("mil", "tea");
    report(&scene, HOME, "C:calendar-query", &query(&by_uid))
        .await
        .is(207)
        .says("tea.ics")
        .says_not("milk.ics");
    let todos = query("<C:comp-filter name=\"VTODO\"/>");
    report(&scene, HOME, "C:calendar-query", &todos).await.is(207).says_not("<D:response>");
    let all = report(&scene, HOME, "C:calendar-query", &query("")).await.is(207);
    all.says("tea.ics").says("milk.ics");
    let tea = format!("{HOME}tea.ics");
    report(&scene, &tea, "C:calendar-query", &query(by_summary)).await.is(207).says_not("<D:response>");
    let odd = query("<C:comp-filter name=\"VEVENT\"><C:x/></C:comp-filter>");
    report(&scene, HOME, "C:calendar-query", &odd).await.is(403).says("supported-filter");
    report(&scene, HOME, "C:calendar-query", "").await.is(403).says("valid-filter");
    let collation = by_summary.replace("<C:text-match>", "<C:text-match collation=\"i;odd\">");
    report(&scene, HOME, "C:calendar-query", &query(&collation)).await.is(403).says("supported-collation");
}

#[tokio::test]
async fn busy_times_are_told_without_what_they_are() {
    let scene = with_tea_and_milk().await;
    let free = "SUMMARY:Free\r\nTRANSP:TRANSPARENT\r\n";
    scene.put(&format!("{HOME}free.ics"), &event("free", "20260302T120000Z", free)).await;
    let range = "<C:time-range start=\"20260302T000000Z\" end=\"20260304T000000Z\"/>";
    let told = report(&scene, HOME, "C:free-busy-query", range).await.is(200);
    assert_eq!(told.header("content-type"), "text/calendar; charset=utf-8");
    let told = told.says("20260302T090000Z/20260302T093000Z").says("20260303T090000Z/20260303T093000Z");
    told.says_not("T120000Z").says_not("Tea");
    report(&scene, "/calendars/ann/", "C:free-busy-query", range).await.is(403).says("supported-report");
}

#[tokio::test]
async fn people_are_found_and_expanded() {
    let scene = Scene::open().await;
    let search = "<D:property-search><D:prop><D:displayname/></D:prop><D:match>BO</D:match></D:property-search>\
                  <D:prop><D:displayname/></D:prop>";
    let found = scene.ask(&format!("REPORT /principals/\nDepth: 0\n\n<D:principal-property-search {SPACES}>{search}</D:principal-property-search>")).await;
    found.is(207).says("<D:href>/principals/bob/</D:href>").says_not("/principals/ann/");
    // As PyPI `caldav` asks for all: from where it signed in, for no text, with what it wants beside DAV:prop.
    let all = "<D:prop/><C:calendar-home-set/><D:displayname/>";
    let all = scene
        .ask(&format!(
            "REPORT /\n\n<D:principal-property-search {SPACES}>{all}</D:principal-property-search>"
        ))
        .await;
    all.is(207)
        .says("<C:calendar-home-set><D:href>/calendars/ann/</D:href>")
        .says("<D:displayname>bob</D:displayname>");
    let me = scene
        .ask(&format!(
            "REPORT /principals/\nDepth: 0\n\n<D:principal-match {SPACES}><D:self/></D:principal-match>"
        ))
        .await;
    me.is(207).says("/principals/ann/").says_not("/principals/bob/");
    let set = scene
        .ask(&format!("REPORT /principals/\nDepth: 0\n\n<D:principal-search-property-set {SPACES}/>"))
        .await;
    set.is(200).says("<D:displayname/>");
    let expand = "<D:property name=\"current-user-principal\"><D:property name=\"displayname\"/><D:property \
                  name=\"calendar-home-set\" namespace=\"urn:ietf:params:xml:ns:caldav\"/></D:property>";
    let expanded = scene
        .ask(&format!("REPORT /\nDepth: 0\n\n<D:expand-property {SPACES}>{expand}</D:expand-property>"))
        .await;
    let expanded =
        expanded.is(207).says("<D:current-user-principal><D:response><D:href>/principals/ann/</D:href>");
    expanded
        .says("<D:displayname>ann</D:displayname>")
        .says("<C:calendar-home-set><D:href>/calendars/ann/</D:href>");
    let owner = scene.ask(&format!("REPORT {HOME}\nDepth: 0\n\n<D:acl-principal-prop-set {SPACES}><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>")).await;
    owner.is(207).says("/principals/ann/");
}

#[tokio::test]
async fn reports_that_are_none_are_refused() {
    let scene = Scene::open().await;
    report(&scene, HOME, "D:version-tree", "").await.is(403).says("supported-report");
    scene.ask(&format!("REPORT {HOME}")).await.is(400);
    report(
        &scene,
        "/principals/ann/",
        "C:calendar-query",
        "<C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>",
    )
    .await
    .is(403)
    .says("supported-report");
}
