//! What holds of all rules: a literal reading of "granted less denied" agrees, order means nothing, a denial never widens.

use std::collections::BTreeSet;

use ical::ComponentKind;
use ical::value::Method;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rights::{Asker, Effect, Facts, Judge, Permission, Restriction, Rule, Scope, Sight, Who};

type Name = u8;

fn who() -> impl Strategy<Value = Who<Name>> {
    let named = (0_u8..4).prop_map(Who::Principal);
    prop_oneof![
        1 => Just(Who::Owner),
        4 => named,
        1 => Just(Who::SignedIn),
        1 => Just(Who::Unauthenticated),
        1 => Just(Who::Anyone),
    ]
}

fn method() -> impl Strategy<Value = Method<'static>> {
    select(vec![Method::Request, Method::Cancel])
}

prop_compose! {
    fn rule()(
        is_grant: bool,
        who in who(),
        permissions in subsequence(Permission::ALL.to_vec(), 1..=4),
        scopes in btree_set(select(Scope::EACH.to_vec()), 1..3),
        restrictions in vec(method().prop_map(Restriction::Method), 0..2),
        is_decreed in prop::bool::weighted(0.2),
    ) -> Rule<Name> {
        let effect = if is_grant { Effect::Grant } else { Effect::Deny };
        let permissions = permissions.into_iter().collect();
        Rule { carid: String::new(), effect, who, permissions, scopes, restrictions, is_decreed }
    }
}

fn rules() -> impl Strategy<Value = Vec<Rule<Name>>> {
    vec(rule(), 0..8)
}

prop_compose! {
    fn asker()(principal in proptest::option::of(0_u8..3), in_group: bool, is_owner: bool) -> Asker<'static, Name> {
        let groups: &[Name] = if in_group && principal.is_some() { &[3] } else { &[] };
        Asker { principal, groups, is_owner: is_owner && principal.is_some() }
    }
}

prop_compose! {
    fn facts()(
        kind in select(vec![ComponentKind::Event, ComponentKind::Todo, ComponentKind::Journal, ComponentKind::Freebusy]),
        is_public: bool,
        method in proptest::option::of(method()),
    ) -> Facts {
        Facts { kind, is_public, method }
    }
}

/// All that can be asked of a judge, as answers that are more the larger they are.
fn answers(rules: &[Rule<Name>], asker: &Asker<'_, Name>, before: &Facts, after: &Facts) -> Vec<u8> {
    let judge = Judge::new(rules.to_vec(), asker);
    let sight = match judge.sight(before) {
        Sight::Nothing => 0,
        Sight::Busy => 1,
        Sight::Whole => 2,
    };
    let mut answers = vec![
        sight,
        judge.may_create(after).into(),
        judge.may_modify(before, after).into(),
        judge.may_delete(before).into(),
        judge.knows().into(),
    ];
    for permission in Permission::ALL {
        for scope in Scope::EACH {
            answers.push(judge.may(permission, *scope).into());
            answers.push(judge.may_ever(permission, *scope).into());
        }
    }
    answers
}

fn is_wider(one: &[u8], other: &[u8]) -> bool {
    one.iter().zip(other).all(|(one, other)| one >= other)
}

/// The parts of an object that a rule covers, by the words of the specification: its times, and the rest.
fn cover(scope: Scope, object: &Facts) -> BTreeSet<&'static str> {
    let is_whole = match scope {
        Scope::All | Scope::Objects => true,
        Scope::Events => object.kind == ComponentKind::Event,
        Scope::Todos => object.kind == ComponentKind::Todo,
        Scope::Journals => object.kind == ComponentKind::Journal,
        Scope::Availability => object.kind == ComponentKind::Availability,
        Scope::Public => object.is_public,
        Scope::Times => {
            let makes_busy = matches!(object.kind, ComponentKind::Event | ComponentKind::Freebusy);
            return if makes_busy { ["times"].into() } else { BTreeSet::new() };
        }
        Scope::FreeBusy | Scope::Settings | Scope::Rules => false,
    };
    if is_whole { ["times", "rest"].into() } else { BTreeSet::new() }
}

/// `parts(perm, o, o')`: granted less denied, an ordinary denial taking nothing from what is decreed.
fn parts(
    rules: &[Rule<Name>],
    asker: &Asker<'_, Name>,
    permission: Permission,
    object: &Facts,
    written: &Facts,
) -> BTreeSet<&'static str> {
    let (mut granted, mut denied) = (BTreeSet::new(), BTreeSet::new());
    let (mut given, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for rule in rules {
        let is_named = match rule.who {
            Who::Owner => asker.is_owner,
            Who::Principal(name) => asker.principal == Some(name) || asker.groups.contains(&name),
            Who::SignedIn => asker.principal.is_some(),
            Who::Unauthenticated => asker.principal.is_none(),
            Who::Anyone => true,
        };
        if !is_named || !rule.permissions.contains(&permission) {
            continue;
        }
        let fits = |Restriction::Method(method): &Restriction| written.method.as_ref() == Some(method);
        let is_writing = matches!(permission, Permission::Create | Permission::Modify);
        if is_writing && !rule.restrictions.is_empty() && !rule.restrictions.iter().any(fits) {
            continue;
        }
        let covered = rule.scopes.iter().flat_map(|scope| cover(*scope, object));
        match (rule.effect, rule.is_decreed) {
            (Effect::Grant, false) => granted.extend(covered),
            (Effect::Deny, false) => denied.extend(covered),
            (Effect::Grant, true) => given.extend(covered),
            (Effect::Deny, true) => taken.extend(covered),
        }
    }
    let ordinary: BTreeSet<_> = granted.difference(&denied).copied().collect();
    given.union(&ordinary).copied().collect::<BTreeSet<_>>().difference(&taken).copied().collect()
}

proptest! {
    #[test]
    fn order_and_repetition_mean_nothing(
        (rules, shuffled) in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())),
        asker in asker(), before in facts(), after in facts(),
    ) {
        let expected = answers(&rules, &asker, &before, &after);
        prop_assert_eq!(&answers(&shuffled, &asker, &before, &after), &expected);
        let twice = [rules, shuffled].concat();
        prop_assert_eq!(&answers(&twice, &asker, &before, &after), &expected);
    }

    #[test]
    fn a_denial_never_widens_and_a_grant_never_narrows(
        rules in rules(), added in rule(), asker in asker(), before in facts(), after in facts(),
    ) {
        let without = answers(&rules, &asker, &before, &after);
        let effect = added.effect;
        let with = answers(&[rules, vec![added]].concat(), &asker, &before, &after);
        let (wide, narrow) = match effect {
            Effect::Grant => (with, without),
            Effect::Deny => (without, with),
        };
        prop_assert!(is_wider(&wide, &narrow), "{wide:?} {narrow:?}");
    }

    #[test]
    fn what_nobody_grants_is_denied(rules in rules(), asker in asker(), before in facts(), after in facts()) {
        let denials: Vec<_> = rules.into_iter().filter(|rule| rule.effect == Effect::Deny).collect();
        let answers = answers(&denials, &asker, &before, &after);
        prop_assert!(answers.iter().all(|answer| *answer == 0));
    }

    #[test]
    fn no_ordinary_rule_narrows_what_is_decreed(
        rules in rules(), asker in asker(), before in facts(), after in facts(),
    ) {
        let decreed: Vec<_> = rules.iter().filter(|rule| rule.is_decreed).cloned().collect();
        let (all, decreed) =
            (answers(&rules, &asker, &before, &after), answers(&decreed, &asker, &before, &after));
        prop_assert!(is_wider(&all, &decreed), "{all:?} {decreed:?}");
    }

    #[test]
    fn a_rule_about_others_changes_nothing(
        rules in rules(), mut added in rule(), asker in asker(), before in facts(), after in facts(),
    ) {
        added.who = Who::Principal(9);
        let expected = answers(&rules, &asker, &before, &after);
        prop_assert_eq!(answers(&[rules, vec![added]].concat(), &asker, &before, &after), expected);
    }

    #[test]
    fn a_grant_to_more_people_is_no_narrower(
        rules in rules(), asker in asker(), permissions in subsequence(Permission::ALL.to_vec(), 1..=4),
        scope in select(Scope::EACH.to_vec()), before in facts(), after in facts(),
    ) {
        let to = |who| {
            let added = Rule::grant("", who, permissions.clone(), [scope]);
            answers(&[rules.clone(), vec![added]].concat(), &asker, &before, &after)
        };
        let (one, signed_in, anyone) = (to(Who::Principal(1)), to(Who::SignedIn), to(Who::Anyone));
        prop_assert!(is_wider(&signed_in, &one));
        prop_assert!(is_wider(&anyone, &signed_in));
    }

    #[test]
    fn a_literal_reading_says_the_same(
        rules in rules(), asker in asker(), before in facts(), after in facts(),
    ) {
        let judge = Judge::new(rules.clone(), &asker);
        let whole = BTreeSet::from(["times", "rest"]);
        let parts = |permission, object: &Facts| parts(&rules, &asker, permission, object, &after);
        let seen = parts(Permission::Search, &before);
        let sight = match (seen.contains("times"), seen.contains("rest")) {
            (true, true) => Sight::Whole,
            (true, false) => Sight::Busy,
            (false, _) => Sight::Nothing,
        };
        prop_assert_eq!(judge.sight(&before), sight);
        prop_assert_eq!(judge.may_create(&after), parts(Permission::Create, &after) == whole);
        prop_assert_eq!(judge.may_delete(&before), parts(Permission::Delete, &before) == whole);
        let may_modify =
            parts(Permission::Modify, &before) == whole && parts(Permission::Modify, &after) == whole;
        prop_assert_eq!(judge.may_modify(&before, &after), may_modify);
    }

    #[test]
    fn what_is_said_of_all_holds_of_each(rules in rules(), asker in asker(), object in facts()) {
        let judge = Judge::new(rules.clone(), &asker);
        if let Some(sight) = judge.sight_of_kind(object.kind) {
            prop_assert_eq!(judge.sight(&object), sight);
        }
        if judge.may(Permission::Create, Scope::Objects) {
            prop_assert!(judge.may_create(&object));
        }
        if judge.may_create(&object) {
            prop_assert!(judge.may_ever(Permission::Create, Scope::Objects));
        }
        for permission in Permission::ALL {
            for scope in Scope::EACH {
                prop_assert!(!judge.may(permission, *scope) || judge.may_ever(permission, *scope));
            }
        }
        if judge.sight(&object) > Sight::Nothing {
            prop_assert!(judge.knows());
        }
    }
}
