//! Names that other vendors give to IANA zones.

use std::borrow::Cow;

use windows_timezones::WindowsTimezone as Windows;

/// The name as the IANA database may have it, behind a vendor's prefix; the longest first.
pub(super) fn prefixed(plain: &str) -> impl Iterator<Item = &str> {
    // `/mozilla.org/20050126_1/Europe/Berlin`. IANA names have one to three parts.
    let mut starts: Vec<usize> = plain.match_indices('/').map(|(at, _)| at + 1).collect();
    // A name of one part is one only behind what is plainly a prefix.
    if !plain.starts_with('/') && !plain.contains("://") {
        starts.pop();
    }
    let first = starts.len().saturating_sub(3);
    starts.into_iter().skip(first).map(|start| &plain[start..])
}

/// The IANA zone of a name of another vendor's than Microsoft. Short words, so a guess.
pub(super) fn vendor(plain: &str) -> Option<&'static str> {
    listed(VENDORS, plain)
}

/// A name without quotes, escapes and blanks around it: writers put TZID's own value, which is TEXT, into the
/// parameter as it is, or escape it there, too.
pub(super) fn plain(tzid: &str) -> Cow<'_, str> {
    let is_around = |character: char| character.is_whitespace() || matches!(character, '"' | '\'');
    let trimmed = tzid.trim_matches(is_around);
    crate::value::unescape(trimmed)
}

/// The IANA zone of a Windows name or display name.
pub(super) fn windows(name: &str) -> Option<&'static str> {
    // Exchange numbers the names of zones that it had to tell apart: `Eastern Standard Time 1`.
    let unnumbered = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let unnumbered = if unnumbered.ends_with(' ') { unnumbered.trim_end() } else { name };
    let named = |name: &str| {
        let known = ALL.iter().find(|zone| is_same_name(zone.name(), name));
        known.map(|zone| zone.tzdb_id()).or_else(|| listed(OLD_WINDOWS, name))
    };
    let standard = unnumbered.replace("Daylight", "Standard");
    named(name).or_else(|| named(unnumbered)).or_else(|| named(&standard)).or_else(|| displayed(name))
}

/// The IANA zone of a display name: `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`, also with
/// GMT, with slashes, or cut off after some cities.
fn displayed(name: &str) -> Option<&'static str> {
    let (offset, cities) = split_display(name)?;
    let wanted = words(cities);
    if wanted.is_empty() {
        return None;
    }
    let old = || OLD_DISPLAY.iter().find(|(old, _)| words(old) == wanted).map(|(_, name)| *name);
    known_display(|_, known| known == wanted).or_else(old).or_else(|| {
        // Offsets in display names change with the years, but what was cut off is plain by cities and offset
        // only.
        let start = format!("{wanted} ");
        known_display(|zone_offset, known| zone_offset == offset && known.starts_with(&start))
    })
}

/// The first zone of Windows whose display name has an offset and cities as wanted.
fn known_display(is_wanted: impl Fn(&str, &str) -> bool) -> Option<&'static str> {
    let is_wanted = |zone: &&Windows| {
        split_display(zone.description()).is_some_and(|(offset, cities)| is_wanted(offset, &words(cities)))
    };
    ALL.iter().find(is_wanted).map(|zone| zone.tzdb_id())
}

/// The offset and the cities of a display name; both of `(UTC+01:00) Berlin`, which begins with an offset in
/// parentheses.
fn split_display(name: &str) -> Option<(&str, &str)> {
    let (offset, cities) = name.strip_prefix('(')?.split_once(')')?;
    let digits = offset.strip_prefix("UTC").or_else(|| offset.strip_prefix("GMT"))?;
    Some((digits, cities))
}

/// Letters and digits only, in small letters, with one blank between words; `and` is left out as `&` is.
fn words(text: &str) -> String {
    let words = text.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("and"));
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

/// Are two names the same but for case, blanks and points (`US Mountain`, `U.S. Mountain`)?
fn is_same_name(left: &str, right: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|byte| !matches!(byte, b' ' | b'.')).map(|byte| byte.to_ascii_lowercase())
    }
    letters(left).eq(letters(right))
}

fn listed(list: &'static [(&str, &str)], name: &str) -> Option<&'static str> {
    let known = list.iter().find(|(known, _)| is_same_name(known, name));
    known.map(|(_, iana)| *iana)
}

/// Names that Windows and Exchange had once (Microsoft's time zone index values, KB 973627, and CLDR's
/// windowsZones up to release 40).
const OLD_WINDOWS: &[(&str, &str)] = &[
    ("Armenian Standard Time", "Asia/Yerevan"),
    ("Coordinated Universal Time", "UTC"),
    ("Fiji Islands Standard Time", "Pacific/Fiji"),
    ("Kamchatka Standard Time", "Asia/Kamchatka"),
    ("Malay Peninsula Standard Time", "Asia/Singapore"),
    ("Mexico Standard Time", "America/Mexico_City"),
    ("Mexico Standard Time 2", "America/Mazatlan"),
    ("Mid-Atlantic Standard Time", "Atlantic/South_Georgia"),
    ("Newfoundland & Labrador Standard Time", "America/St_Johns"),
    ("Newfoundland and Labrador Standard Time", "America/St_Johns"),
    ("Sydney Standard Time", "Australia/Sydney"),
    ("Transitional Islamic State of Afghanistan Standard Time", "Asia/Kabul"),
    ("UTC Standard Time", "UTC"),
];

/// Display names that Windows and Outlook had once (same source; the ones that today's names do not begin
/// with).
const OLD_DISPLAY: &[(&str, &str)] = &[
    ("Almaty, Novosibirsk", "Asia/Novosibirsk"),
    ("Astana, Dhaka", "Asia/Dhaka"),
    ("Athens, Bucharest, Istanbul", "Europe/Athens"),
    ("Athens, Istanbul, Minsk", "Europe/Athens"),
    ("Baku, Tbilisi, Yerevan", "Asia/Yerevan"),
    ("Bucharest", "Europe/Bucharest"),
    ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ("Buenos Aires, Georgetown", "America/Cayenne"),
    ("Cape Verde Is.", "Atlantic/Cape_Verde"),
    ("Cape Verde Islands", "Atlantic/Cape_Verde"),
    ("Caracas, La Paz", "America/La_Paz"),
    ("Fiji, Kamchatka, Marshall Is.", "Pacific/Fiji"),
    ("Fiji Islands, Kamchatka, Marshall Islands", "Pacific/Fiji"),
    ("Georgetown", "America/Cayenne"),
    ("Georgetown, La Paz, San Juan", "America/La_Paz"),
    ("Greenwich Mean Time: Dublin, Edinburgh, Lisbon, London", "Europe/London"),
    ("Greenwich Mean Time; Dublin, Edinburgh, London", "Europe/London"),
    ("Guadalajara, Mexico City, Monterrey - New", "America/Mexico_City"),
    ("Guadalajara, Mexico City, Monterrey - Old", "America/Mexico_City"),
    ("Helsinki, Kiev, Riga, Sofia, Tallinn, Vilnius", "Europe/Kyiv"),
    ("Irkutsk, Ulaan Bataar", "Asia/Irkutsk"),
    ("Irkutsk, Ulaanbaatar", "Asia/Irkutsk"),
    ("Islamabad, Karachi, Tashkent", "Asia/Karachi"),
    ("Magadan, Solomon Islands, New Caledonia", "Pacific/Guadalcanal"),
    ("Magadan, Solomon Is., New Caledonia", "Pacific/Guadalcanal"),
    ("Manaus", "America/Manaus"),
    ("Mid-Atlantic", "Atlantic/South_Georgia"),
    ("Midway Island, Samoa", "Pacific/Pago_Pago"),
    ("Moscow, St. Petersburg, Volgograd", "Europe/Moscow"),
    ("Pacific Time (US & Canada); Tijuana", "America/Los_Angeles"),
    ("Petropavlovsk-Kamchatsky", "Asia/Kamchatka"),
    ("Rangoon", "Asia/Yangon"),
    ("Sarajevo, Skopje, Sofija, Vilnius, Warsaw, Zagreb", "Europe/Warsaw"),
    ("Tashkent", "Asia/Tashkent"),
    ("Tijuana, Baja California", "America/Tijuana"),
];

/// Names of other vendors: Lotus Notes' words, and what once was in the IANA database or never got there
/// (ical4j's `tz.alias`).
const VENDORS: &[(&str, &str)] = &[
    ("Alaskan", "America/Anchorage"),
    ("Atlantic", "America/Halifax"),
    ("Central", "America/Chicago"),
    ("Eastern", "America/New_York"),
    ("Hawaiian", "Pacific/Honolulu"),
    ("Mountain", "America/Denver"),
    ("Pacific", "America/Los_Angeles"),
    ("US/Pacific-New", "America/Los_Angeles"),
    ("Z", "UTC"),
];

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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::zone::Zone;

    #[test]
    fn tables_lead_to_zones_and_say_nothing_twice() {
        let names: HashSet<String> = Zone::iana_names().into_iter().collect();
        for (_, name) in [OLD_WINDOWS, OLD_DISPLAY, VENDORS].concat() {
            assert!(names.contains(name), "{name}");
        }
        for zone in ALL {
            assert!(Zone::iana(zone.tzdb_id()).is_some(), "{zone}");
            assert_eq!(windows(zone.name()), Some(zone.tzdb_id()));
            assert_eq!(windows(zone.description()), Some(zone.tzdb_id()), "{}", zone.description());
            assert!(OLD_WINDOWS.iter().all(|(old, _)| !is_same_name(zone.name(), old)), "{zone}");
            let cities = split_display(zone.description()).map(|(_, cities)| words(cities));
            assert!(OLD_DISPLAY.iter().all(|(old, _)| Some(words(old)) != cities), "{cities:?}");
        }
        assert_eq!(ALL.iter().map(|zone| zone.name()).collect::<HashSet<_>>().len(), ALL.len());
    }

    #[test]
    fn old_and_misspelt_names() {
        for (name, zone) in [
            ("U.S. Mountain Standard Time", "America/Phoenix"),
            ("Mexico Standard Time 2", "America/Mazatlan"),
            ("Fiji Islands Standard Time", "Pacific/Fiji"),
            ("Eastern Daylight Time", "America/New_York"),
            ("W. Europe Daylight Time", "Europe/Berlin"),
            ("PacificStandardTime", "America/Los_Angeles"),
            ("(UTC-03:00) Georgetown", "America/Cayenne"),
            ("(GMT-08:00) Pacific Time (US and Canada); Tijuana", "America/Los_Angeles"),
            ("(GMT+02.00) Athens / Bucharest", "Europe/Bucharest"),
            ("(GMT) Greenwich Mean Time: Dublin, Edinburgh, Lisbon, London", "Europe/London"),
        ] {
            assert_eq!(windows(name), Some(zone), "{name}");
        }
        assert_eq!(windows("(UTC+01:00) Amster"), None);
        assert_eq!(windows("(UTC+01:00)"), None);
    }
}
