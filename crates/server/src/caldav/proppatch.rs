//! PROPPATCH: properties changed together or not at all (RFC 4918 9.2).

use std::sync::Arc;

use dav::{
    Instruction, Precondition, Property, PropertyName, Proppatch, Refused, SetProperty, all_or_none, timezone,
};
use http::StatusCode;
use ical::ComponentKind;
use ical::zone::ZoneCache;
use service::{CalendarId, Collection, PrincipalId, PropertyChange, Settings};

use super::Call;
use super::answer::{Answer, Step, multistatus};
use super::delegates;
use super::error::Fault;
use super::guard::{Change, Guard};
use super::inbox;
use super::properties::KINDS;
use super::resource::Resource;

/// What becomes of a calendar's settings by a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Name(String),
    Description(Option<String>),
    Color(Option<String>),
    Zone(Option<String>),
    /// The zone, and the property as it came.
    Timezone(Option<String>, PropertyChange),
    Kinds(Vec<ComponentKind>),
    Transparency(bool),
    /// Of an inbox: into which calendar comes what its owner is invited to; `None`: the first.
    DefaultCalendar(Option<CalendarId>),
    /// Of an inbox: when its owner is there; `None`: always.
    Availability(Option<String>),
    /// Those who may act for somebody.
    Members(Vec<PrincipalId>),
    /// It means nothing here and is kept as it came, or goes.
    Kept(PropertyChange),
}

impl Setting {
    /// What a property of a new calendar sets; some can be set then alone (RFC 4791 5.2.3).
    pub(crate) fn read_new(property: &SetProperty) -> Result<Self, Refused> {
        if property.name.known() != Some(Property::SupportedCalendarComponentSet) {
            return Self::read(property);
        }
        let names = property.elements.iter().filter_map(|comp| comp.attribute.as_deref());
        let kind = |name: &str| {
            let kind = ComponentKind::from_name(name.as_bytes());
            kind.name().filter(|name| KINDS.contains(name)).map(|_| kind)
        };
        match names.map(kind).collect::<Option<Vec<_>>>().filter(|kinds| !kinds.is_empty()) {
            Some(kinds) => Ok(Self::Kinds(kinds)),
            None => Err(Precondition::SupportedCalendarComponent.into()),
        }
    }

    /// What a property of a file sets: what is not ours to say means nothing here, and is kept as it came.
    pub(crate) fn read_of_file(property: &SetProperty) -> Result<Self, Refused> {
        may_be_kept(&property.name)?;
        Ok(Self::Kept(kept(&property.name, Some(property.xml.clone()))))
    }

    pub(crate) fn read(property: &SetProperty) -> Result<Self, Refused> {
        let cache: Arc<ZoneCache> = Arc::default();
        let text = property.text.trim();
        Ok(match property.name.known() {
            Some(Property::DisplayName) if !text.is_empty() => Self::Name(text.to_owned()),
            Some(Property::CalendarDescription) => Self::Description(Some(property.text.clone())),
            Some(Property::CalendarColor) => Self::Color(Some(color(text)?)),
            Some(Property::CalendarTimezone) => {
                let zone = timezone::of_text(&property.text, &cache)?;
                let xml = Some(property.xml.clone());
                Self::Timezone(zone.iana_name().map(str::to_owned), kept(&property.name, xml))
            }
            Some(Property::CalendarTimezoneId) => {
                let zone = timezone::of_name(text, &cache)?;
                Self::Zone(zone.iana_name().map(str::to_owned))
            }
            Some(property) if property.is_protected() => {
                return Err(Precondition::CannotModifyProtectedProperty.into());
            }
            Some(Property::ScheduleCalendarTransp) => {
                let is =
                    |local: &str| property.elements.iter().any(|inside| inside.is(dav::name::caldav(local)));
                match (is("transparent"), is("opaque")) {
                    (is_transparent, is_opaque) if is_transparent != is_opaque => {
                        Self::Transparency(is_transparent)
                    }
                    _ => return Err(Refused::plain(StatusCode::CONFLICT)),
                }
            }
            Some(Property::CalendarOrder) | None => {
                Self::Kept(kept(&property.name, Some(property.xml.clone())))
            }
            _ => return Err(Refused::FORBIDDEN),
        })
    }

    pub(crate) fn remove(name: &PropertyName) -> Result<Self, Refused> {
        let Some(property) = name.known() else { return Ok(Self::Kept(kept(name, None))) };
        Ok(match property {
            Property::CalendarDescription => Self::Description(None),
            Property::CalendarColor => Self::Color(None),
            Property::CalendarTimezone | Property::CalendarTimezoneId => {
                Self::Timezone(None, kept(&Property::CalendarTimezone.into(), None))
            }
            Property::ScheduleCalendarTransp => Self::Transparency(false),
            property if property.is_protected() => {
                return Err(Precondition::CannotModifyProtectedProperty.into());
            }
            Property::DisplayName => return Err(Refused::FORBIDDEN),
            _ => Self::Kept(kept(name, None)),
        })
    }

    /// What is kept of it as it came.
    pub(crate) fn kept(&self) -> Option<PropertyChange> {
        match self {
            Self::Timezone(_, kept) | Self::Kept(kept) => Some(kept.clone()),
            _ => None,
        }
    }

    pub(crate) fn apply(self, settings: &mut Settings) {
        match self {
            Self::Name(name) => settings.name = name,
            Self::Description(description) => settings.description = description,
            Self::Color(color) => settings.color = color,
            Self::Zone(zone) | Self::Timezone(zone, _) => settings.zone = zone,
            Self::Kinds(kinds) => settings.kinds = Some(kinds),
            Self::Transparency(is_transparent) => settings.is_transparent = is_transparent,
            Self::DefaultCalendar(_) | Self::Availability(_) | Self::Members(_) | Self::Kept(_) => {}
        }
    }
}

fn kept(name: &PropertyName, xml: Option<String>) -> PropertyChange {
    PropertyChange { name: service_name(name), xml }
}

/// Can clients give this property to what has no settings?
fn may_be_kept(name: &PropertyName) -> Result<(), Refused> {
    match name.known() {
        Some(property) if property.is_protected() => Err(Precondition::CannotModifyProtectedProperty.into()),
        _ => Ok(()),
    }
}

/// A name as the service has it.
pub(crate) fn service_name(name: &PropertyName) -> service::PropertyName {
    let name = name.name();
    service::PropertyName { namespace: name.namespace.to_owned(), local: name.local.to_owned() }
}

/// A color as Apple's programs write it, `#RRGGBB` or `#RRGGBBAA`, or by a word of CSS.
fn color(text: &str) -> Result<String, Refused> {
    let is_hexadecimal = |digits: &str| {
        matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    let is_word =
        !text.is_empty() && text.len() <= 32 && text.bytes().all(|letter| letter.is_ascii_alphabetic());
    if is_word || text.strip_prefix('#').is_some_and(is_hexadecimal) {
        Ok(text.to_owned())
    } else {
        Err(Refused::plain(StatusCode::CONFLICT))
    }
}

/// The settings of a calendar of which nothing is said.
pub(crate) fn blank(segment: &str) -> Settings {
    Settings::new(segment, segment)
}

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let document = call.xml()?;
    let document = document
        .ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted a body with DAV:propertyupdate"))?;
    let patch = Proppatch::read(&document, &call.scope.limits)?;
    let resource = call.resource()?;
    Guard::read(call)?.ask(&call.href, Change::Itself)?;
    let settings = patch.instructions.iter().map(|instruction| setting(call, &resource, instruction));
    let settings = settings.collect::<Result<Vec<_>, Fault>>()?;
    if settings.iter().all(Result::is_ok) {
        let kept: Vec<_> = settings.iter().flatten().filter_map(Setting::kept).collect();
        match &resource {
            Resource::Calendar(within) if within.calendar.collection == Collection::Inbox => {
                let receiving = inbox::receiving(settings.iter().flatten());
                call.actor.set_inbox(within.calendar.id, &receiving, &kept)?;
            }
            Resource::Calendar(within) => {
                let change = |changed: &mut Settings| {
                    settings.iter().flatten().cloned().for_each(|setting| setting.apply(changed));
                };
                call.actor.set_in_place(within.calendar.id, change, &kept)?;
            }
            Resource::Object(within, object) => {
                call.actor.set_properties(within.calendar.id, &object.name, &kept)?;
            }
            Resource::Proxy(principal, delegation) => {
                delegates::set(call, (principal, *delegation), settings.iter().flatten())?;
            }
            Resource::File(within) => call.actor.set_file_properties(&within.path(), &kept)?,
            _ => {}
        }
    }
    let refused = |name: &_| {
        let of =
            patch.instructions.iter().zip(&settings).filter(|(instruction, _)| instruction.name() == name);
        of.filter_map(|(_, setting)| setting.as_ref().err().cloned()).next()
    };
    let mut found = Some(all_or_none(patch.names(), refused));
    let href = call.href.clone();
    multistatus(call, move |_, writing| {
        if let Some(found) = found.take() {
            writing.resource(&href, &found);
        }
        Ok(Step::Done(None))
    })
}

/// What an instruction sets, or why it may not be set; a fault where that could not be found out.
fn setting(
    call: &Call<'_>,
    resource: &Resource,
    instruction: &Instruction,
) -> Result<Result<Setting, Refused>, Fault> {
    Ok(match (resource, instruction) {
        (Resource::Proxy(of, _), _) => delegates::setting(call, of, instruction)?,
        (Resource::Calendar(within), _) if within.calendar.collection == Collection::Inbox => {
            inbox::setting(call, within, instruction)
        }
        (Resource::Calendar(_), Instruction::Set(property)) => Setting::read(property),
        // What is not there is gone already (RFC 4918 14.23).
        (Resource::Calendar(_), Instruction::Remove(name)) => Setting::remove(name),
        (Resource::File(_), Instruction::Set(property)) => Setting::read_of_file(property),
        (Resource::File(_), Instruction::Remove(name)) => {
            may_be_kept(name).map(|()| Setting::Kept(kept(name, None)))
        }
        (Resource::Object(..), Instruction::Set(property)) if property.name.known().is_none() => {
            Ok(Setting::Kept(kept(&property.name, Some(property.xml.clone()))))
        }
        (Resource::Object(..), Instruction::Remove(name)) if name.known().is_none() => {
            Ok(Setting::Kept(kept(name, None)))
        }
        (_, instruction) => may_be_kept(instruction.name()).and(Err(Refused::FORBIDDEN)),
    })
}
