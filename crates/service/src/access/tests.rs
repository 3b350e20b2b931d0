//! Who sees and does what in whose calendar, by every way in.

use ical::civil::Timestamp;
use rights::{Permission, Rule, Scope, Who};
use store::{Calendar, Container, PrincipalId, PrincipalKind, State, Tag, Waiting};

use crate::actor::{Actor, Standing};
use crate::{Changed, Error, Import, Keep, Names, Newcomer, Options, Refusal, Right, Service};

const NOW: Timestamp = Timestamp(1_772_438_400);

/// A store in which Ann has a calendar with two events, one of them private, and a to-do; and Ben has one of his own.
struct Scene {
    service: Service,
    ann: PrincipalId,
    ben: PrincipalId,
    work: Calendar,
    _folder: tempfile::TempDir,
}

fn text(kind: &str, uid: &str, lines: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:{kind}\r\nUID:{uid}\r\nDTSTAMP:20260301T000000Z\r\n\
         DTSTART:20260303T090000Z\r\n{}END:{kind}\r\nEND:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    )
    .into_bytes()
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(folder.path(), Waiting::never());
        let service = Service::new(store, || NOW, Names::told("test"), Options::default());
        let make = |name| {
            let kind = PrincipalKind::Individual;
            let newcomer = Newcomer { kind, name, display: None, addresses: &[], password: None };
            service.keeper().make_principal(&newcomer).unwrap().id
        };
        let (ann, ben) = (make("ann"), make("ben"));
        let actor = |principal| Actor::new(&service, principal, Standing::Principal);
        let work = actor(ann).make_calendar("Work").unwrap();
        for (name, written) in [
            ("tea.ics", text("VEVENT", "tea", "SUMMARY:Tea\nDURATION:PT1H\n")),
            ("doctor.ics", text("VEVENT", "doctor", "SUMMARY:Doctor\nCLASS:PRIVATE\n")),
            ("todo.ics", text("VTODO", "todo", "SUMMARY:Buy tea\n")),
        ] {
            actor(ann).write(work.id, name, written, |_| true).unwrap();
        }
        Self { service, ann, ben, work, _folder: folder }
    }

    fn ann(&self) -> Actor<'_> {
        Actor::new(&self.service, self.ann, Standing::Principal)
    }

    fn ben(&self) -> Actor<'_> {
        Actor::new(&self.service, self.ben, Standing::Principal)
    }

    fn at_work(&self) -> Container {
        Container::Calendar(self.work.id)
    }

    /// Ann gives Ben a right to her calendar.
    fn share(&self, right: Right) {
        self.ann().share(self.at_work(), Who::Principal(self.ben), Some(right), "shared").unwrap();
    }

    fn rule(&self, rule: Rule<PrincipalId>) {
        self.ann().set_rules(self.at_work(), |_| false, &[rule], "a rule").unwrap();
    }

    /// What Ben sees: names, each with the text.
    fn seen(&self) -> Vec<(String, String)> {
        let ben = self.ben();
        let page = ben.page(self.work.id, None, 9).unwrap();
        let text = |name: &str| String::from_utf8(ben.text(self.work.id, name).unwrap().1).unwrap();
        page.into_iter().map(|resource| (resource.name.clone(), text(&resource.name))).collect()
    }

    fn names(&self) -> Vec<String> {
        self.seen().into_iter().map(|(name, _)| name).collect()
    }
}

fn is_not_there<T>(answer: Result<T, Error>) -> bool {
    matches!(answer.err(), Some(Error::NotFound(_)))
}

fn is_refused<T>(answer: Result<T, Error>) -> bool {
    matches!(answer.err(), Some(Error::Refused(Refusal::NoRight)))
}

#[test]
fn of_what_is_not_shared_nothing_is_known() {
    let scene = Scene::new();
    let (ben, id) = (scene.ben(), scene.work.id);
    assert!(is_not_there(ben.page(id, None, 9)));
    assert!(is_not_there(ben.text(id, "tea.ics")));
    assert!(is_not_there(ben.token(id)));
    assert!(is_not_there(ben.count(&scene.work)));
    assert!(is_not_there(ben.write(id, "new.ics", text("VEVENT", "new", ""), |_| true)));
    assert!(is_not_there(ben.erase(id, "tea.ics", |_| true)));
    assert!(is_not_there(ben.set_calendar(id, "renamed", |settings| settings.name = "Ben's".to_owned())));
    assert!(is_not_there(ben.rules(scene.at_work())));
    assert!(is_not_there(ben.share(scene.at_work(), Who::Principal(scene.ben), Some(Right::All), "mine")));
    assert_eq!(ben.shared().unwrap(), []);
    assert!(ben.view(id, super::Want::FreeBusy).is_ok(), "who has signed in may ask who is busy");
    scene.ann().share(Container::Home(scene.ann), Who::SignedIn, None, "nobody").unwrap();
    assert!(is_not_there(ben.view(id, super::Want::FreeBusy)));
}

#[test]
fn what_was_shared_by_one_who_was_removed_is_not_there_until_they_are_back() {
    let scene = Scene::new();
    let (ann, his) = (scene.ann(), scene.ben().default_calendar().unwrap());
    let at = Container::Calendar(his.id);
    scene.ben().share(at, Who::Principal(scene.ann), Some(Right::Read), "shared").unwrap();
    let is_there = || ann.page(his.id, None, 9).is_ok() && ann.shared().unwrap().len() == 1;
    assert!(is_there());
    let set = |state| drop(scene.service.keeper().set_state("ben", state).unwrap());
    set(State::Disabled);
    assert!(is_there(), "who does not sign in is still there for others");
    set(State::Removed);
    assert!(is_not_there(ann.page(his.id, None, 9)) && ann.shared().unwrap().is_empty());
    assert!(is_not_there(ann.view(his.id, super::Want::FreeBusy)));
    set(State::Active);
    assert!(is_there());
}

#[test]
fn busy_shows_what_stands_in_for_events_and_nothing_of_to_dos() {
    let scene = Scene::new();
    scene.share(Right::Busy);
    let seen = scene.seen();
    assert_eq!(scene.names(), ["tea.ics", "doctor.ics"]);
    assert!(
        seen.iter().all(|(_, text)| text.contains("DTSTART:20260303T090000Z") && !text.contains("SUMMARY"))
    );
    let ben = scene.ben();
    let (resource, text) = ben.text(scene.work.id, "tea.ics").unwrap();
    assert_eq!((resource.tag, resource.size), (Tag::of(&text), text.len() as u64));
    assert!(is_not_there(ben.text(scene.work.id, "todo.ics")));
    let stored = scene.ann().search(&["tea".to_owned()]).unwrap().remove(0).stored;
    assert!(is_refused(ben.read(&stored)));
    assert!(is_refused(ben.relocate(&stored, &ben.default_calendar().unwrap(), Keep::Both, "copied")));
    assert!(is_refused(ben.write(scene.work.id, "tea.ics", text_of_tea(), |_| true)));
    assert_eq!(ben.shared().unwrap().len(), 1);
}

fn text_of_tea() -> Vec<u8> {
    text("VEVENT", "tea", "SUMMARY:Coffee\n")
}

#[test]
fn who_reads_does_not_write() {
    let scene = Scene::new();
    scene.share(Right::Read);
    let (ben, id) = (scene.ben(), scene.work.id);
    assert_eq!(scene.names(), ["tea.ics", "doctor.ics", "todo.ics"]);
    assert!(scene.seen()[0].1.contains("SUMMARY:Tea"));
    assert!(is_refused(ben.write(id, "tea.ics", text_of_tea(), |_| true)));
    assert!(is_refused(ben.write(id, "new.ics", text("VEVENT", "new", ""), |_| true)));
    assert!(is_refused(ben.erase(id, "tea.ics", |_| true)));
    let tea = scene.ann().search(&["tea".to_owned()]).unwrap().remove(0).stored;
    assert!(is_refused(ben.delete(std::slice::from_ref(&tea), "tea")));
    let mine = ben.default_calendar().unwrap();
    assert!(is_refused(ben.relocate(&tea, &mine, Keep::Target, "moved")));
    ben.relocate(&tea, &mine, Keep::Both, "copied").unwrap();
    assert!(is_refused(ben.set_calendar(id, "renamed", |settings| settings.name = "Ben's".to_owned())));
    assert!(is_refused(ben.rules(scene.at_work())));
    let import = Import {
        calendar: Some(scene.work.clone()),
        known: crate::Known::Newer,
        is_dry: false,
        bounds: crate::Bounds::default(),
    };
    assert!(is_refused(ben.import(&[], &import, &mut ())));
}

#[test]
fn who_writes_changes_objects_and_no_settings() {
    let scene = Scene::new();
    scene.share(Right::Write);
    let (ben, id) = (scene.ben(), scene.work.id);
    ben.write(id, "tea.ics", text_of_tea(), |_| true).unwrap();
    ben.write(id, "new.ics", text("VEVENT", "new", ""), |_| true).unwrap();
    ben.erase(id, "todo.ics", |_| true).unwrap();
    assert_eq!(scene.names(), ["tea.ics", "doctor.ics", "new.ics"]);
    assert!(is_refused(ben.set_calendar(id, "renamed", |settings| settings.name = "Ben's".to_owned())));
    assert!(is_refused(ben.share(scene.at_work(), Who::Anyone, Some(Right::Read), "public")));
}

#[test]
fn all_is_all_but_to_remove_the_calendar() {
    let scene = Scene::new();
    scene.share(Right::All);
    let (ben, id) = (scene.ben(), scene.work.id);
    ben.set_calendar(id, "renamed", |settings| settings.name = "Ours".to_owned()).unwrap();
    assert!(is_refused(ben.set_calendar(id, "removed", |settings| settings.is_removed = true)));
    ben.share(scene.at_work(), Who::SignedIn, Some(Right::Read), "for all").unwrap();
    assert_eq!(ben.rules(scene.at_work()).unwrap().len(), 2);
    assert!(
        is_refused(ben.rules(Container::Home(scene.ann)))
            || is_not_there(ben.rules(Container::Home(scene.ann)))
    );
    scene.ann().share(scene.at_work(), Who::Principal(scene.ben), None, "no more").unwrap();
    assert!(is_refused(ben.rules(scene.at_work())));
    assert_eq!(scene.names().len(), 3, "who has signed in still reads");
}

#[test]
fn a_home_is_shared_with_all_calendars_that_will_be_there() {
    let scene = Scene::new();
    scene
        .ann()
        .share(Container::Home(scene.ann), Who::Principal(scene.ben), Some(Right::Read), "home")
        .unwrap();
    let later = scene.ann().make_calendar("Later").unwrap();
    let names: Vec<String> =
        scene.ben().shared().unwrap().into_iter().map(|calendar| calendar.settings.name).collect();
    assert_eq!(names, ["Personal", "Work", "Later"]);
    let deny = Rule::deny("no", Who::Principal(scene.ben), [Permission::Search], [Scope::All]);
    scene.ann().set_rules(Container::Calendar(later.id), |_| false, &[deny], "not this one").unwrap();
    assert_eq!(scene.ben().shared().unwrap().len(), 2);
    assert!(is_not_there(scene.ben().page(later.id, None, 9)));
}

#[test]
fn what_is_private_is_not_there_for_who_sees_public_ones() {
    let scene = Scene::new();
    let who = Who::Principal(scene.ben);
    scene.rule(Rule::grant("public", who, Permission::ALL, [Scope::Public, Scope::Settings]));
    let (ben, id) = (scene.ben(), scene.work.id);
    assert_eq!(scene.names(), ["tea.ics", "todo.ics"]);
    assert!(is_not_there(ben.erase(id, "doctor.ics", |_| true)));
    assert!(is_refused(ben.write(id, "doctor.ics", text("VEVENT", "doctor", ""), |_| true)));
    assert!(is_refused(ben.write(id, "new.ics", text("VEVENT", "new", "CLASS:PRIVATE\n"), |_| true)));
    assert!(is_refused(ben.write(id, "tea.ics", text("VEVENT", "tea", "CLASS:PRIVATE\n"), |_| true)));
    let token = ben.token(id).unwrap();
    ben.write(id, "tea.ics", text_of_tea(), |_| true).unwrap();
    scene.ann().write(id, "tea.ics", text("VEVENT", "tea", "CLASS:PRIVATE\n"), |_| true).unwrap();
    let changes = ben.changes(id, Some(&token), 9).unwrap().changes;
    assert_eq!(changes, [Changed::Removed("tea.ics".to_owned())], "it went out of sight");
}

#[test]
fn a_page_of_which_nothing_is_seen_is_not_the_last() {
    let scene = Scene::new();
    scene.rule(Rule::grant("to-dos", Who::Principal(scene.ben), [Permission::Search], [Scope::Todos]));
    let page = scene.ben().page(scene.work.id, None, 1).unwrap();
    assert_eq!(page.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["todo.ics"]);
    assert_eq!(scene.ben().page(scene.work.id, Some(page[0].id), 1).unwrap(), []);
}

#[test]
fn who_sees_otherwise_since_lists_again() {
    let scene = Scene::new();
    scene.share(Right::Busy);
    let (ben, id) = (scene.ben(), scene.work.id);
    let token = ben.token(id).unwrap();
    assert_eq!(ben.changes(id, Some(&token), 9).unwrap().changes, []);
    let owners = scene.ann().token(id).unwrap();
    scene.share(Right::Read);
    let stale = ben.changes(id, Some(&token), 9);
    assert!(matches!(stale, Err(Error::Refused(Refusal::TokenUnknown))));
    assert!(matches!(ben.changes(id, Some(&owners), 9), Err(Error::Refused(Refusal::TokenUnknown))));
    assert_eq!(scene.ann().changes(id, Some(&owners), 9).unwrap().changes, []);
    assert_eq!(ben.changes(id, None, 9).unwrap().changes.len(), 3);
}

#[test]
fn a_right_given_twice_stands_once() {
    let scene = Scene::new();
    let standing = || scene.ann().rules(scene.at_work()).unwrap();
    scene.share(Right::Write);
    let before = standing();
    let token = scene.ben().token(scene.work.id).unwrap();
    scene.share(Right::Write);
    assert_eq!(standing(), before);
    assert_eq!(scene.ben().token(scene.work.id).unwrap(), token, "nothing changed");
    scene.share(Right::Read);
    assert_eq!(standing().len(), 1);
}

#[test]
fn what_one_did_is_taken_back_only_while_one_may() {
    let scene = Scene::new();
    scene.share(Right::Write);
    let (ben, id) = (scene.ben(), scene.work.id);
    ben.write(id, "tea.ics", text_of_tea(), |_| true).unwrap();
    scene.share(Right::Read);
    assert!(is_refused(ben.undo()));
    let tea = scene.ann().search(&["coffee".to_owned()]).unwrap().remove(0).stored;
    assert_eq!(ben.versions(&tea, 9).unwrap().len(), 2);
    scene.share(Right::Busy);
    assert_eq!(ben.versions(&tea, 9).unwrap(), [], "what was done is told in words of the object");
    scene.share(Right::Write);
    ben.undo().unwrap();
    assert!(scene.seen()[0].1.contains("SUMMARY:Tea"));
}

#[test]
fn an_import_into_the_calendar_of_another() {
    struct File(Vec<u8>);
    impl crate::Source for File {
        fn name(&self) -> String {
            "file".to_owned()
        }
        fn read(&self, take: &mut dyn FnMut(&mut dyn std::io::Read)) -> std::io::Result<()> {
            take(&mut self.0.as_slice());
            Ok(())
        }
    }
    let scene = Scene::new();
    scene.share(Right::Write);
    let calendar = Some(scene.work.clone());
    let import =
        Import { calendar, known: crate::Known::Newer, is_dry: false, bounds: crate::Bounds::default() };
    let file = File(text("VEVENT", "new", "SUMMARY:New\n"));
    scene.ben().import(&[&file], &import, &mut ()).unwrap();
    assert_eq!(scene.names().len(), 4);
}

#[test]
fn an_owner_is_never_locked_out_and_nobody_decrees() {
    let scene = Scene::new();
    scene.rule(Rule::deny("No CAR At All", Who::Anyone, Permission::ALL, [Scope::All]));
    assert_eq!(scene.ann().page(scene.work.id, None, 9).unwrap().len(), 3);
    let decreed = Rule::grant("mine", Who::Anyone, Permission::ALL, [Scope::All]);
    let decreed = Rule { is_decreed: true, ..decreed };
    assert!(is_refused(scene.ann().set_rules(scene.at_work(), |_| true, &[decreed], "decreed")));
}

#[test]
fn only_the_keeper_restores() {
    let scene = Scene::new();
    for actor in [scene.ben(), scene.service.owner()] {
        let refused = actor.compare(scene.service.store(), &mut ());
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotKeeper))));
    }
}
