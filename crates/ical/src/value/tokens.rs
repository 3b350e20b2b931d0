//! Words of the RFCs' own: enumerations that keep words they do not know, as registries grow and `X-` is
//! free.

use std::borrow::Cow;
use std::fmt;

use crate::parameter::ParameterKind;
use crate::property::PropertyKind;

macro_rules! tokens {
    ($(
        $(#[$doc:meta])*
        $type:ident $($place:ident)? / $($parameter:ident)? $(= $default:ident)? {
            $($variant:ident $word:literal,)+
        }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            pub enum $type<'a> {
                $(#[doc = concat!("`", $word, "`")] $variant,)+
                /// Another word, as it is written.
                Other(Cow<'a, str>),
            }

            impl<'a> $type<'a> {
                /// The words that are known, as they are written.
                pub const WORDS: &'static [&'static str] = &[$($word,)+];

                /// The word of a text, in any case; any text is one.
                pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
                    let text = text.into();
                    $(if text.eq_ignore_ascii_case($word) { return Self::$variant; })+
                    Self::Other(text)
                }

                /// The word; a known one in capitals.
                pub fn as_str(&self) -> &str {
                    match self {
                        $(Self::$variant => $word,)+
                        Self::Other(word) => word,
                    }
                }

                /// The same, owned.
                pub fn into_owned(self) -> $type<'static> {
                    match self {
                        $(Self::$variant => $type::$variant,)+
                        Self::Other(word) => $type::Other(Cow::Owned(word.into_owned())),
                    }
                }
            }

            impl fmt::Display for $type<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self.as_str())
                }
            }

            $(impl Default for $type<'_> {
                /// What the RFC says holds where nothing is written.
                fn default() -> Self {
                    Self::$default
                }
            })?
        )+

        /// A word of one of the enumerations.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Token<'a> {
            $(#[doc = concat!("Of [`", stringify!($type), "`].")] $type($type<'a>),)+
        }

        impl<'a> Token<'a> {
            /// Are the property's values words?
            pub(crate) const fn has_property(kind: PropertyKind) -> bool {
                matches!(kind, $($(| PropertyKind::$place)?)+)
            }

            /// A property's value, if the property's values are words.
            pub(crate) fn of_property(kind: PropertyKind, text: Cow<'a, str>) -> Result<Self, Cow<'a, str>> {
                match kind {
                    $($(PropertyKind::$place => Ok(Self::$type($type::new(text))),)?)+
                    _ => Err(text),
                }
            }

            /// A parameter's value, if the parameter's values are words.
            pub(crate) fn of_parameter(kind: ParameterKind, text: Cow<'a, str>) -> Result<Self, Cow<'a, str>> {
                match kind {
                    $($(ParameterKind::$parameter => Ok(Self::$type($type::new(text))),)?)+
                    _ => Err(text),
                }
            }

            /// The word; a known one in capitals.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$type(word) => word.as_str(),)+
                }
            }

            /// Is it a word that the enumeration knows?
            pub const fn is_known(&self) -> bool {
                match self {
                    $(Self::$type(word) => !matches!(word, $type::Other(_)),)+
                }
            }

            /// The words that its enumeration knows.
            pub const fn known_words(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$type(_) => $type::WORDS,)+
                }
            }
        }
    };
}

// Name, property / parameter, default.
tokens! {
    /// ACTION: what an alarm does (RFC 5545 3.8.6.1); `PROCEDURE` is RFC 2445's.
    Action Action / {
        Audio "AUDIO",
        Display "DISPLAY",
        Email "EMAIL",
        Procedure "PROCEDURE",
    }
    /// BUSYTYPE: how one is busy outside of what is available (RFC 7953 3.2).
    Busytype Busytype / = BusyUnavailable {
        Busy "BUSY",
        BusyUnavailable "BUSY-UNAVAILABLE",
        BusyTentative "BUSY-TENTATIVE",
    }
    /// CALSCALE (RFC 5545 3.7.1).
    Calscale Calscale / = Gregorian {
        Gregorian "GREGORIAN",
    }
    /// CLASS: who may see it (RFC 5545 3.8.1.3).
    Class Class / = Public {
        Public "PUBLIC",
        Private "PRIVATE",
        Confidential "CONFIDENTIAL",
    }
    /// METHOD: what an iTIP message is for (RFC 5546 1.4).
    Method Method / {
        Publish "PUBLISH",
        Request "REQUEST",
        Reply "REPLY",
        Add "ADD",
        Cancel "CANCEL",
        Refresh "REFRESH",
        Counter "COUNTER",
        DeclineCounter "DECLINECOUNTER",
    }
    /// PARTICIPANT-TYPE (RFC 9073 6.2).
    ParticipantType ParticipantType / {
        Active "ACTIVE",
        Inactive "INACTIVE",
        Sponsor "SPONSOR",
        Contact "CONTACT",
        BookingContact "BOOKING-CONTACT",
        EmergencyContact "EMERGENCY-CONTACT",
        PublicityContact "PUBLICITY-CONTACT",
        PlannerContact "PLANNER-CONTACT",
        Performer "PERFORMER",
        Speaker "SPEAKER",
    }
    /// PROXIMITY: what sets off an alarm that waits for a place (RFC 9074 8.1).
    Proximity Proximity / {
        Arrive "ARRIVE",
        Depart "DEPART",
        Connect "CONNECT",
        Disconnect "DISCONNECT",
    }
    /// STATUS (RFC 5545 3.8.1.11).
    Status Status / {
        Tentative "TENTATIVE",
        Confirmed "CONFIRMED",
        Cancelled "CANCELLED",
        NeedsAction "NEEDS-ACTION",
        Completed "COMPLETED",
        InProcess "IN-PROCESS",
        Draft "DRAFT",
        Final "FINAL",
    }
    /// TRANSP: does it make one busy (RFC 5545 3.8.2.7)?
    Transp Transp / = Opaque {
        Opaque "OPAQUE",
        Transparent "TRANSPARENT",
    }
    /// CUTYPE: what a calendar user is (RFC 5545 3.2.3).
    Cutype / Cutype = Individual {
        Individual "INDIVIDUAL",
        Group "GROUP",
        Resource "RESOURCE",
        Room "ROOM",
        Unknown "UNKNOWN",
    }
    /// DISPLAY: how an image is to be shown (RFC 7986 6.1).
    Display / Display = Badge {
        Badge "BADGE",
        Graphic "GRAPHIC",
        Fullsize "FULLSIZE",
        Thumbnail "THUMBNAIL",
    }
    /// ENCODING (RFC 5545 3.2.7); `QUOTED-PRINTABLE` is vCalendar 1.0's.
    Encoding / Encoding = EightBit {
        EightBit "8BIT",
        Base64 "BASE64",
        QuotedPrintable "QUOTED-PRINTABLE",
    }
    /// FBTYPE (RFC 5545 3.2.9).
    Fbtype / Fbtype = Busy {
        Free "FREE",
        Busy "BUSY",
        BusyUnavailable "BUSY-UNAVAILABLE",
        BusyTentative "BUSY-TENTATIVE",
    }
    /// FEATURE: what a conference offers (RFC 7986 6.3).
    Feature / Feature {
        Audio "AUDIO",
        Chat "CHAT",
        Feed "FEED",
        Moderator "MODERATOR",
        Phone "PHONE",
        Screen "SCREEN",
        Video "VIDEO",
    }
    /// PARTSTAT: a participant's answer (RFC 5545 3.2.12).
    Partstat / Partstat = NeedsAction {
        NeedsAction "NEEDS-ACTION",
        Accepted "ACCEPTED",
        Declined "DECLINED",
        Tentative "TENTATIVE",
        Delegated "DELEGATED",
        Completed "COMPLETED",
        InProcess "IN-PROCESS",
    }
    /// RANGE: which instances an override is for; `THISANDPRIOR` is RFC 2445's (RFC 5545 3.2.13).
    Range / Range {
        ThisAndFuture "THISANDFUTURE",
        ThisAndPrior "THISANDPRIOR",
    }
    /// RELATED: from where a trigger counts (RFC 5545 3.2.14).
    Related / Related = Start {
        Start "START",
        End "END",
    }
    /// RELTYPE: what one component is to another (RFC 5545 3.2.15, RFC 9253 4 and 5, RFC 9074 7.1).
    Reltype / Reltype = Parent {
        Parent "PARENT",
        Child "CHILD",
        Sibling "SIBLING",
        FinishToStart "FINISHTOSTART",
        FinishToFinish "FINISHTOFINISH",
        StartToFinish "STARTTOFINISH",
        StartToStart "STARTTOSTART",
        First "FIRST",
        Next "NEXT",
        DependsOn "DEPENDS-ON",
        Refid "REFID",
        Concept "CONCEPT",
        Snooze "SNOOZE",
    }
    /// ROLE: what part a participant has (RFC 5545 3.2.16).
    Role / Role = ReqParticipant {
        Chair "CHAIR",
        ReqParticipant "REQ-PARTICIPANT",
        OptParticipant "OPT-PARTICIPANT",
        NonParticipant "NON-PARTICIPANT",
    }
    /// SCHEDULE-AGENT: who sends scheduling messages (RFC 6638 7.1).
    ScheduleAgent / ScheduleAgent = Server {
        Server "SERVER",
        Client "CLIENT",
        None "NONE",
    }
    /// SCHEDULE-FORCE-SEND: which message to send though nothing asks for it (RFC 6638 7.2).
    ScheduleForceSend / ScheduleForceSend {
        Request "REQUEST",
        Reply "REPLY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_in_any_case_and_unknown_ones_as_they_are() {
        assert_eq!(Partstat::new("needs-action"), Partstat::NeedsAction);
        assert_eq!(Partstat::default(), Partstat::NeedsAction);
        let unknown = Partstat::new("X-Maybe");
        assert_eq!(unknown, Partstat::Other("X-Maybe".into()));
        assert_eq!(unknown.to_string(), "X-Maybe");
        assert_eq!(Reltype::new("DEPENDS-ON").into_owned().as_str(), "DEPENDS-ON");
    }

    #[test]
    fn by_property_and_parameter() {
        let token = Token::of_property(PropertyKind::Status, "tentative".into()).unwrap();
        assert_eq!((token.as_str(), token.is_known()), ("TENTATIVE", true));
        let token = Token::of_parameter(ParameterKind::Role, "X-CLOWN".into()).unwrap();
        assert_eq!((token.as_str(), token.is_known()), ("X-CLOWN", false));
        assert_eq!(token.known_words()[0], "CHAIR");
        assert!(Token::of_property(PropertyKind::Summary, "Tea".into()).is_err());
    }
}
