//! Properties that mean nothing here: kept as they came, of what they were given to.

use store::{CalendarId, Clash, Effect, Error, Kept, Owner, PrincipalId, PropertyName, Removed};

use crate::scene::{Scene, settings};

fn name(local: &str) -> PropertyName {
    PropertyName { namespace: "http://example.com/".to_owned(), local: local.to_owned() }
}

fn set(of: &Owner, local: &str, xml: Option<&str>) -> Effect {
    Effect::SetProperty { of: of.clone(), name: name(local), xml: xml.map(str::to_owned) }
}

fn kept(scene: &Scene, of: &Owner) -> Vec<(String, String)> {
    let kept = scene.snapshot().properties(of).unwrap();
    kept.into_iter().map(|Kept { name, xml }| (name.local, xml)).collect()
}

#[test]
fn they_are_kept_as_they_came_until_they_are_taken_away() {
    let scene = Scene::new();
    scene.book("a", "one");
    let work = Owner::Calendar(scene.work);
    let object = Owner::Object { calendar: scene.work, uid: "a".to_owned() };
    for of in [&work, &object] {
        let xml = "<x:b xmlns:x=\"http://example.com/\">\n é &amp; </x:b>";
        scene.apply(vec![set(of, "b", Some("<b/>")), set(of, "a", Some("<a/>"))]).unwrap();
        scene.apply(vec![set(of, "b", Some(xml)), set(of, "a", None), set(of, "never", None)]).unwrap();
        assert_eq!(kept(&scene, of), [("b".to_owned(), xml.to_owned())]);
    }
    // Neither of them is changed by it.
    let snapshot = scene.snapshot();
    let version = snapshot.object(scene.work, "a").unwrap().unwrap().version;
    let calendar = snapshot.calendar(scene.work).unwrap().unwrap();
    assert_eq!((calendar.version, calendar.settings_version), (version, 1));
    drop(snapshot);

    scene.apply(vec![scene.event("a", "changed")]).unwrap();
    assert_eq!(kept(&scene, &object).len(), 1);
    scene.apply(vec![scene.remove("a", Removed::Trash)]).unwrap();
    assert_eq!(scene.number("SELECT count(*) FROM property"), 1, "what is gone has none");
    scene.apply(vec![scene.event("a", "again")]).unwrap();
    assert!(kept(&scene, &object).is_empty());
}

#[test]
fn a_calendar_is_made_with_them_and_what_is_not_there_gets_none() {
    let scene = Scene::new();
    let make = Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") };
    let made =
        scene.apply(vec![make, set(&Owner::Calendar(CalendarId::MADE), "a", Some("<a/>"))]).unwrap().made[0];
    assert_eq!(kept(&scene, &Owner::Calendar(made)).len(), 1);
    assert!(kept(&scene, &Owner::Calendar(scene.work)).is_empty());
    let nobody = Owner::Object { calendar: scene.work, uid: "nobody".to_owned() };
    assert!(kept(&scene, &nobody).is_empty());
    let refused = scene.apply(vec![set(&nobody, "a", Some("<a/>"))]);
    assert!(matches!(refused, Err(Error::Conflict(Clash::Object(uid))) if uid == "nobody"));
}
