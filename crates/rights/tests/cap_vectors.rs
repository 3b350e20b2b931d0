//! The test vectors of RFC 4324's predefined rights (4.2.2), as far as they ask for nothing finer than kinds, classes and
//! methods. The numbers are those of our working specification of CAP, section 5.5: calendar `alice`, who owns it; bob is an
//! attendee in her realm, carol is somebody else's.

use ical::ComponentKind;
use ical::value::Method;
use rights::{Asker, Facts, Judge, Permission, Restriction, Rule, Scope, Sight, Who, predefined};

type Name = &'static str;

const ALICE: Asker<'static, Name> = Asker { principal: Some("alice"), groups: &[], is_owner: true };
const BOB: Asker<'static, Name> = Asker { principal: Some("bob"), groups: &[], is_owner: false };
const CAROL: Asker<'static, Name> = Asker { principal: Some("carol"), groups: &[], is_owner: false };
const ANONYMOUS: Asker<'static, Name> = Asker { principal: None, groups: &[], is_owner: false };

fn event() -> Facts {
    Facts { kind: ComponentKind::Event, is_public: true, method: None }
}

fn message(method: Method<'static>) -> Facts {
    Facts { method: Some(method), ..event() }
}

/// READBUSYTIMEINFO, REQUESTONLY and an ordinary DEFAULTOWNER.
fn standing() -> Vec<Rule<Name>> {
    let request_only = Rule::grant("REQUESTONLY", Who::SignedIn, [Permission::Create], [Scope::Objects]);
    let owner = predefined::default_owner();
    vec![
        predefined::read_busy_time_info(),
        Rule { restrictions: vec![Restriction::Method(Method::Request)], ..request_only },
        Rule { is_decreed: false, ..owner },
    ]
}

fn judged(rules: &[Rule<Name>], asker: &Asker<'_, Name>) -> Judge<Name> {
    Judge::new(rules.to_vec(), asker)
}

fn with(rule: Rule<Name>) -> Vec<Rule<Name>> {
    let mut rules = standing();
    rules.push(rule);
    rules
}

fn deny_rules() -> Rule<Name> {
    Rule::deny("No CAR At All", Who::Anyone, Permission::ALL, [Scope::Rules])
}

#[test]
fn r1_the_owner_sees_all() {
    let rules = standing();
    let judge = judged(&rules, &ALICE);
    assert_eq!(judge.sight(&event()), Sight::Whole);
    assert_eq!(judge.sight_of_kind(ComponentKind::Event), Some(Sight::Whole));
}

#[test]
fn r2_another_sees_no_object() {
    let rules = standing();
    let judge = judged(&rules, &BOB);
    assert_eq!(judge.sight(&event()), Sight::Nothing);
    assert_eq!(judge.sight_of_kind(ComponentKind::Event), Some(Sight::Nothing));
    assert!(!judge.knows());
}

#[test]
fn r3_free_busy_is_for_who_has_signed_in() {
    let rules = standing();
    assert!(judged(&rules, &CAROL).may(Permission::Search, Scope::FreeBusy));
    assert!(!judged(&rules, &ANONYMOUS).may(Permission::Search, Scope::FreeBusy));
    // The RFC's own text has GRANT:*.
    let rules = with(Rule { who: Who::Anyone, ..predefined::read_busy_time_info() });
    assert!(judged(&rules, &ANONYMOUS).may(Permission::Search, Scope::FreeBusy));
}

#[test]
fn r4_r5_others_may_only_request() {
    let rules = standing();
    let carol = judged(&rules, &CAROL);
    assert!(carol.may_create(&message(Method::Request)));
    assert!(!carol.may_create(&message(Method::Cancel)));
    assert!(!carol.may_create(&event()));
    assert!(!carol.may_ever(Permission::Create, Scope::Rules));
    assert!(carol.may_ever(Permission::Create, Scope::Objects));
    assert!(!carol.may(Permission::Create, Scope::Objects));
}

#[test]
fn r6_the_owner_may_request_too() {
    assert!(judged(&standing(), &ALICE).may_create(&message(Method::Request)));
}

#[test]
fn r11_r12_without_a_rule_there_is_nothing() {
    let rules = standing();
    assert!(!judged(&rules, &ANONYMOUS).may_ever(Permission::Modify, Scope::All));
    assert!(!judged(&rules, &BOB).may_delete(&event()));
    assert!(!judged(&rules, &BOB).may_ever(Permission::Delete, Scope::All));
}

/// R13 grants DTSTART and DTEND of events: what we call their times.
#[test]
fn r13_times_without_words() {
    let rules = with(Rule::grant("times", Who::Principal("bob"), [Permission::Search], [Scope::Times]));
    let judge = judged(&rules, &BOB);
    assert_eq!(judge.sight(&event()), Sight::Busy);
    assert_eq!(judge.sight_of_kind(ComponentKind::Event), Some(Sight::Busy));
    assert!(judge.knows());
}

/// R17 denies one event by its UID, which no scope here does: a kind stands for it.
#[test]
fn r17_a_denial_outweighs_ownership_unless_that_is_decreed() {
    let denial = Rule::deny("no", Who::Anyone, [Permission::Search], [Scope::Todos]);
    let todo = Facts { kind: ComponentKind::Todo, ..event() };
    let rules = with(denial.clone());
    let judge = judged(&rules, &ALICE);
    assert_eq!(judge.sight(&todo), Sight::Nothing);
    assert_eq!(judge.sight(&event()), Sight::Whole);
    assert_eq!(judge.sight_of_kind(ComponentKind::Todo), Some(Sight::Nothing));
    let rules = [denial, predefined::default_owner()];
    assert_eq!(judged(&rules, &ALICE).sight(&todo), Sight::Whole);
}

#[test]
fn r18_rules_may_be_denied_alone() {
    let rules = with(deny_rules());
    let judge = judged(&rules, &ALICE);
    assert!(!judge.may_ever(Permission::Search, Scope::Rules));
    assert!(!judge.may_ever(Permission::Create, Scope::Rules));
    assert_eq!(judge.sight(&event()), Sight::Whole);
}

/// R20: what is decreed stays; there is no need to refuse the other rule for it.
#[test]
fn r20_a_decreed_grant_stands() {
    let owner = Rule::grant("read", Who::Owner, [Permission::Search], [Scope::Rules]);
    let rules = [deny_rules(), Rule { is_decreed: true, ..owner }];
    let judge = judged(&rules, &ALICE);
    assert!(judge.may(Permission::Search, Scope::Rules));
    assert!(!judge.may(Permission::Modify, Scope::Rules));
}

#[test]
fn r21_who_is_in_a_group_has_what_it_has() {
    let rules = with(Rule::grant("staff", Who::Principal("staff"), [Permission::Search], [Scope::Times]));
    let member = Asker { groups: &["staff"], ..BOB };
    assert_eq!(judged(&rules, &member).sight(&event()), Sight::Busy);
    assert_eq!(judged(&rules, &BOB).sight(&event()), Sight::Nothing);
}

#[test]
fn r22_what_is_public() {
    let rules = with(Rule::grant("public", Who::Principal("bob"), [Permission::Search], [Scope::Public]));
    let judge = judged(&rules, &BOB);
    assert_eq!(judge.sight(&event()), Sight::Whole);
    assert_eq!(judge.sight(&Facts { is_public: false, ..event() }), Sight::Nothing);
    assert_eq!(judge.sight_of_kind(ComponentKind::Event), None);
}

/// RFC 4324 9.3: only the owner and an administrator set rights.
#[test]
fn an_administrator_of_rules_sees_no_event() {
    let rules = with(Rule::grant("some-id-3", Who::Principal("admin"), Permission::ALL, [Scope::Rules]));
    let admin = Asker { principal: Some("admin"), groups: &[], is_owner: false };
    let judge = judged(&rules, &admin);
    assert!(Permission::ALL.into_iter().all(|permission| judge.may(permission, Scope::Rules)));
    assert_eq!(judge.sight(&event()), Sight::Nothing);
}
