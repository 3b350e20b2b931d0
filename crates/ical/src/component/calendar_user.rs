//! A calendar user in an object: ORGANIZER or ATTENDEE with its parameters (RFC 5545 3.8.4.1, 3.8.4.3, RFC
//! 6638 7).

use std::borrow::Cow;

use crate::parameter::ParameterKind;
use crate::problem::Problem;
use crate::property::Property;
use crate::value::{
    CalAddress, Cutype, Malformed, ParameterValue, Partstat, Role, ScheduleAgent, ScheduleForceSend,
    StatusCode, Token, lossy,
};

/// An organizer or an attendee: who it is, and what its parameters say. Nothing is read before it is asked.
#[derive(Clone, Debug)]
pub struct CalendarUser<'a> {
    property: Property<'a>,
}

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident $type:ident $kind:ident;)+) => {
        $($(#[$doc])*
        pub fn $name(&self) -> $type<'_> {
            match self.first(ParameterKind::$kind) {
                Some(ParameterValue::Token(Token::$type(word))) => word,
                _ => $type::default(),
            }
        })+
    };
}

impl<'a> CalendarUser<'a> {
    /// The user of a property that is an ORGANIZER or an ATTENDEE.
    pub(super) const fn new(property: Property<'a>) -> Self {
        Self { property }
    }

    /// The property.
    pub const fn property(&self) -> &Property<'a> {
        &self.property
    }

    /// The address.
    ///
    /// # Errors
    /// It is empty.
    pub fn address(&self) -> Result<CalAddress<'_>, Problem> {
        let value = self.property.raw_value().trim_ascii();
        if value.is_empty() {
            let fault = Malformed::new("a calendar user's address as mailto:jane@example.com", 0);
            return Err(super::questions::malformed(&self.property, fault));
        }
        Ok(CalAddress::new(lossy(value)))
    }

    /// CN: the name to show.
    pub fn common_name(&self) -> Option<Cow<'_, str>> {
        self.property.parameter(ParameterKind::Cn).map(|name| name.value())
    }

    tokens! {
        /// PARTSTAT; NEEDS-ACTION when it is not written.
        partstat Partstat Partstat;
        /// ROLE; REQ-PARTICIPANT when it is not written.
        role Role Role;
        /// CUTYPE; INDIVIDUAL when it is not written.
        cutype Cutype Cutype;
        /// SCHEDULE-AGENT; SERVER when it is not written (RFC 6638 7.1).
        schedule_agent ScheduleAgent ScheduleAgent;
    }

    /// SCHEDULE-FORCE-SEND (RFC 6638 7.2).
    pub fn schedule_force_send(&self) -> Option<ScheduleForceSend<'_>> {
        match self.first(ParameterKind::ScheduleForceSend) {
            Some(ParameterValue::Token(Token::ScheduleForceSend(word))) => Some(word),
            _ => None,
        }
    }

    /// SCHEDULE-STATUS: how the last message went (RFC 6638 7.3); codes that cannot be read are left out.
    pub fn schedule_status(&self) -> Vec<StatusCode> {
        let code = |value| match value {
            ParameterValue::StatusCode(code) => Some(code),
            _ => None,
        };
        self.all(ParameterKind::ScheduleStatus).into_iter().filter_map(code).collect()
    }

    /// RSVP: is an answer wanted? No, when it is not written.
    pub fn rsvp(&self) -> bool {
        matches!(self.first(ParameterKind::Rsvp), Some(ParameterValue::Boolean(true)))
    }

    /// DELEGATED-TO: who was sent instead.
    pub fn delegated_to(&self) -> Vec<CalAddress<'_>> {
        self.addresses(ParameterKind::DelegatedTo)
    }

    /// DELEGATED-FROM: whom it stands for.
    pub fn delegated_from(&self) -> Vec<CalAddress<'_>> {
        self.addresses(ParameterKind::DelegatedFrom)
    }

    /// MEMBER: the groups through which it was invited.
    pub fn member(&self) -> Vec<CalAddress<'_>> {
        self.addresses(ParameterKind::Member)
    }

    /// SENT-BY: who acts for it.
    pub fn sent_by(&self) -> Option<CalAddress<'_>> {
        self.addresses(ParameterKind::SentBy).into_iter().next()
    }

    /// DIR: where more of it is told.
    pub fn dir(&self) -> Option<Cow<'_, str>> {
        self.property.parameter(ParameterKind::Dir).map(|dir| dir.value())
    }

    /// EMAIL: its mail address, where the address is no mail address (RFC 7986 6.2).
    pub fn email(&self) -> Option<Cow<'_, str>> {
        self.property.parameter(ParameterKind::Email).map(|email| email.value())
    }

    fn first(&self, kind: ParameterKind) -> Option<ParameterValue<'_>> {
        self.property.parameter(kind)?.typed().next()?.ok()
    }

    fn all(&self, kind: ParameterKind) -> Vec<ParameterValue<'_>> {
        match self.property.parameter(kind) {
            Some(parameter) => parameter.typed().filter_map(Result::ok).collect(),
            None => Vec::new(),
        }
    }

    fn addresses(&self, kind: ParameterKind) -> Vec<CalAddress<'_>> {
        let address = |value| match value {
            ParameterValue::CalAddress(address) => Some(address),
            _ => None,
        };
        self.all(kind).into_iter().filter_map(address).collect()
    }
}
