//! Schedule tags: what stays the same when an answer comes (RFC 6638 3.2.10).

use super::{People, line_of, meeting};

impl People {
    async fn tags(&self, who: &str, name: &str) -> (String, String) {
        let got = self.ask(who, &format!("GET /calendars/{who}/personal/{name}\n")).await.is(200);
        (got.header("schedule-tag").to_owned(), got.header("etag").to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_tag_stays_when_an_answer_comes() {
    let people = People::open().await;
    let put = people.put("ann", "tea.ics", &meeting("tea", &["bob", "cat"], "")).await.is(201);
    let (tag, entity) = people.tags("ann", "tea.ics").await;
    assert_eq!(put.header("schedule-tag"), tag);
    let (of_cat, entity_of_cat) = people.tags("cat", "tea.ics").await;
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    let (since, entity_since) = people.tags("ann", "tea.ics").await;
    assert!(since == tag && entity_since != entity);
    let (of_cat_since, entity_of_cat_since) = people.tags("cat", "tea.ics").await;
    assert!(of_cat_since == of_cat && entity_of_cat_since != entity_of_cat);

    // Another time is another thing to all.
    people.change("ann", "tea.ics", &[("T160000Z", "T170000Z")]).await.is(204);
    assert_ne!(people.tags("ann", "tea.ics").await.0, tag);
    assert_ne!(people.tags("cat", "tea.ics").await.0, of_cat);

    let ask = "PROPFIND /calendars/cat/personal/tea.ics\nDepth: 0\n\n\
               <propfind xmlns='DAV:'><prop><schedule-tag xmlns='urn:ietf:params:xml:ns:caldav'/></prop></propfind>";
    let told = people.tags("cat", "tea.ics").await.0.replace('"', "&quot;");
    let found = people.ask("cat", ask).await.is(207);
    assert!(found.body.contains(&told) || found.body.contains(&told.replace("&quot;", "\"")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_not_heard_of_an_answer_does_not_undo_it() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    let (tag, _) = people.tags("ann", "tea.ics").await;
    let stale = people.copy("ann", "tea.ics").await;
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    let put = |tag: &str, text: &str| {
        format!(
            "PUT /calendars/ann/personal/tea.ics\nContent-Type: text/calendar\nIf-Schedule-Tag-Match: {tag}\n\n{text}"
        )
    };
    people.ask("ann", &put(&tag, &stale.replace("Tea", "Coffee"))).await.is(204);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert!(of_ann.contains("Coffee") && line_of(&of_ann, "bob").contains("ACCEPTED"), "{of_ann}");
    people.ask("ann", &put(&tag, &stale)).await.is(412);

    // With another time all are asked anew, whatever was answered to the old one.
    let (tag, _) = people.tags("ann", "tea.ics").await;
    people.ask("ann", &put(&tag, &stale.replace("T160000Z", "T170000Z"))).await.is(204);
    assert!(!line_of(&people.copy("ann", "tea.ics").await, "bob").contains("ACCEPTED"));
}
