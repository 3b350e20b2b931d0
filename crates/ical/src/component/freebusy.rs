//! VFREEBUSY, seen through its properties' meaning (RFC 5545 3.6.4).

use super::view;
use crate::document::Component;
use crate::parameter::ParameterKind;
use crate::problem::Problem;
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Fbtype, Period, Value};

view! {
    /// A VFREEBUSY.
    Freebusy
}

/// A span of FREEBUSY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusyTime {
    /// How one is busy, or free.
    pub fbtype: Fbtype<'static>,
    /// When.
    pub period: Period<'static>,
}

impl Freebusy<'_> {
    /// DTEND: the end of the range that is told of.
    ///
    /// # Errors
    /// It is no date-time.
    pub fn end(self) -> Result<Option<DateOrTime<'static>>, Problem> {
        self.read(PropertyKind::Dtend, |property| property.date_or_time().map(DateOrTime::into_owned))
    }

    /// FREEBUSY, of all lines, each by itself; BUSY without FBTYPE (RFC 5545 3.2.9).
    pub fn busy_times(self) -> Vec<Result<BusyTime, Problem>> {
        let mut all = Vec::new();
        for property in self.properties_of(PropertyKind::Freebusy) {
            let fbtype = property.parameter(ParameterKind::Fbtype);
            let fbtype = fbtype.map_or(Fbtype::Busy, |fbtype| Fbtype::new(fbtype.value()).into_owned());
            for value in property.values() {
                match value {
                    Ok(Value::Period(period)) => {
                        all.push(Ok(BusyTime { fbtype: fbtype.clone(), period: period.into_owned() }));
                    }
                    Ok(_) => {}
                    Err(fault) => all.push(Err(super::questions::malformed(&property, fault))),
                }
            }
        }
        all
    }
}
