//! Names that other vendors give to IANA zones.

use std::borrow::Cow;

use windows_timezones::WindowsTimezone as Windows;

/// How a name that is not of the IANA database was found to mean one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alias {
    /// Behind a vendor's prefix.
    Prefixed,
    /// A name, or a display name, of Windows.
    Windows,
    /// A name of another vendor's.
    Vendor,
}

/// The candidates for the IANA zone that a name means, the likeliest first.
pub(super) fn candidates(tzid: &str) -> impl Iterator<Item = (Cow<'_, str>, Alias)> {
    let plain = plain(tzid);
    let prefixed = suffixes(&plain).map(|name| (Cow::Owned(name.to_owned()), Alias::Prefixed));
    let prefixed: Vec<_> = prefixed.collect();
    let windows = windows(&plain).map(|name| (Cow::Borrowed(name), Alias::Windows));
    let vendor = listed(VENDORS, &plain).map(|name| (Cow::Borrowed(name), Alias::Vendor));
    prefixed.into_iter().chain(windows).chain(vendor)
}

/// A name without quotes, escapes and blanks around it: writers put TZID's own value, which is TEXT, into the parameter as
/// it is, or escape it there, too.
pub(super) fn plain(tzid: &str) -> Cow<'_, str> {
    let is_around = |character: char| character.is_whitespace() || matches!(character, '"' | '\'');
    let trimmed = tzid.trim_matches(is_around);
    crate::value::unescape(trimmed)
}

/// The name without its vendor's prefix: `/mozilla.org/20050126_1/Europe/Berlin`. IANA names have one to three parts.
fn suffixes(name: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = name.match_indices('/').map(|(at, _)| at + 1).collect();
    // A name of one part is one only behind what is plainly a prefix.
    if !name.starts_with('/') && !name.contains("://") {
        starts.pop();
    }
    let first = starts.len().saturating_sub(3);
    starts.into_iter().skip(first).map(|start| &name[start..])
}

/// The IANA zone of a Windows name or display name.
fn windows(name: &str) -> Option<&'static str> {
    // Exchange numbers the names of zones that it had to tell apart: `Eastern Standard Time 1`.
    let unnumbered = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let unnumbered = if unnumbered.ends_with(' ') { unnumbered.trim_end() } else { name };
    let named = |name: &str| {
        let known = ALL.iter().find(|zone| zone.name().eq_ignore_ascii_case(name));
        known.map(|zone| zone.tzdb_id()).or_else(|| listed(OLD_WINDOWS, name))
    };
    named(name).or_else(|| named(unnumbered)).or_else(|| displayed(name))
}

/// The IANA zone of a display name: `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`, also with GMT, with
/// slashes, or cut off after some cities.
fn displayed(name: &str) -> Option<&'static str> {
    let (offset, cities) = split_display(name)?;
    let wanted = words(cities);
    if wanted.is_empty() {
        return None;
    }
    let mut candidates = ALL.iter().filter(|zone| {
        split_display(zone.description()).is_some_and(|(_, cities)| {
            let known = words(cities);
            known == wanted || known.starts_with(&format!("{wanted} "))
        })
    });
    // The offsets in display names change with the years; where the cities leave a doubt, they decide.
    let first = candidates.next();
    let second = candidates.next();
    let found = match (first, second) {
        (Some(only), None) => Some(only.tzdb_id()),
        (Some(_), Some(_)) => {
            let same = |zone: &&Windows| {
                split_display(zone.description())
                    .is_some_and(|(known, cities)| known == offset && words(cities).starts_with(&wanted))
            };
            ALL.iter().find(same).map(|zone| zone.tzdb_id())
        }
        _ => None,
    };
    found.or_else(|| {
        let known = OLD_DISPLAY.iter().find(|(old, _)| words(old) == wanted);
        known.map(|(_, name)| *name)
    })
}

/// The offset and the cities of a display name; both of `(UTC+01:00) Berlin`, which begins with an offset in parentheses.
fn split_display(name: &str) -> Option<(&str, &str)> {
    let (offset, cities) = name.strip_prefix('(')?.split_once(')')?;
    let digits = offset.strip_prefix("UTC").or_else(|| offset.strip_prefix("GMT"))?;
    Some((digits, cities))
}

/// Letters and digits only, in small letters, with one blank between words.
fn words(text: &str) -> String {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// The offset that a name tells, in seconds: `GMT+0100`, `UTC-5`, `(UTC+01:00) Somewhere`, `+05:30`. A guess.
pub(super) fn offset(tzid: &str) -> Option<i32> {
    let plain = plain(tzid);
    let inner =
        plain.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(&*plain, |(inner, _)| inner);
    let number = match inner.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("utc") || word.eq_ignore_ascii_case("gmt") => &inner[3..],
        _ => inner,
    };
    let (sign, digits) = match number.trim().split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "\u{2212}", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str, below: i32| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| text.parse::<i32>().ok()).flatten()?;
        (number < below).then_some(number)
    };
    Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
}

fn listed(list: &'static [(&str, &str)], name: &str) -> Option<&'static str> {
    let known = list.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map(|(_, iana)| *iana)
}

/// Names that Windows had once, or that writers misspell.
const OLD_WINDOWS: &[(&str, &str)] = &[
    ("Kamchatka Standard Time", "Asia/Kamchatka"),
    ("Mid-Atlantic Standard Time", "Atlantic/South_Georgia"),
    ("Mexico Standard Time", "America/Mexico_City"),
    ("Mexico Standard Time 2", "America/Chihuahua"),
    ("Prague Bratislava", "Europe/Prague"),
];

/// Display names that Windows and Outlook had once.
const OLD_DISPLAY: &[(&str, &str)] = &[];

/// Names of other vendors.
const VENDORS: &[(&str, &str)] = &[];

/// All zones of Windows; the crate has a table, but no list.
const ALL: &[Windows] = &[
    Windows::DatelineStandardTime,
    Windows::UtcMinus11,
    Windows::AleutianStandardTime,
    Windows::HawaiianStandardTime,
    Windows::MarquesasStandardTime,
    Windows::AlaskanStandardTime,
    Windows::UtcMinus09,
    Windows::PacificStandardTimeMexico,
    Windows::UtcMinus08,
    Windows::PacificStandardTime,
    Windows::UsMountainStandardTime,
    Windows::MountainStandardTimeMexico,
    Windows::MountainStandardTime,
    Windows::YukonStandardTime,
    Windows::CentralAmericaStandardTime,
    Windows::CentralStandardTime,
    Windows::EasterIslandStandardTime,
    Windows::CentralStandardTimeMexico,
    Windows::CanadaCentralStandardTime,
    Windows::SaPacificStandardTime,
    Windows::EasternStandardTimeMexico,
    Windows::EasternStandardTime,
    Windows::HaitiStandardTime,
    Windows::CubaStandardTime,
    Windows::UsEasternStandardTime,
    Windows::TurksAndCaicosStandardTime,
    Windows::ParaguayStandardTime,
    Windows::AtlanticStandardTime,
    Windows::VenezuelaStandardTime,
    Windows::CentralBrazilianStandardTime,
    Windows::SaWesternStandardTime,
    Windows::PacificSaStandardTime,
    Windows::NewfoundlandStandardTime,
    Windows::TocantinsStandardTime,
    Windows::ESouthAmericaStandardTime,
    Windows::SaEasternStandardTime,
    Windows::ArgentinaStandardTime,
    Windows::GreenlandStandardTime,
    Windows::MontevideoStandardTime,
    Windows::MagallanesStandardTime,
    Windows::SaintPierreStandardTime,
    Windows::BahiaStandardTime,
    Windows::UtcMinus02,
    Windows::AzoresStandardTime,
    Windows::CapeVerdeStandardTime,
    Windows::Utc,
    Windows::GmtStandardTime,
    Windows::GreenwichStandardTime,
    Windows::SaoTomeStandardTime,
    Windows::MoroccoStandardTime,
    Windows::WEuropeStandardTime,
    Windows::CentralEuropeStandardTime,
    Windows::RomanceStandardTime,
    Windows::CentralEuropeanStandardTime,
    Windows::WCentralAfricaStandardTime,
    Windows::JordanStandardTime,
    Windows::GtbStandardTime,
    Windows::MiddleEastStandardTime,
    Windows::EgyptStandardTime,
    Windows::EEuropeStandardTime,
    Windows::SyriaStandardTime,
    Windows::WestBankStandardTime,
    Windows::SouthAfricaStandardTime,
    Windows::FleStandardTime,
    Windows::IsraelStandardTime,
    Windows::SouthSudanStandardTime,
    Windows::KaliningradStandardTime,
    Windows::SudanStandardTime,
    Windows::LibyaStandardTime,
    Windows::NamibiaStandardTime,
    Windows::ArabicStandardTime,
    Windows::TurkeyStandardTime,
    Windows::ArabStandardTime,
    Windows::BelarusStandardTime,
    Windows::RussianStandardTime,
    Windows::EAfricaStandardTime,
    Windows::IranStandardTime,
    Windows::ArabianStandardTime,
    Windows::AstrakhanStandardTime,
    Windows::AzerbaijanStandardTime,
    Windows::RussiaTimeZone3,
    Windows::MauritiusStandardTime,
    Windows::SaratovStandardTime,
    Windows::GeorgianStandardTime,
    Windows::VolgogradStandardTime,
    Windows::CaucasusStandardTime,
    Windows::AfghanistanStandardTime,
    Windows::WestAsiaStandardTime,
    Windows::EkaterinburgStandardTime,
    Windows::PakistanStandardTime,
    Windows::QyzylordaStandardTime,
    Windows::IndiaStandardTime,
    Windows::SriLankaStandardTime,
    Windows::NepalStandardTime,
    Windows::CentralAsiaStandardTime,
    Windows::BangladeshStandardTime,
    Windows::OmskStandardTime,
    Windows::MyanmarStandardTime,
    Windows::SeAsiaStandardTime,
    Windows::AltaiStandardTime,
    Windows::WMongoliaStandardTime,
    Windows::NorthAsiaStandardTime,
    Windows::NCentralAsiaStandardTime,
    Windows::TomskStandardTime,
    Windows::ChinaStandardTime,
    Windows::NorthAsiaEastStandardTime,
    Windows::SingaporeStandardTime,
    Windows::WAustraliaStandardTime,
    Windows::TaipeiStandardTime,
    Windows::UlaanbaatarStandardTime,
    Windows::AusCentralWStandardTime,
    Windows::TransbaikalStandardTime,
    Windows::TokyoStandardTime,
    Windows::NorthKoreaStandardTime,
    Windows::KoreaStandardTime,
    Windows::YakutskStandardTime,
    Windows::CenAustraliaStandardTime,
    Windows::AusCentralStandardTime,
    Windows::EAustraliaStandardTime,
    Windows::AusEasternStandardTime,
    Windows::WestPacificStandardTime,
    Windows::TasmaniaStandardTime,
    Windows::VladivostokStandardTime,
    Windows::LordHoweStandardTime,
    Windows::BougainvilleStandardTime,
    Windows::RussiaTimeZone10,
    Windows::MagadanStandardTime,
    Windows::NorfolkStandardTime,
    Windows::SakhalinStandardTime,
    Windows::CentralPacificStandardTime,
    Windows::RussiaTimeZone11,
    Windows::NewZealandStandardTime,
    Windows::UtcPlus12,
    Windows::FijiStandardTime,
    Windows::ChathamIslandsStandardTime,
    Windows::UtcPlus13,
    Windows::TongaStandardTime,
    Windows::SamoaStandardTime,
    Windows::LineIslandsStandardTime,
];
