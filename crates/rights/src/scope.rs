//! What of a calendar a rule covers.

use ical::ComponentKind;

/// A part of a calendar: the smallest that rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// When objects of a kind take place, and whether they make busy.
    Times(ComponentKind, bool),
    /// All else that they say. Are they public?
    Words(ComponentKind, bool),
    /// When somebody is busy, objects not told apart.
    FreeBusy,
    /// What the calendar is called, and the rest of its settings.
    Settings,
    /// Its rules.
    Rules,
}

impl Part {
    /// Both parts of an object.
    pub(crate) const fn of(kind: ComponentKind, is_public: bool) -> [Self; 2] {
        [Self::Times(kind, is_public), Self::Words(kind, is_public)]
    }

    /// All that there are.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let of_kind = |kind: &ComponentKind| [Self::of(*kind, true), Self::of(*kind, false)];
        let objects = ComponentKind::ALL.iter().flat_map(of_kind).flatten();
        objects.chain([Self::FreeBusy, Self::Settings, Self::Rules])
    }
}

macro_rules! scopes {
    ($($variant:ident $word:literal $says:literal;)+) => {
        /// What a rule covers. Where it stands for a home, it covers this of each calendar there.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $(#[doc = $says] $variant,)+
        }

        impl Scope {
            /// All of them.
            pub const EACH: &'static [Self] = &[$(Self::$variant,)+];

            /// The word by which it is kept.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

scopes! {
    All "all" "Everything: `SELECT * FROM VAGENDA` (RFC 4324 9.1).";
    Objects "objects" "All objects.";
    Events "VEVENT" "Events.";
    Todos "VTODO" "To-dos.";
    Journals "VJOURNAL" "Journal entries.";
    Availability "VAVAILABILITY" "When somebody is there at all (RFC 7953).";
    Public "public" "Objects whose CLASS is PUBLIC.";
    Times "times" "When events and other busy times take place, and whether they make busy: nothing else of them.";
    FreeBusy "free-busy" "When somebody is busy, objects not told apart: `SELECT * FROM VFREEBUSY`.";
    Settings "settings" "A calendar's name and its other settings; in a home also to make it and to remove it.";
    Rules "rules" "Its rules: `SELECT * FROM VCAR`.";
}

impl Scope {
    /// The scope of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::EACH.iter().copied().find(|scope| scope.word() == word)
    }

    pub(crate) fn covers(self, part: Part) -> bool {
        use Part::{Times, Words};
        let is_kind = |wanted| matches!(part, Times(kind, _) | Words(kind, _) if kind == wanted);
        match self {
            Self::All => true,
            Self::Objects => matches!(part, Times(..) | Words(..)),
            Self::Events => is_kind(ComponentKind::Event),
            Self::Todos => is_kind(ComponentKind::Todo),
            Self::Journals => is_kind(ComponentKind::Journal),
            Self::Availability => is_kind(ComponentKind::Availability),
            Self::Public => matches!(part, Times(_, true) | Words(_, true)),
            Self::Times => matches!(
                part,
                Times(ComponentKind::Event | ComponentKind::Freebusy | ComponentKind::Availability, _)
            ),
            Self::FreeBusy => part == Part::FreeBusy,
            Self::Settings => part == Part::Settings,
            Self::Rules => part == Part::Rules,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_word_and_covers_something() {
        for scope in Scope::EACH {
            assert_eq!(Scope::of_word(scope.word()), Some(*scope));
            assert!(Part::all().any(|part| scope.covers(part)), "{scope:?}");
        }
        assert_eq!(Scope::of_word("everything"), None);
    }

    #[test]
    fn no_two_cover_the_same() {
        let covered = |scope: &Scope| Part::all().map(|part| scope.covers(part)).collect::<Vec<_>>();
        for (at, one) in Scope::EACH.iter().enumerate() {
            for other in &Scope::EACH[at + 1..] {
                assert_ne!(covered(one), covered(other), "{one:?} and {other:?}");
            }
        }
    }
}
