//! Entries to rules and back; what is refused; what rules that are no entries look like.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rights::{Asker, Restriction};

use super::*;

type Name = u8;

fn path(number: Name) -> Href {
    Href::new(["principals", &number.to_string()], true).unwrap()
}

fn known(href: &Href) -> Option<Name> {
    (1..=5).find(|number| path(*number) == *href)
}

fn owner() -> Href {
    path(0)
}

fn home() -> Href {
    Href::new(["calendars", "0"], true).unwrap()
}

fn entry(principal: Whom, is_denied: bool, privileges: &[Privilege]) -> Ace {
    Ace {
        principal,
        is_inverted: false,
        is_denied,
        privileges: privileges.to_vec(),
        is_protected: false,
        inherited: None,
    }
}

fn to_rules(entries: &[Ace]) -> Result<Vec<Rule<Name>>, Precondition> {
    rules(entries, &owner(), known)
}

/// Those that an ACL request may change.
fn back(rules: &[Rule<Name>]) -> Vec<Ace> {
    let rules: Vec<_> = rules.iter().map(|rule| (None, rule.clone())).collect();
    let all = entries(&owner(), &rules, |number| Some(path(number)));
    all.into_iter().filter(|entry| !entry.is_protected).collect()
}

fn whom() -> impl Strategy<Value = Whom> {
    prop_oneof![
        4 => (1_u8..=5).prop_map(|number| Whom::Href(path(number))),
        1 => Just(Whom::All),
        1 => Just(Whom::Authenticated),
        1 => Just(Whom::Unauthenticated),
    ]
}

fn saying() -> impl Strategy<Value = Vec<Privilege>> {
    vec(select(SAYS.map(|says| says.0).to_vec()), 1..4)
}

fn list() -> impl Strategy<Value = Vec<Ace>> {
    let some = || vec((whom(), saying()), 0..4);
    (some(), some()).prop_map(|(denied, granted)| {
        let denied = denied.into_iter().map(|(whom, privileges)| entry(whom, true, &privileges));
        let granted = granted.into_iter().map(|(whom, privileges)| entry(whom, false, &privileges));
        denied.chain(granted).collect()
    })
}

proptest! {
    #[test]
    fn entries_come_back_as_they_were(entries in list()) {
        let rules = to_rules(&entries).unwrap();
        prop_assert_eq!(back(&rules), entries);
    }

    #[test]
    fn rules_come_back_as_they_were(entries in list()) {
        let rules = to_rules(&entries).unwrap();
        prop_assert_eq!(to_rules(&back(&rules)).unwrap(), rules);
    }

    /// RFC 3744 6: an entry after another, a privilege granted or denied with all that it contains; denials come first.
    #[test]
    fn a_judge_says_what_the_list_says(entries in list(), principal in proptest::option::of(1_u8..=5)) {
        let rules = to_rules(&entries).unwrap();
        let asker = Asker { principal, groups: &[], is_owner: false };
        let judge = Judge::new(rules, &asker);
        for says in SAYS {
            let leaves: Vec<Privilege> = SAYS
                .into_iter()
                .map(|says| says.0)
                .filter(|leaf| says.0.contains(*leaf))
                .filter(|leaf| !SAYS.iter().any(|other| other.0 != *leaf && leaf.contains(other.0)) || *leaf == Privilege::Read)
                .collect();
            let is_granted = leaves.iter().all(|leaf| {
                let matches = |entry: &&Ace| {
                    let is_named = match &entry.principal {
                        Whom::Href(href) => principal.is_some() && known(href) == principal,
                        Whom::Authenticated => principal.is_some(),
                        Whom::Unauthenticated => principal.is_none(),
                        _ => true,
                    };
                    let parts = entry.privileges.iter().any(|privilege| {
                        privilege.contains(*leaf) || (entry.is_denied && leaf.contains(*privilege))
                    });
                    is_named && parts
                };
                entries.iter().find(matches).is_some_and(|entry| !entry.is_denied)
            });
            prop_assert_eq!(is_held(&judge, &says), is_granted, "{:?}", says.0);
        }
    }
}

#[test]
fn what_no_rule_says_is_refused_by_its_name() {
    let ben = || Whom::Href(path(1));
    let grant = |privilege| entry(ben(), false, &[privilege]);
    let property = Whom::Property(PropertyName::Known(Property::DisplayName));
    for (entries, expected) in [
        (
            vec![grant(Privilege::Read), entry(ben(), true, &[Privilege::Write])],
            Precondition::DenyBeforeGrant,
        ),
        (vec![Ace { is_inverted: true, ..grant(Privilege::Read) }], Precondition::NoInvert),
        (vec![grant(Privilege::Unlock)], Precondition::NoAbstract),
        (vec![grant(Privilege::ReadCurrentUserPrivilegeSet)], Precondition::NoAbstract),
        (vec![grant(Privilege::ScheduleDeliver)], Precondition::NotSupportedPrivilege),
        (vec![entry(Whom::Href(path(9)), false, &[Privilege::Read])], Precondition::RecognizedPrincipal),
        (vec![entry(property, false, &[Privilege::Read])], Precondition::AllowedPrincipal),
        (vec![entry(Whom::Itself, false, &[Privilege::Read])], Precondition::AllowedPrincipal),
        (vec![entry(Whom::Href(owner()), true, &[Privilege::Write])], Precondition::NoProtectedAceConflict),
        (vec![entry(of_owner(), true, &[Privilege::Read])], Precondition::NoProtectedAceConflict),
    ] {
        assert_eq!(to_rules(&entries), Err(expected), "{entries:?}");
    }
}

#[test]
fn a_rule_that_is_no_entry_is_told_as_far_as_it_can_be_and_stays() {
    let times = [Scope::Times, Scope::FreeBusy, Scope::Settings];
    let request = Restriction::Method(restriction());
    let own = [
        Rule::grant("SHARED", Who::Principal(1), [Permission::Search], times),
        Rule::grant("dav:0", Who::Principal(2), [Permission::Search], [Scope::FreeBusy]),
        Rule::grant("kinds", Who::Principal(3), [Permission::Search], [Scope::Todos]),
        Rule {
            restrictions: vec![request],
            ..Rule::grant("REQUESTONLY", Who::SignedIn, [Permission::Create], [Scope::Objects])
        },
    ];
    let inherited = (Some(home()), rights::predefined::read_busy_time_info());
    let rules: Vec<_> = own.into_iter().map(|rule| (None, rule)).chain([inherited]).collect();
    let found = entries(&owner(), &rules, |number| Some(path(number)));
    let busy = &[Privilege::ReadFreeBusy];
    let expected = [
        Ace { is_protected: true, ..entry(Whom::Href(owner()), false, &[Privilege::All]) },
        Ace { is_protected: true, ..entry(Whom::Href(path(1)), false, busy) },
        entry(Whom::Href(path(2)), false, busy),
        Ace { is_protected: true, inherited: Some(home()), ..entry(Whom::Authenticated, false, busy) },
    ];
    assert_eq!(found, expected);
}

fn restriction() -> ical::value::Method<'static> {
    ical::value::Method::Request
}

#[test]
fn what_one_may_do_oneself() {
    let ben = Asker { principal: Some(1), groups: &[], is_owner: false };
    let of = |permissions: &[Permission], scopes: &[Scope]| {
        let rule = Rule::grant("", Who::SignedIn, permissions.iter().copied(), scopes.iter().copied());
        privileges(&Judge::new([rule], &ben))
    };
    let (read, told) = (Privilege::Read, Privilege::ReadCurrentUserPrivilegeSet);
    let search = [Permission::Search];
    assert_eq!(of(&Permission::ALL, &[Scope::All]), SUPPORTED);
    assert_eq!(of(&search, &[Scope::FreeBusy]), [Privilege::ReadFreeBusy], "the calendar is not seen");
    assert_eq!(of(&search, &[Scope::Times, Scope::Settings]), [read, told], "what is seen stands in");
    assert_eq!(
        of(&search, &[Scope::Objects, Scope::FreeBusy, Scope::Settings]),
        [read, Privilege::ReadFreeBusy, told]
    );
    assert_eq!(of(&[Permission::Modify], &[Scope::Objects]), [read, told, Privilege::WriteContent]);
}

#[test]
fn the_guide_has_the_same_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/sharing.md");
    let page = std::fs::read_to_string(page).unwrap();
    for (privilege, permissions, scopes) in SAYS {
        let permissions: Vec<&str> = permissions.iter().map(|permission| permission.word()).collect();
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        let row = format!(
            "| `{}` | {} | {} |\n",
            privilege.name().local,
            permissions.join(", "),
            scopes.join(", ")
        );
        assert!(page.contains(&row), "{row}");
    }
}
