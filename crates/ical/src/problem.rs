//! What is amiss in a text, and where. Reading forgives; each thing forgiven has a name here.

use std::fmt;
use std::ops::Range;

use crate::repair::Repair;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It is right; but not every program understands it.
    Note,
    /// The RFC advises otherwise, or the text is unusual; its meaning is plain.
    Warning,
    /// The RFC forbids it; what is meant could still be read, or was left out.
    Error,
}

macro_rules! problems {
    (@repair) => { None };
    (@repair $repair:ident) => { Some(Repair::$repair) };
    ($($(#[$doc:meta])+ $variant:ident $name:literal $severity:ident $(=> $repair:ident)?;)+) => {
        /// A kind of problem: its name for programs, how bad it is, and the repair that mends it, if there is
        /// one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ProblemKind {
            $($(#[$doc])+ $variant,)+
        }

        impl ProblemKind {
            /// All kinds, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name that programs see: `missing-end`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)+
                }
            }

            /// The repair that mends it.
            pub const fn repair(self) -> Option<Repair> {
                match self {
                    $(Self::$variant => problems!(@repair $($repair)?),)+
                }
            }
        }
    };
}

problems! {
    // The text.
    /// The text begins with a byte order mark.
    ByteOrderMark "byte-order-mark" Warning => RemoveByteOrderMark;
    /// Lines that end otherwise than in CRLF (RFC 5545 3.1).
    LineEnd "line-end" Warning => NormalizeLineEnds;
    /// Blank lines.
    BlankLine "blank-line" Warning => RemoveBlankLines;
    /// Lines over 75 octets (RFC 5545 3.1).
    LongLine "long-line" Warning => FoldLines;
    /// Control characters (RFC 5545 3.1).
    ControlCharacter "control-character" Error => RemoveControlCharacters;
    /// Bytes that are no UTF-8 (RFC 5545 3.1.4).
    InvalidUtf8 "invalid-utf-8" Error;
    /// A line without a colon, or without a name before it.
    LineWithoutColon "line-without-colon" Error;
    /// A property outside any component.
    PropertyOutsideComponent "property-outside-component" Error;
    /// END without its BEGIN.
    UnexpectedEnd "unexpected-end" Error => RemoveStrayEnd;
    /// BEGIN without its END.
    MissingEnd "missing-end" Error => AddEnd;
    /// Components nested deeper than the limit.
    TooDeep "too-deep" Error;
    /// A line longer than the limit.
    LineTooLong "line-too-long" Error;
    /// More of something, or more bytes, than a limit allows.
    OverLimit "over-limit" Error;
    /// vCalendar 1.0, another format.
    Vcalendar1 "vcalendar-1" Error;

    /// A property of an RFC that not every program knows.
    LaterName "later-name" Note;
    /// A text without a letter.
    EmptyValue "empty-value" Note;

    // Components.
    /// No VCALENDAR.
    MissingCalendar "missing-calendar" Error;
    /// A component that must have others inside and has none (RFC 5545 3.6).
    MissingComponent "missing-component" Error;
    /// A component of a name that no RFC and no `X-` explains.
    UnknownComponent "unknown-component" Warning;
    /// A component inside one where it may not stand.
    MisplacedComponent "misplaced-component" Error;

    // Properties and their number.
    /// No UID.
    MissingUid "missing-uid" Error => AddUid;
    /// No DTSTAMP.
    MissingDtstamp "missing-dtstamp" Error => AddDtstamp;
    /// No PRODID.
    MissingProdid "missing-prodid" Error => AddProdid;
    /// No VERSION.
    MissingVersion "missing-version" Error => AddVersion;
    /// No DTSTART where one is needed.
    MissingDtstart "missing-dtstart" Error;
    /// Another required property is missing.
    MissingProperty "missing-property" Error;
    /// A property more often than it may stand.
    RepeatedProperty "repeated-property" Error => RemoveRepeated;
    /// A property in a component where it may not stand.
    MisplacedProperty "misplaced-property" Warning;
    /// A property of a name that no RFC and no `X-` explains.
    UnknownProperty "unknown-property" Warning;
    /// DURATION beside DTEND or DUE.
    ExclusiveProperties "exclusive-properties" Error => RemoveDuration;
    /// A property that stands only beside another one: REPEAT and DURATION of an alarm.
    MissingCompanion "missing-companion" Error;

    // Values.
    /// A value that is not of its type.
    MalformedValue "malformed-value" Error;
    /// A value that is written otherwise than the RFC asks; its meaning is plain.
    UnusualValue "unusual-value" Warning => RewriteValue;
    /// VALUE names a type that the property does not take.
    WrongValueType "wrong-value-type" Error;
    /// VALUE names a type that no table knows.
    UnknownValueType "unknown-value-type" Warning;
    /// VALUE says otherwise than the value, or is left out though it is needed.
    ValueMismatch "value-mismatch" Error => SetValue;
    /// A word that the enumeration does not know and that is no `X-`.
    UnknownWord "unknown-word" Warning;
    /// A word that has no place in this component: STATUS:DRAFT of an event.
    MisplacedWord "misplaced-word" Error;
    /// A URI or a calendar user's address without a scheme.
    MissingScheme "missing-scheme" Warning;
    /// A number out of the property's range.
    OutOfRange "out-of-range" Error;
    /// A time that must be in UTC and is not.
    NotUtc "not-utc" Error;
    /// DTSTART or RDATE of an observance that is not a local time without a zone (RFC 5545 3.6.5).
    NotLocal "not-local" Error;

    // Parameters.
    /// A parameter that is not of its type.
    MalformedParameter "malformed-parameter" Error;
    /// A parameter without a value, as vCalendar 1.0 wrote them.
    BareParameter "bare-parameter" Error;
    /// A parameter more than once.
    RepeatedParameter "repeated-parameter" Error => RemoveRepeatedParameter;
    /// A parameter that says nothing of this property.
    MisplacedParameter "misplaced-parameter" Warning;
    /// A parameter of a name that no RFC and no `X-` explains.
    UnknownParameter "unknown-parameter" Warning;
    /// A parameter without the quotes that it needs, or with a quote where none may stand.
    MisquotedParameter "misquoted-parameter" Error => QuoteParameter;

    // Time.
    /// TZID beside a time in UTC (RFC 5545 3.2.19).
    TzidBesideUtc "tzid-beside-utc" Error => RemoveTzid;
    /// TZID beside a date (RFC 5545 3.2.19).
    TzidBesideDate "tzid-beside-date" Error => RemoveTzid;
    /// TZID that no VTIMEZONE of the text defines (RFC 5545 3.2.19).
    UndefinedTzid "undefined-tzid" Warning;
    /// Two VTIMEZONEs of one TZID (RFC 5545 3.6.5).
    RepeatedTzid "repeated-tzid" Error;
    /// A TZID that names no zone: its times are read as floating.
    UnknownZone "unknown-zone" Error;
    /// A TZID whose zone could only be guessed.
    GuessedZone "guessed-zone" Warning;
    /// A VTIMEZONE that cannot be compiled.
    BrokenZone "broken-zone" Error;
    /// A VTIMEZONE that differs from the IANA zone of its name: the IANA zone counts.
    ZoneDisagrees "zone-disagrees" Warning;
    /// DTSTART that its rule does not name (RFC 5545 3.8.5.3): programs differ in whether it counts.
    StartOutsideRule "start-outside-rule" Warning;
    /// DTEND or DUE of another kind than DTSTART.
    EndMismatch "end-mismatch" Error;
    /// DTEND or DUE before DTSTART.
    EndBeforeStart "end-before-start" Error => RemoveEndTime;
    /// DTEND or DUE at DTSTART.
    EndAtStart "end-at-start" Warning => RemoveEndTime;
    /// DURATION that is negative.
    NegativeDuration "negative-duration" Error => RemoveDuration;
    /// DURATION with hours, minutes or seconds beside a DTSTART that is a DATE (RFC 5545 3.6.1).
    TimeInDateDuration "time-in-date-duration" Error;

    // Recurrence.
    /// EXRULE, which RFC 5545 took away.
    Exrule "exrule" Warning;
    /// A rule part of a name that begins with `X-`, which RFC 5545 took away.
    ExperimentalRulePart "experimental-rule-part" Warning;
    /// UNTIL of another kind than DTSTART asks for (RFC 5545 3.3.10).
    UntilMismatch "until-mismatch" Error => MendUntil;
    /// UNTIL and COUNT in one rule.
    UntilAndCount "until-and-count" Error;
    /// Rule parts that may not stand together with FREQ, or alone (RFC 5545 3.3.10).
    RulePart "rule-part" Error;
    /// More than one RRULE (RFC 5545 3.8.5.3).
    RepeatedRule "repeated-rule" Warning;
    /// A rule in a component with RECURRENCE-ID.
    RuleInOverride "rule-in-override" Warning;
    /// A rule in a component without DTSTART.
    RuleWithoutStart "rule-without-start" Error;
    /// An override whose master is not in the text: right in itself (RFC 4791 4.1), and programs make a single event of it.
    OverrideWithoutMaster "override-without-master" Note;
    /// Two components of one UID and RECURRENCE-ID.
    RepeatedInstance "repeated-instance" Error;
    /// RECURRENCE-ID of another kind than the master's DTSTART.
    RecurrenceIdMismatch "recurrence-id-mismatch" Warning;
    /// EXDATE of another kind than DTSTART.
    ExdateMismatch "exdate-mismatch" Warning => MendExdate;
    /// EXDATE in UTC beside a DTSTART in a zone: right, and other programs fail to match it.
    ExdateInUtc "exdate-in-utc" Note;
    /// RDATE of another kind than DTSTART.
    RdateMismatch "rdate-mismatch" Warning;

    // Profiles.
    /// METHOD in an object to be stored (RFC 4791 4.1).
    MethodInStore "method-in-store" Error => RemoveMethod;
    /// More than one kind of component, or more than one UID, in an object to be stored (RFC 4791 4.1).
    SeveralObjects "several-objects" Error;
    /// METHOD is not the one of the message.
    MethodMismatch "method-mismatch" Error;
    /// A property that the method does not allow (RFC 5546 3).
    ForbiddenByMethod "forbidden-by-method" Error;
}

/// Something amiss in a text, and its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes of the text that it is about.
    pub place: Range<usize>,
    /// What was wanted and what was found, in a sentence without a full stop.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, place: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, severity: kind.severity(), place, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
