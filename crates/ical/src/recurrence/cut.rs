//! Series that end earlier, and the dates that rules do not name.

use crate::civil::Timestamp;
use crate::document::{ComponentId, Document};
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Until};
use crate::write::ContentLine;
use crate::zone::Zones;

impl Document {
    /// Ends a series before one of its instances, named as its master names times: rules go on until just before it, and dates
    /// and exceptions from it on go. Overrides are left as they are.
    pub fn end_series_before(&mut self, master: ComponentId, original: &DateOrTime<'_>) {
        let until = match original {
            DateOrTime::Date(date) => date.plus_days(-1).map(Until::Date),
            DateOrTime::Floating(wall) => wall.plus_seconds(-1).map(Until::Local),
            DateOrTime::Utc(wall) => wall.plus_seconds(-1).map(Until::Utc),
            DateOrTime::Zoned(wall, tzid) => match Zones::new(self).resolve(tzid).zone {
                Some(zone) => {
                    Timestamp(zone.to_timestamp(*wall).0.saturating_sub(1)).to_utc().map(Until::Utc)
                }
                None => wall.plus_seconds(-1).map(Until::Local),
            },
        };
        let Some(until) = until else { return };
        let rules: Vec<_> = self
            .component(master)
            .properties_of(PropertyKind::Rrule)
            .filter_map(|property| Some((property.id(), property.recur().ok()?)))
            .collect();
        for (id, mut rule) in rules {
            rule.count = None;
            rule.until = Some(until);
            self.replace(id, &ContentLine::new(PropertyKind::Rrule).raw(&rule.to_string()));
        }
        // In different zones walls tell nothing of each other.
        let plain = self.clone();
        let zones = Zones::new(&plain);
        let instant = |time: &DateOrTime<'_>| match time {
            DateOrTime::Zoned(wall, tzid) => zones.resolve(tzid).zone.map(|zone| zone.to_timestamp(*wall)),
            DateOrTime::Utc(wall) => Some(Timestamp::from_utc(*wall)),
            DateOrTime::Date(_) | DateOrTime::Floating(_) => None,
        };
        let first = instant(original);
        let is_before = |time: &DateOrTime<'_>| match (instant(time), first) {
            (Some(at), Some(first)) => at < first,
            _ => time.wall() < original.wall(),
        };
        for kind in [PropertyKind::Exdate, PropertyKind::Rdate] {
            self.change_dates(master, kind, |time| is_before(&time).then_some(time));
        }
    }

    /// Changes the values of EXDATE or RDATE; a line that has none left goes, and one that cannot be read stays as it is.
    pub fn change_dates(
        &mut self,
        component: ComponentId,
        kind: PropertyKind,
        change: impl Fn(DateOrTime<'static>) -> Option<DateOrTime<'static>>,
    ) {
        let lines: Vec<_> = self
            .component(component)
            .properties_of(kind)
            .map(|property| {
                let times = property.dates_or_times().map(|time| time.map(DateOrTime::into_owned));
                (property.id(), times.collect::<Result<Vec<_>, _>>())
            })
            .collect();
        for (id, times) in lines {
            let Ok(times) = times else { continue };
            let changed: Vec<_> = times.iter().cloned().filter_map(&change).collect();
            if changed.is_empty() {
                self.remove(id);
            } else if changed != times {
                self.replace(id, &ContentLine::new(kind).dates_or_times(&changed));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ComponentKind;

    fn ended(lines: &str, before: &str) -> String {
        let text = format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n");
        let mut document = Document::read(text).unwrap();
        let master = document.components(ComponentKind::Event).next().unwrap().id();
        let before = DateOrTime::parse(before.as_bytes()).unwrap();
        document.end_series_before(master, &before);
        let text = String::from_utf8(document.to_bytes().into_owned()).unwrap();
        text.trim_start_matches("BEGIN:VEVENT\r\n")
            .trim_end_matches("\r\nEND:VEVENT\r\n")
            .replace("\r\n", " ")
    }

    #[test]
    fn a_series_ends_before_an_instance() {
        let weekly = "DTSTART:20260302T090000Z\r\nRRULE:FREQ=WEEKLY;COUNT=9";
        let expected = "DTSTART:20260302T090000Z RRULE:FREQ=WEEKLY;UNTIL=20260315T085959Z";
        assert_eq!(ended(weekly, "20260315T090000Z"), expected);
        assert_eq!(
            ended("DTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=DAILY", "20260310"),
            "DTSTART;VALUE=DATE:20260302 RRULE:FREQ=DAILY;UNTIL=20260309"
        );
        assert_eq!(
            ended(
                "DTSTART:20260302T090000\r\nRDATE:20260303T090000,20260305T090000\r\nEXDATE:20260306T090000",
                "20260305T090000"
            ),
            "DTSTART:20260302T090000 RDATE:20260303T090000"
        );
    }
}
