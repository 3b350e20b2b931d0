//! Random requests of several users, held against a simple model: each answer, and what is there in the end, is what the
//! model says.
//!
//! A sequence is named by its number and is always the same: `MODEL_ONLY` does one again, `MODEL_SEQUENCES` says how many
//! there are.

mod answers;
pub(crate) mod draw;
mod request;
mod world;

use std::collections::BTreeMap;

use rights::Who;
use service::{Container, Newcomer, PrincipalKind, Right, Secret};

use crate::scene::{Answer, Scene};
use draw::Chance;
use request::Request;
use world::{Level, USERS, World};

/// So many requests are a sequence.
const LENGTH: usize = 40;
/// So many sequences have a door to themselves, for a user has only so many calendars.
const TOGETHER: usize = 50;

fn variable(name: &str) -> Option<usize> {
    std::env::var(name).ok().map(|value| value.parse().unwrap())
}

#[tokio::test]
async fn any_requests_of_several_users_are_answered_as_a_model_says() {
    let count = variable("MODEL_SEQUENCES").unwrap_or(100);
    let sequences: Vec<usize> = variable("MODEL_ONLY").map_or((0..count).collect(), |only| vec![only]);
    let mut statuses = BTreeMap::<u16, usize>::new();
    for sequences in sequences.chunks(TOGETHER) {
        let scene = Scene::open().await;
        scene.keep(|service| {
            let secret = Secret::new("secret of cat".to_owned());
            let kind = PrincipalKind::Individual;
            let cat = Newcomer { kind, name: "cat", display: None, addresses: &[], password: Some(&secret) };
            service.keeper().make_principal(&cat).unwrap();
        });
        for sequence in sequences {
            for status in run(&scene, *sequence).await {
                *statuses.entry(status).or_default() += 1;
            }
        }
    }
    // Whoever draws nothing but refusals finds nothing.
    if count >= 20 && variable("MODEL_ONLY").is_none() {
        for status in [200, 201, 204, 207, 403, 404, 409, 412, 423] {
            assert!(statuses.contains_key(&status), "no {status} among {statuses:?}");
        }
    }
}

/// Does a sequence; the statuses of its answers.
async fn run(scene: &Scene, sequence: usize) -> Vec<u16> {
    let mut chance = Chance::of(sequence as u64);
    let mut world = World::new(sequence);
    let mut statuses = Vec::new();
    let mut log = String::new();
    for path in world.first_calendars() {
        let made = ask(scene, &Request::make_calendar(&path)).await;
        assert_eq!(made.status, 201, "{made:?}");
        world.make(&path);
        let request = world.draw_rights(&mut chance, &path);
        log.push_str(&format!("{request:?}\n"));
        let answer = ask(scene, &request).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        world.done(&request, &answer).unwrap();
    }
    for _ in 0..LENGTH {
        if chance.below(20) == 0 {
            share(scene, &mut world, &mut chance, &mut log);
            continue;
        }
        let request = world.draw(&mut chance);
        let wanted = world.wanted(&request);
        log.push_str(&format!("{wanted} for {request:?}\n"));
        let answer = ask(scene, &request).await;
        statuses.push(answer.status.as_u16());
        let told = answer.status.as_u16();
        let is_right = told == wanted || world.may_be(&request, told);
        assert!(is_right, "MODEL_ONLY={sequence}: wanted {wanted}, found {answer:?}\n{log}");
        let done = world.done(&request, &answer);
        assert!(done.is_ok(), "MODEL_ONLY={sequence}: {}, found {answer:?}\n{log}", done.unwrap_err());
    }
    for request in world.look() {
        let wanted = world.wanted(&request);
        let answer = ask(scene, &request).await;
        assert_eq!(answer.status, wanted, "MODEL_ONLY={sequence}: in the end {request:?}: {answer:?}\n{log}");
        let done = world.done(&request, &answer);
        assert!(done.is_ok(), "MODEL_ONLY={sequence}: in the end {}: {answer:?}\n{log}", done.unwrap_err());
    }
    statuses
}

async fn ask(scene: &Scene, request: &Request) -> Answer {
    let who = request.who;
    scene.ask_as(&format!("{who}:secret of {who}"), &request.text()).await
}

/// Whoever keeps the store gives somebody a right that no list of WebDAV says, or takes it away.
fn share(scene: &Scene, world: &mut World, chance: &mut Chance, log: &mut String) {
    let Some((path, owner)) = world.any_calendar(chance) else { return };
    let others: Vec<&'static str> = USERS.into_iter().filter(|user| *user != owner).collect();
    let user = *chance.pick(&others);
    let (level, right) = *chance.pick(&[
        (Level::Nothing, None),
        (Level::Busy, Some(Right::Busy)),
        (Level::Busy, Some(Right::Busy)),
        (Level::Write, Some(Right::Write)),
    ]);
    log.push_str(&format!("{path} is shared with {user}: {level:?}\n"));
    let segment = path.trim_end_matches('/').rsplit('/').next().unwrap();
    scene.keep(|service| {
        let keeper = service.keeper();
        let [of, with] = [owner, user].map(|name| keeper.principal(name).unwrap().id);
        let calendars = keeper.calendars_in(of).unwrap();
        let calendar = calendars.iter().find(|calendar| calendar.settings.segment == segment).unwrap();
        keeper.share(Container::Calendar(calendar.id), Who::Principal(with), right, "shared").unwrap();
    });
    world.share(&path, user, level);
}
