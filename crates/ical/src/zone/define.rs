//! VTIMEZONEs added for zones that a text names and does not define (RFC 5545 3.2.19).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::civil::Timestamp;
use crate::component::ComponentKind;
use crate::document::Document;
use crate::parameter::ParameterKind;
use crate::property::PropertyKind;

use super::generate::TimezoneOptions;
use super::{ZoneCache, Zones};

/// A definition begins so long before the first time that names its zone, in seconds.
const BEFORE: i64 = 366 * 86_400;

impl Document {
    /// Adds a VTIMEZONE for each zone that a time of the text names and nothing in it defines, where the name is known. It tells
    /// of the zone from a year before the first such time.
    pub fn define_zones(&mut self, cache: &Arc<ZoneCache>) {
        let missing: Vec<String> = {
            let zones = Zones::with_cache(self, Arc::clone(cache));
            let missing = undefined(self).into_iter().filter_map(|(tzid, first)| {
                let zone = zones.resolve(&tzid).zone?;
                let from = Timestamp(first.0.saturating_sub(BEFORE));
                Some(zone.to_timezone(&TimezoneOptions { tzid: &tzid, from, until: None, location: None }))
            });
            missing.collect()
        };
        let calendar = self.roots().find(|root| root.kind() == ComponentKind::Calendar).map(|root| root.id());
        for text in missing {
            self.add_component(calendar, text.as_bytes());
        }
    }
}

/// The zones that times name and no VTIMEZONE defines, each with the first of these times, as if it were in UTC.
fn undefined(document: &Document) -> BTreeMap<String, Timestamp> {
    let mut named: BTreeMap<String, Timestamp> = BTreeMap::new();
    let components = document.all_components();
    for property in components.flat_map(|component| component.properties()) {
        let Some(tzid) = property.parameter(ParameterKind::Tzid).map(|tzid| tzid.value().into_owned()) else {
            continue;
        };
        let times = property.dates_or_times().filter_map(Result::ok);
        if let Some(first) = times.map(|time| Timestamp::from_utc(time.wall())).min() {
            named.entry(tzid).and_modify(|known| *known = first.min(*known)).or_insert(first);
        }
    }
    for timezone in document.components(ComponentKind::Timezone) {
        if let Some(tzid) = timezone.property(PropertyKind::Tzid) {
            named.remove(tzid.text().as_ref());
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_and_known() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Vienna:20260302T090000\r\n\
                    DTEND;TZID=Nowhere:20260302T100000\r\nEXDATE;TZID=Asia/Manila:20260309T090000,20250309T090000\r\n\
                    END:VEVENT\r\nEND:VCALENDAR\r\n";
        let mut document = Document::read(text).unwrap();
        document.define_zones(&Arc::default());
        let named = |document: &Document| -> Vec<String> {
            let zones = document.components(ComponentKind::Timezone);
            zones.map(|zone| zone.property(PropertyKind::Tzid).unwrap().text().into_owned()).collect()
        };
        assert_eq!(named(&document), ["Asia/Manila", "Europe/Vienna"]);
        let once = document.to_bytes().into_owned();
        document.define_zones(&Arc::default());
        assert_eq!(document.to_bytes(), once);
    }
}
