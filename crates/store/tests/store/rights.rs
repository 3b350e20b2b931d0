//! Rules of rights: where they stand, whom they name, and what has to stay so.

use rights::{Permission, Restriction, Rule, Scope, Who, predefined};
use store::{Clash, Container, Effect, Error, Expect, PrincipalId, PrincipalKind, Profile, State};

use crate::scene::{Scene, settings};

fn make(scene: &Scene, name: &str) -> PrincipalId {
    let profile = Profile {
        kind: PrincipalKind::Individual,
        name: Some(name.to_owned()),
        display: None,
        addresses: Vec::new(),
        state: State::Active,
    };
    scene.apply(vec![Effect::MakePrincipal(profile)]).unwrap().principals[0]
}

fn read(who: Who<PrincipalId>) -> Rule<PrincipalId> {
    Rule::grant("SHARED", who, [Permission::Search], [Scope::Objects, Scope::Settings])
}

fn add(scene: &Scene, container: Container, rule: Rule<PrincipalId>) {
    scene.apply(vec![Effect::AddRule { container, rule }]).unwrap();
}

fn at(scene: &Scene, container: Container) -> Vec<Rule<PrincipalId>> {
    scene.snapshot().rules(container).unwrap().into_iter().map(|standing| standing.rule).collect()
}

const HOME: Container = Container::Home(PrincipalId::OWNER);

#[test]
fn a_home_has_the_rule_that_is_there_from_the_start() {
    let scene = Scene::new();
    assert_eq!(at(&scene, HOME), [predefined::read_busy_time_info()]);
    assert_eq!(at(&scene, Container::Calendar(scene.work)), []);
}

#[test]
fn a_rule_comes_back_as_it_was_written() {
    let scene = Scene::new();
    let ben = make(&scene, "ben");
    let work = Container::Calendar(scene.work);
    let method = Restriction::Method(ical::value::Method::Request);
    let rules = [
        read(Who::Principal(ben)),
        Rule::deny("a name with blanks", Who::Anyone, Permission::ALL, [Scope::Rules]),
        Rule { restrictions: vec![method], ..read(Who::SignedIn) },
        Rule { is_decreed: true, ..read(Who::Owner) },
        Rule::grant("", Who::Unauthenticated, [Permission::Search], Scope::EACH.iter().copied()),
    ];
    for rule in &rules {
        add(&scene, work, rule.clone());
    }
    assert_eq!(at(&scene, work), rules);
    let calendar = scene.snapshot().calendar(scene.work).unwrap().unwrap();
    let standing = scene.snapshot().rules_for(&calendar).unwrap();
    let containers: Vec<Container> = standing.iter().map(|standing| standing.container).collect();
    assert_eq!(containers, [HOME, work, work, work, work, work], "those of the home stand for it, too");
}

#[test]
fn each_change_of_what_stands_for_a_calendar_counts() {
    let scene = Scene::new();
    let other =
        scene.apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("other") }]);
    let other = other.unwrap().made[0];
    let versions =
        || [scene.work, other].map(|id| scene.snapshot().calendar(id).unwrap().unwrap().rights_version);
    assert_eq!(versions(), [1, 1]);
    add(&scene, Container::Calendar(other), read(Who::SignedIn));
    assert_eq!(versions(), [1, 2]);
    add(&scene, HOME, read(Who::SignedIn));
    assert_eq!(versions(), [2, 3]);
    let rule = scene.snapshot().rules(HOME).unwrap()[0].id;
    scene.apply(vec![Effect::RemoveRule(rule)]).unwrap();
    assert_eq!(versions(), [3, 4]);
    let again = scene.apply(vec![Effect::RemoveRule(rule)]);
    assert!(matches!(again, Err(Error::Conflict(Clash::Rule))));
    let stale = Expect::Rights { calendar: other, version: 3 };
    let refused = scene.expecting(stale, vec![scene.event("1", "Tea")]);
    assert!(matches!(refused, Err(Error::Conflict(Clash::Rights(calendar))) if calendar == other));
    let fresh = Expect::Rights { calendar: other, version: 4 };
    scene.expecting(fresh, vec![scene.event("1", "Tea")]).unwrap();
}

#[test]
fn the_calendars_that_name_somebody_are_found_by_index() {
    let scene = Scene::new();
    let (ann, ben) = (make(&scene, "ann"), make(&scene, "ben"));
    let calendar = |home, segment| {
        scene.apply(vec![Effect::MakeCalendar { home, settings: settings(segment) }]).unwrap().made[0]
    };
    let (tea, trips) = (calendar(ann, "tea"), calendar(ann, "trips"));
    let naming = || {
        let found = scene.snapshot().calendars_naming(ben).unwrap().into_iter();
        found.map(|calendar| calendar.id).collect::<Vec<_>>()
    };
    assert_eq!(naming(), []);
    add(&scene, Container::Calendar(scene.work), read(Who::Principal(ben)));
    add(&scene, Container::Calendar(trips), read(Who::SignedIn));
    assert_eq!(naming(), [scene.work]);
    add(&scene, Container::Home(ann), read(Who::Principal(ben)));
    add(&scene, Container::Calendar(tea), read(Who::Principal(ben)));
    assert_eq!(naming(), [scene.work, tea, trips]);
    if engines::is_postgres() {
        return;
    }
    let plan = "EXPLAIN QUERY PLAN SELECT calendar.id FROM rule JOIN calendar ON calendar.home = rule.home \
                WHERE rule.principal = 1";
    let raw = scene.raw();
    let mut plan = raw.prepare(plan).unwrap();
    let steps = plan.query_map([], |row| row.get::<_, String>(3)).unwrap().map(Result::unwrap);
    let steps: Vec<String> = steps.collect();
    assert!(steps.iter().all(|step| step.starts_with("SEARCH")), "{steps:?}");
}
