//! English words about time and events, read strictly and described again.
//!
//! One sentence says an event: `Dentist tomorrow 14:00 for 45 min at Main St every 6 months`. What it is
//! called stands first, up to the first clause; from there on every word is understood, or the sentence is
//! refused with the word, its place, and what was possible there. Nothing is guessed: what people read in two
//! ways (`3/4`, `next friday` on a Monday, `every second monday`) is refused with words that say both. The
//! grammar is a page of the guide, `docs/guide/add.md`; its examples and productions are tests.
//!
//! # A tour
//!
//! ```
//! use ical::civil::Timestamp;
//! use ical::zone::Zone;
//! use sentence::{Context, Fault, understand};
//!
//! let vienna = Zone::iana("Europe/Vienna").ok_or("no such zone")?;
//! // On Monday, 2 March 2026, at 10:00.
//! let context = Context::new(Timestamp(1_772_442_000), vienna, "Europe/Vienna");
//!
//! // One argument is a whole sentence. What was understood is one line.
//! let dentist = understand(&["Dentist tomorrow 14:00 for 45 min at Main St every 6 months"], &context)?;
//! assert_eq!(
//!     dentist.to_string(),
//!     "Dentist · Tue 3 March 2026 14:00–14:45 (Europe/Vienna) · Main St · every 6 months"
//! );
//! assert_eq!(dentist.recur.map(|rule| rule.to_string()).as_deref(), Some("FREQ=MONTHLY;INTERVAL=6"));
//!
//! // Of several arguments, each that has blanks is taken as it is: it was in quotes for the shell.
//! let film = understand(&["Tomorrow at noon", "friday", "20:15"], &context)?;
//! assert_eq!(film.to_string(), "Tomorrow at noon · Fri 6 March 2026 20:15–21:15 (Europe/Vienna)");
//!
//! // A word that is not understood is shown, never skipped.
//! let error = understand(&["Dentist 14:00 tomorow"], &context).unwrap_err();
//! assert_eq!((error.fault, error.words(), error.place.clone()), (Fault::Unknown, "tomorow", 14..21));
//!
//! // Parts alone, for flags; and rules in words.
//! assert_eq!(sentence::moment("in 3 days", &context)?.to_value().to_string(), "20260305");
//! let rule = sentence::repetition("every month on the last friday until 3 june 2026", &context)?;
//! assert_eq!(rule.to_string(), "FREQ=MONTHLY;UNTIL=20260603;BYDAY=-1FR");
//! assert_eq!(sentence::describe(&rule), "every month on the last Friday until 3 June 2026");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What was decided
//!
//! Others read such words, too, and differ where people do. Here:
//!
//! - **What has passed means the next one**: `14:00` said at 15:00 is tomorrow's (khal takes today's, to its
//!   users' surprise), `monday` on a Monday is today as long as its time has not passed, `3 march` is next
//!   year's. What fixes the day stands, though it has passed: a year, `today`, `yesterday`, `2 days ago`. A
//!   note tells it.
//! - **`next friday`** is the coming one for GNU date and taskwarrior, and the one after it for Todoist and
//!   chrono. It is read where both agree, and refused elsewhere: `friday`, `this friday` and `friday next
//!   week` are plain. Weeks begin as the context says.
//! - **`every second monday`, `every 3rd friday`** are every so many weeks for some, and days of a month for
//!   others (Todoist). Refused, as `biweekly` and `bimonthly`. **`every 2 weeks on monday`** counts weeks
//!   from its first instance, the next Monday.
//! - **`3/4`** is refused wherever it stands; so is what looks like a time or a date and is none (`25:00`,
//!   `2026-02-30`), since it would else be lost in the summary without a word.
//! - **Hours**: without am or pm by the 24-hour clock, or refused where the context has 12 hours. In `2-3pm`
//!   both are of the afternoon; in `9-5pm` one has to be said. **12 pm** is noon. **`midnight`** begins a day
//!   and ends one: it is read alone (the next one) and as an end (of its day), and refused beside a date.
//!   **`tonight`** wants a time, and is from 17:00 on.
//! - **`until`** is the end of the event; beside a repetition and with a day it is the end of that, whatever
//!   the order. Both at once (`every day until friday 16:00`) is refused.
//! - **Words that could belong to a date are not lost in a name**: `Meeting 1000 friday`, `Meeting next
//!   week`, `Meeting 5-mar-2026` and `Meeting mondays 10:00` are refused, though they could be names. Others
//!   take what they understand (`friday`) and leave the rest in the title.
//! - **Words that are clauses elsewhere** (`Sat`, `may 2`, `at noon`) are so in a summary, too: quotes keep
//!   them out. Only a repetition of one word is a name beside other words (`Weekly review`, `Monthly report`;
//!   Todoist takes `monthly` out of the latter). A month alone (`March`, `may`) is never a date, as it is for
//!   chrono.
//! - **A repetition's first instance is its start.** Where no words fix the day the start moves to it (`every
//!   monday`: the next Monday); where they do and the rule does not name it, that is an error. `from 1 april`
//!   only bounds it.
//! - **A time that the clock skips** is refused with words; of a time that it shows twice the first is taken,
//!   and a note tells it.
//! - **An event that lasts into its own next instance** was meant otherwise: `every day for 10 days` is
//!   refused.
//!
//! # The rooms
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`understand`], [`Sentence`] | a sentence, and flags that stand over it |
//! | [`moment`], [`end`], [`length`], [`days`], [`repetition`], [`reminder`] | one part alone, for a flag |
//! | [`Understood`] | what was understood, typed |
//! | [`describe`], [`describe_in`] | rules in words |
//! | [`Context`], [`Misunderstood`] | what words are read against; what was not understood, and where |
//!
//! Nothing here reads a clock or a file: now is a part of the context. A sentence has at most
//! [`MOST_CHARACTERS`].

mod context;
mod describe;
mod misunderstood;
mod parts;
mod read;
mod resolve;
mod said;
mod say;
mod sentence;
mod token;
mod understood;
mod words;

pub use context::{Clock, Context, Kind};
pub use describe::{describe, describe_in};
pub use misunderstood::{Fault, Misunderstood, Part};
pub use parts::{days, end, length, moment, moment_on, reminder, repetition};
pub use sentence::{Sentence, understand};
pub use token::MOST_CHARACTERS;
pub use understood::{End, Moment, Note, Reminder, Span, Understood, When, Zoned};
