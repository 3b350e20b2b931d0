//! Each target with its kept corpus, and with two seconds of fresh mutations.
//!
//! A failure tells the seed and the number of the mutation. The seed is the same on each run, so that a test fails only
//! for what was changed; `FUZZ_SEED=<seed>` makes others, `FUZZ_SECONDS=<n>` more of them, and `fuzz/run` explores.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test tells its seed and what broke it")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kalends_fuzz::mutation::Mutator;

/// Any number, always the same.
const SEED: u64 = 20_020_701;

/// The kept inputs of a target, by name.
fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().map(|value| value.parse().ok().unwrap_or_else(|| panic!("{name}={value}")))
}

/// Calls a target; when it panics, tells by what.
fn call(target: fn(&[u8]), input: &[u8], what: impl Fn() -> String) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(input))) {
        eprintln!("{}\nthe input: \"{}\"", what(), input.escape_ascii());
        resume_unwind(panic);
    }
}

fn check(name: &str, target: fn(&[u8])) {
    let corpus = corpus(name);
    assert!(corpus.len() >= 5, "the corpus of {name} is there");
    for (path, input) in &corpus {
        call(target, input, || format!("broken by {}", path.display()));
    }
    let seed = variable("FUZZ_SEED").unwrap_or(SEED);
    let seconds = variable("FUZZ_SECONDS").unwrap_or(2);
    let kept: Vec<_> = corpus.into_iter().map(|(_, input)| input).collect();
    let mutator = Mutator::new(&kept, seed);
    let begin = Instant::now();
    let mut n = 0;
    while begin.elapsed() < Duration::from_secs(seconds) {
        call(target, &mutator.mutation(n), || format!("broken by mutation {n} of FUZZ_SEED={seed}"));
        n += 1;
    }
    println!("{name}: {} kept, {n} mutations of FUZZ_SEED={seed}", kept.len());
}

macro_rules! targets {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            check(stringify!($name), kalends_fuzz::$name);
        })+

        /// Each target has a file for the fuzzer, and each of these a test here.
        #[test]
        fn the_fuzzer_has_the_same_targets() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/fuzz_targets");
            let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
            let mut files: Vec<String> =
                files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
            files.sort();
            assert_eq!(files, [$(stringify!($name)),+]);
        }
    };
}

targets! {
    caldav_query date_time dav_body dav_header duration edit icalendar import jcal journal recurrence_set rule sentence
    splitter validate vtimezone xcal
}
