//! Groups that are invited: their members are (RFC 3283 5.1).

use service::{Newcomer, PrincipalKind};

use super::{People, line_of, meeting};

impl People {
    /// Groups of these members, the inner ones first.
    fn with_groups(&self, groups: &[(&str, &[&str])]) {
        self.0.keep(|service| {
            for (name, _) in groups {
                let addresses = [format!("{name}@example.com")];
                let (kind, addresses) = (PrincipalKind::Group, addresses.as_slice());
                let newcomer = Newcomer { kind, name, display: None, addresses, password: None };
                service.keeper().make_principal(&newcomer).unwrap();
            }
        });
        groups.iter().for_each(|(name, members)| self.regroup(name, members, &[]));
    }

    fn regroup(&self, group: &str, in_: &[&str], out: &[&str]) {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        self.0
            .keep(|service| service.keeper().set_members(group, &names(in_), &names(out)).map(drop).unwrap());
    }
}

/// Who is listed in a text, in order, each with whether it is through a group.
fn listed(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with("ATTENDEE"));
    let mut names: Vec<String> = lines
        .map(|line| {
            let (head, address) = line.rsplit_once(":mailto:").unwrap();
            let name = address.trim_end_matches("@example.com");
            let through = if head.contains("MEMBER=") { " through" } else { "" };
            format!("{name}{through}")
        })
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn each_member_is_invited_and_answers_for_themselves() {
    let people = People::open().await;
    people.with_groups(&[("inner", &["dan", "bob"]), ("team", &["ann", "bob", "cat", "inner"])]);
    // Cat is invited by herself, too; Ann invites; Bob is in both groups.
    people.put("ann", "tea.ics", &meeting("tea", &["team", "cat"], "")).await.is(201);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(listed(&of_ann), ["bob through", "cat", "dan through", "team"], "{of_ann}");
    let of_bob = line_of(&of_ann, "bob");
    for wanted in
        ["CUTYPE=INDIVIDUAL", "MEMBER=\"mailto:team@example.com\"", "RSVP=TRUE", "SCHEDULE-STATUS=1.2"]
    {
        assert!(of_bob.contains(wanted), "{wanted}: {of_bob}");
    }
    assert!(line_of(&of_ann, "team").contains("CUTYPE=GROUP"), "{of_ann}");
    for who in ["bob", "cat", "dan"] {
        assert_eq!(people.methods(who).await, ["REQUEST"], "{who}");
        assert!(people.copy(who, "tea.ics").await.contains("SUMMARY:Tea"), "{who}");
    }
    // The group's own calendar gets nothing, nor does its inbox.
    people.0.keep(|service| {
        let keeper = service.keeper();
        let team = keeper.principal("team").unwrap().id;
        for calendar in keeper.calendars_in(team).unwrap() {
            assert_eq!(keeper.page(calendar.id, None, 9).unwrap().len(), 0);
        }
    });

    people.answer("bob", "tea.ics", "ACCEPTED").await;
    people.answer("dan", "tea.ics", "DECLINED").await;
    let of_ann = people.copy("ann", "tea.ics").await;
    assert!(line_of(&of_ann, "bob").contains("PARTSTAT=ACCEPTED"), "{of_ann}");
    assert!(line_of(&of_ann, "dan").contains("PARTSTAT=DECLINED"), "{of_ann}");
    people.delete("ann", "tea.ics").await.is(204);
    for who in ["bob", "cat"] {
        assert!(people.copy(who, "tea.ics").await.contains("STATUS:CANCELLED"), "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_is_invited_and_who_leaves_is_called_off() {
    let people = People::open().await;
    people.with_groups(&[("team", &["bob", "cat", "dan"])]);
    people.put("ann", "tea.ics", &meeting("tea", &["team", "cat"], "")).await.is(201);
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    people.regroup("team", &["eve"], &["dan", "cat"]);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(listed(&of_ann), ["bob through", "cat", "eve through", "team"], "{of_ann}");
    assert!(line_of(&of_ann, "bob").contains("PARTSTAT=ACCEPTED"), "{of_ann}");
    assert_eq!(people.methods("eve").await, ["REQUEST"]);
    assert_eq!(people.methods("dan").await, ["REQUEST", "CANCEL"]);
    assert_eq!(people.methods("bob").await, ["REQUEST", "REQUEST"]);
    assert_eq!(people.methods("cat").await, ["REQUEST", "REQUEST"], "she is invited by herself");
    assert!(people.copy("dan", "tea.ics").await.contains("STATUS:CANCELLED"));
    people.answer("eve", "tea.ics", "TENTATIVE").await;

    // A client that knows of no members writes back what it wrote first: nobody is called off, and answers stand.
    let text = meeting("tea", &["team", "cat"], "").replace("SUMMARY:Tea", "SUMMARY:Green tea");
    people.put("ann", "tea.ics", &text).await.is(204);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(listed(&of_ann), ["bob through", "cat", "eve through", "team"], "{of_ann}");
    for (who, answer) in [("bob", "ACCEPTED"), ("eve", "TENTATIVE")] {
        assert!(line_of(&of_ann, who).contains(&format!("PARTSTAT={answer}")), "{of_ann}");
    }
    assert_eq!(people.methods("dan").await, ["REQUEST", "CANCEL"]);

    // One that writes all lines back without MEMBER, and one that does with the line of somebody who has left meanwhile.
    let before = people.copy("ann", "tea.ics").await;
    let member = ";MEMBER=\"mailto:team@example.com\"";
    let words = [("Green tea", "Tea"), (&*format!("INDIVIDUAL{member}"), "INDIVIDUAL")];
    people.change("ann", "tea.ics", &words).await.is(204);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(listed(&of_ann), ["bob through", "cat", "eve through", "team"], "{of_ann}");
    people.regroup("team", &["dan"], &["eve"]);
    people.put("ann", "tea.ics", &before).await.is(204);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(listed(&of_ann)[..3], ["bob through", "cat", "dan through"], "{of_ann}");

    // Without the group's line those who came through it go; who is invited by themselves stays.
    let without: String = of_ann
        .lines()
        .filter(|line| !line.ends_with("mailto:team@example.com"))
        .map(|line| format!("{line}\r\n"))
        .collect();
    people.put("ann", "tea.ics", &without).await.is(204);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert!(!of_ann.contains("MEMBER=") && listed(&of_ann).contains(&"cat".to_owned()), "{of_ann}");
    assert!(people.copy("bob", "tea.ics").await.contains("STATUS:CANCELLED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_has_its_own_list() {
    let people = People::open().await;
    people.with_groups(&[("team", &["bob", "dan"])]);
    let series = meeting("tea", &["team"], "RRULE:FREQ=DAILY;COUNT=5\r\n");
    people.put("ann", "tea.ics", &series).await.is(201);
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    // At one time all come and Eve as well; at another one Eve alone.
    let instance = |day: u8, guests: &[&str]| {
        let text = meeting("tea", guests, &format!("RECURRENCE-ID:202603{day:02}T160000Z\r\n"));
        let text = text.replace("DTSTART:20260302", &format!("DTSTART:202603{day:02}"));
        let start = text.find("BEGIN:VEVENT").unwrap();
        text[start..].replace("END:VCALENDAR\r\n", "")
    };
    let both = format!("{}{}END:VCALENDAR", instance(3, &["team", "eve"]), instance(4, &["eve"]));
    people.put("ann", "tea.ics", &series.replace("END:VCALENDAR", &both)).await.is(204);
    let of_ann = people.copy("ann", "tea.ics").await;
    let parts: Vec<&str> = of_ann.split("BEGIN:VEVENT").skip(1).collect();
    let lists: Vec<Vec<String>> = parts.iter().map(|part| listed(part)).collect();
    let all = ["bob through", "dan through", "team"];
    assert_eq!(
        lists,
        [all.to_vec(), vec!["bob through", "dan through", "eve", "team"], vec!["eve"]],
        "{of_ann}"
    );
    assert!(line_of(parts[1], "bob").contains("ACCEPTED"), "{of_ann}");
    assert!(people.copy("dan", "tea.ics").await.contains("EXDATE:20260304T160000Z"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nobodys_group_stays_as_it_is() {
    let people = People::open().await;
    people.with_groups(&[("team", &["bob"]), ("empty", &[])]);
    let text = meeting("tea", &["empty"], "").replace(
        "ATTENDEE:",
        "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:team@example.com\r\n\
         ATTENDEE;MEMBER=\"mailto:list@elsewhere.example\":mailto:eve@example.com\r\nATTENDEE:",
    );
    people.put("ann", "tea.ics", &text).await.is(201);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(listed(&of_ann), ["empty", "eve through", "team"], "{of_ann}");
    assert_eq!(people.methods("bob").await, [""; 0]);
    people.change("ann", "tea.ics", &[("Tea", "Coffee")]).await.is(204);
    assert!(people.copy("ann", "tea.ics").await.contains("MEMBER=\"mailto:list@elsewhere.example\""));
}
