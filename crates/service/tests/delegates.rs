//! Delegates: who acts for somebody, as rules say it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::Timestamp;
use rights::{Permission, Rule, Scope, Who};
use service::{
    Actor, Credentials, Delegation, Error, Names, Newcomer, Options, Refusal, Right, Secret, Service,
};
use store::{Calendar, Collection, Container, PrincipalId, PrincipalKind, Waiting};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_772_438_400);

/// Ann and others; the first owns the store.
const NAMES: [&str; 4] = ["ann", "ben", "carol", "dan"];

struct Scene {
    _folder: TempDir,
    service: Service,
}

impl Scene {
    fn open(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(folder.path(), Waiting::never());
        let service = Service::new(store, || NOW, Names::by_chance(), options);
        for name in NAMES {
            let (password, addresses) = (Secret::new(name), [format!("{name}@example.com")]);
            let kind = PrincipalKind::Individual;
            let addresses = addresses.as_slice();
            let newcomer = Newcomer { kind, name, display: None, addresses, password: Some(&password) };
            service.keeper().make_principal(&newcomer).unwrap();
        }
        Self { _folder: folder, service }
    }

    fn id(&self, name: &str) -> PrincipalId {
        self.service.keeper().principal(name).unwrap().id
    }

    fn sign_in(&self, name: &str) -> Actor<'_> {
        let secret = Secret::new(name);
        self.service.sign_in(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
    }

    /// Ann says who acts for her.
    fn set(&self, delegation: Delegation, names: &[&str]) -> Result<(), Error> {
        let members: Vec<_> = names.iter().map(|name| self.id(name)).collect();
        self.sign_in("ann").set_delegates(self.id("ann"), delegation, &members, "set")
    }

    /// Those who act for Ann.
    fn delegates(&self) -> Vec<(String, Delegation)> {
        let found = self.sign_in("ann").delegates(self.id("ann")).unwrap();
        found.into_iter().map(|(who, delegation)| (who.profile.name.unwrap(), delegation)).collect()
    }

    fn of_messages(&self, collection: Collection) -> Calendar {
        let both = self.sign_in("ann").collections_of_messages(self.id("ann")).unwrap();
        both.into_iter().find(|one| one.collection == collection).unwrap()
    }

    /// How many rules name somebody in Ann's home, and where her messages are.
    fn rules_naming(&self, name: &str) -> usize {
        let (keeper, who) = (self.service.keeper(), Who::Principal(self.id(name)));
        let boxes = [Collection::Inbox, Collection::Outbox]
            .map(|which| Container::Calendar(self.of_messages(which).id));
        let all = [Container::Home(self.id("ann"))].into_iter().chain(boxes);
        all.map(|place| keeper.rules(place).unwrap().iter().filter(|one| one.rule.who == who).count()).sum()
    }
}

fn named(all: &[(&str, Delegation)]) -> Vec<(String, Delegation)> {
    all.iter().map(|(name, delegation)| ((*name).to_owned(), *delegation)).collect()
}

#[test]
fn each_is_in_one_of_both_and_nothing_stays_of_who_is_in_none() {
    let scene = Scene::open(Options::default());
    scene.set(Delegation::Write, &["ben", "carol"]).unwrap();
    scene.set(Delegation::Read, &["dan", "carol"]).unwrap();
    assert_eq!(
        scene.delegates(),
        named(&[("ben", Delegation::Write), ("carol", Delegation::Read), ("dan", Delegation::Read)])
    );
    assert_eq!(scene.rules_naming("carol"), 1);
    scene.set(Delegation::Write, &[]).unwrap();
    assert_eq!(scene.rules_naming("ben"), 0);
    let for_ = scene.sign_in("dan").acts_for().unwrap();
    assert_eq!(for_.iter().map(|one| one.1).collect::<Vec<_>>(), [Delegation::Read]);
    assert_eq!(scene.sign_in("ben").acts_for().unwrap(), []);
    // To say the same again changes nothing, and nobody acts for themselves.
    let before = scene.service.keeper().rules(Container::Home(scene.id("ann"))).unwrap();
    scene.set(Delegation::Read, &["dan", "carol", "ann"]).unwrap();
    assert_eq!(scene.service.keeper().rules(Container::Home(scene.id("ann"))).unwrap(), before);
}

/// Whoever may read or write all of a home reads for its owner; to write for them is to send, too.
#[test]
fn what_is_granted_in_another_way_is_told_as_what_it_is() {
    let scene = Scene::open(Options::default());
    let (home, ben) = (scene.id("ann"), Who::Principal(scene.id("ben")));
    let share = |right| scene.service.keeper().share(Container::Home(home), ben, right, "shared").unwrap();
    share(Some(Right::Busy));
    assert_eq!(scene.delegates(), []);
    share(Some(Right::Write));
    assert_eq!(scene.delegates(), named(&[("ben", Delegation::Read)]));
    let outbox = Container::Calendar(scene.of_messages(Collection::Outbox).id);
    let entry = Rule::grant("dav:0", ben, [Permission::Create], [Scope::Objects]);
    scene.sign_in("ann").set_rules(outbox, |_| false, &[entry], "may send").unwrap();
    assert_eq!(scene.delegates(), named(&[("ben", Delegation::Write)]));
    // Another right to the home is not another entry of the outbox.
    share(Some(Right::Read));
    assert_eq!(scene.delegates(), named(&[("ben", Delegation::Read)]));
    assert_eq!(scene.rules_naming("ben"), 2);
    scene.set(Delegation::Write, &["ben"]).unwrap();
    share(None);
    assert_eq!(scene.rules_naming("ben"), 0);

    // A denial outweighs it all.
    scene.set(Delegation::Write, &["ben"]).unwrap();
    let denial = Rule::deny("no", ben, [Permission::Search], [Scope::Public]);
    scene.sign_in("ann").set_rules(Container::Home(home), |_| false, &[denial], "no").unwrap();
    assert_eq!(scene.delegates(), []);
    assert_eq!(scene.sign_in("ben").acts_for().unwrap(), []);
}

#[test]
fn nobody_else_says_who_acts_for_somebody_nor_sees_it() {
    let scene = Scene::open(Options::default());
    scene.set(Delegation::Write, &["ben"]).unwrap();
    let home = scene.id("ann");
    let is_refused = |answer: Result<(), Error>| matches!(answer, Err(Error::Refused(Refusal::NoRight)));
    for who in ["ben", "carol"] {
        let actor = scene.sign_in(who);
        assert!(!actor.may_set_delegates(home).unwrap());
        assert!(is_refused(actor.set_delegates(home, Delegation::Read, &[scene.id("carol")], "me, too")));
        assert!(is_refused(actor.delegate(home, scene.id("carol"), Delegation::Write, "me, too")));
        assert!(actor.delegates(home).is_err());
    }
    // Who may set the rules of a home may not set those of its messages.
    let all = Some(Right::All);
    scene
        .service
        .keeper()
        .share(Container::Home(home), Who::Principal(scene.id("carol")), all, "all")
        .unwrap();
    let carol = scene.sign_in("carol");
    assert!(carol.delegate(home, scene.id("dan"), Delegation::Write, "dan, too").is_err());
    carol.delegate(home, scene.id("dan"), Delegation::Read, "dan, too").unwrap();
    assert_eq!(scene.rules_naming("dan"), 1);
}

#[test]
fn more_than_there_may_be_are_refused() {
    let scene = Scene::open(Options { group_members: 2, ..Options::default() });
    scene.set(Delegation::Read, &["ben"]).unwrap();
    let too_many = scene.set(Delegation::Write, &["carol", "dan"]);
    assert!(matches!(too_many, Err(Error::Refused(Refusal::TooMany { most: 2, .. }))), "{too_many:?}");
    assert_eq!(scene.delegates(), named(&[("ben", Delegation::Read)]));
    scene.set(Delegation::Write, &["ben", "carol"]).unwrap();
    assert_eq!(scene.delegates().len(), 2);
}
