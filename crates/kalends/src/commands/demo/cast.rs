//! Who is in the demonstration, and what they have on: a small house of music and software, as it is said to `kalends add`.

use service::{PrincipalKind, Right};

/// Somebody, or something, with calendars.
pub(super) struct Member {
    pub(super) kind: PrincipalKind,
    pub(super) name: &'static str,
    pub(super) called: &'static str,
    /// Who is in it, where it is a group.
    pub(super) members: &'static [&'static str],
    /// Beside the first, which everybody has: names and colours.
    pub(super) calendars: &'static [(&'static str, &'static str)],
    /// In which calendar, and what, in a week that begins on Monday.
    pub(super) schedule: &'static [(&'static str, &'static str)],
    /// What of theirs others have: a calendar, to whom, what they may.
    pub(super) shared: &'static [(&'static str, &'static str, Right)],
}

/// The calendar that everybody has.
pub(super) const FIRST: &str = "Personal";
/// Its colour.
pub(super) const FIRST_COLOR: &str = "#c2703d";

/// All of them; whoever is shared with stands there, too. What is shared with a group its members have.
pub(super) const CAST: [Member; 6] = [
    Member {
        kind: PrincipalKind::Individual,
        name: "ann",
        called: "Ann Lindqvist",
        members: &[],
        calendars: &[("Team", "#3f7d8c")],
        schedule: &[
            ("Team", "Standup every weekday 9:15 for 15 min"),
            ("Team", "Design review thursday 14:00 for 90 min at Room 1"),
            ("Team", "Release friday 11:00 for 30 min"),
            (FIRST, "Dentist tuesday 12:30 for 45 min at Main St"),
            (FIRST, "Choir every wednesday 19:00 for 2 h at Town Hall"),
            (FIRST, "Night train friday 22:10 to saturday 7:40"),
            (FIRST, "Advent market sunday"),
        ],
        shared: &[("Team", "ben", Right::Write), ("Team", "carla", Right::Read), (FIRST, "ben", Right::Busy)],
    },
    Member {
        kind: PrincipalKind::Individual,
        name: "ben",
        called: "Ben Okafor",
        members: &[],
        calendars: &[("Climbing", "#7a8f3c")],
        schedule: &[
            (FIRST, "Parents' evening tuesday 18:30 for 1 h at Elm School"),
            (FIRST, "Lunch with Ann wednesday 12:30 for 1 h at Corner Cafe"),
            ("Climbing", "Climbing every monday 18:00 for 2 h at The Wall"),
            ("Climbing", "Climbing every thursday 18:00 for 2 h at The Wall"),
        ],
        shared: &[("Climbing", "ann", Right::Read)],
    },
    Member {
        kind: PrincipalKind::Individual,
        name: "carla",
        called: "Carla Moreau",
        members: &[],
        calendars: &[("Lessons", "#c9a227")],
        schedule: &[
            ("Lessons", "Cello lesson every tuesday 16:00 for 1 h"),
            ("Lessons", "Cello lesson every thursday 17:00 for 1 h"),
            (FIRST, "Physio thursday 8:30 for 30 min"),
        ],
        shared: &[(FIRST, "ann", Right::Busy)],
    },
    Member {
        kind: PrincipalKind::Group,
        name: "ensemble",
        called: "Elm Ensemble",
        members: &["ben", "carla"],
        calendars: &[("Concerts", "#8a5a9e")],
        schedule: &[
            ("Concerts", "Rehearsal tuesday 20:00 for 2 h at Town Hall"),
            ("Concerts", "Sound check friday 17:30 for 1 h at Old Brewery"),
            ("Concerts", "Concert friday 20:00 for 2 h at Old Brewery"),
        ],
        shared: &[("Concerts", "ensemble", Right::Write), ("Concerts", "ann", Right::Read)],
    },
    Member {
        kind: PrincipalKind::Room,
        name: "room1",
        called: "Room 1",
        members: &[],
        calendars: &[],
        schedule: &[(FIRST, "Design review thursday 14:00 for 90 min")],
        shared: &[(FIRST, "ann", Right::Write), (FIRST, "ben", Right::Write), (FIRST, "carla", Right::Busy)],
    },
    Member {
        kind: PrincipalKind::Resource,
        name: "van",
        called: "The van",
        members: &[],
        calendars: &[],
        schedule: &[(FIRST, "Old Brewery friday 15:00 for 10 h")],
        shared: &[(FIRST, "ann", Right::Busy), (FIRST, "ensemble", Right::Write)],
    },
];
