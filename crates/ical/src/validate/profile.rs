//! What CalDAV asks of an object that is stored, and iTIP of a message (RFC 4791 4.1, RFC 5546 3).

use super::table::METHODS;
use super::{Check, Profile, shown};
use crate::component::ComponentKind;
use crate::document::Component;
use crate::problem::ProblemKind;
use crate::property::PropertyKind;
use crate::value::Method;

impl<'d> Check<'d> {
    pub(super) fn profile(&mut self) {
        let document = self.document;
        let profile = self.profile;
        let mut has_calendar = false;
        for calendar in document.roots().filter(|root| root.kind() == ComponentKind::Calendar) {
            match profile {
                Profile::Rfc5545 => {}
                Profile::CalDav if has_calendar => {
                    let message = "wanted one VCALENDAR, found another";
                    self.tell_component(calendar, ProblemKind::SeveralObjects, message);
                }
                Profile::CalDav => self.stored(calendar),
                Profile::Itip(method) => self.message(calendar, method),
            }
            has_calendar = true;
        }
        if !has_calendar {
            self.tell(ProblemKind::MissingCalendar, 0..0, "wanted a VCALENDAR, found none");
        }
    }

    fn stored(&mut self, calendar: Component<'d>) {
        if let Some(method) = calendar.property(PropertyKind::Method) {
            let message =
                format!("wanted no METHOD in an object to be stored, found {}", method.value_lossy());
            self.tell_property(&method, method.place(), ProblemKind::MethodInStore, message);
        }
        let mut first = None;
        for component in calendar.children().filter(|child| child.kind() != ComponentKind::Timezone) {
            let uid = component.property(PropertyKind::Uid).map(crate::property::Property::into_text);
            let Some((kind, wanted)) = &first else {
                first = Some((component.kind(), uid));
                continue;
            };
            if *kind != component.kind() {
                let message = format!(
                    "wanted components of one kind, found {} beside {}",
                    component.name(),
                    kind.name().unwrap_or("another")
                );
                return self.tell_component(component, ProblemKind::SeveralObjects, message);
            }
            if *wanted != uid {
                let uid = shown(uid.unwrap_or_default().as_bytes());
                let message = format!("wanted components of one UID, found another, {uid}");
                return self.tell_component(component, ProblemKind::SeveralObjects, message);
            }
        }
    }

    fn message(&mut self, calendar: Component<'d>, method: &Method<'_>) {
        match calendar.property(PropertyKind::Method) {
            None => {
                let message = format!("wanted METHOD:{method}, found none");
                self.tell_component(calendar, ProblemKind::MethodMismatch, message);
            }
            Some(found) if Method::new(found.text()) != *method => {
                let message = format!("wanted METHOD:{method}, found {}", shown(found.raw_value()));
                self.tell_property(&found, found.value_place(), ProblemKind::MethodMismatch, message);
            }
            Some(_) => {}
        }
        for component in calendar.children().filter(|child| child.kind() != ComponentKind::Timezone) {
            self.message_part(component, method);
        }
    }

    fn message_part(&mut self, component: Component<'d>, method: &Method<'_>) {
        if component.kind() == ComponentKind::Other {
            return;
        }
        let row = METHODS.iter().find(|row| row.kind == component.kind() && row.method == method.as_str());
        let Some(row) = row else {
            let message = format!("METHOD:{method} says nothing of {}", component.name());
            return self.tell_component(component, ProblemKind::MethodMismatch, message);
        };
        for kind in row.required {
            if component.property(*kind).is_none() {
                self.missing(component, *kind, &format!(" under METHOD:{method}"));
            }
        }
        for kind in row.forbidden {
            if let Some(property) = component.property(*kind) {
                let message = format!("wanted no {} under METHOD:{method}, found one", property.name());
                self.tell_property(&property, property.place(), ProblemKind::ForbiddenByMethod, message);
            }
        }
    }
}
