//! Privileges, and how they contain one another (RFC 3744 3, RFC 4791 6.1, RFC 6638 6).

use xml::{Element, Name, Writer};

use crate::name::{CALDAV, DAV, dav};

macro_rules! privileges {
    ($($variant:ident $namespace:ident $local:literal $parent:expr, $says:literal;)+) => {
        /// What somebody may be allowed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Privilege {
            $(#[doc = $says] $variant,)+
        }

        impl Privilege {
            /// All of them, each behind those that contain it.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name of its element.
            pub const fn name(self) -> Name<'static> {
                match self {
                    $(Self::$variant => Name::new($namespace, $local),)+
                }
            }

            /// The one that contains it directly; `None` for [`Privilege::All`].
            pub const fn parent(self) -> Option<Self> {
                match self {
                    $(Self::$variant => $parent,)+
                }
            }

            /// What it allows, in English words, for `supported-privilege-set`.
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $says,)+
                }
            }
        }
    };
}

privileges! {
    All DAV "all" None, "Everything";
    Read DAV "read" Some(Self::All), "Read what is in a resource, and its properties";
    ReadFreeBusy CALDAV "read-free-busy" Some(Self::Read), "See when somebody is busy";
    ReadAcl DAV "read-acl" Some(Self::All), "Read who may do what";
    ReadCurrentUserPrivilegeSet DAV "read-current-user-privilege-set" Some(Self::All), "Read what one may do oneself";
    Write DAV "write" Some(Self::All), "Change a resource";
    WriteProperties DAV "write-properties" Some(Self::Write), "Change properties";
    WriteContent DAV "write-content" Some(Self::Write), "Change what is in a resource";
    Bind DAV "bind" Some(Self::Write), "Put something new into a collection";
    Unbind DAV "unbind" Some(Self::Write), "Take something out of a collection";
    Unlock DAV "unlock" Some(Self::All), "Take away another's lock";
    WriteAcl DAV "write-acl" Some(Self::All), "Change who may do what";
    ScheduleDeliver CALDAV "schedule-deliver" Some(Self::All), "Send to this inbox";
    ScheduleDeliverInvite CALDAV "schedule-deliver-invite" Some(Self::ScheduleDeliver), "Send invitations to this inbox";
    ScheduleDeliverReply CALDAV "schedule-deliver-reply" Some(Self::ScheduleDeliver), "Send answers to this inbox";
    ScheduleQueryFreebusy CALDAV "schedule-query-freebusy" Some(Self::ScheduleDeliver), "Ask when the owner of this inbox is busy";
    ScheduleSend CALDAV "schedule-send" Some(Self::All), "Send in the name of this outbox's owner";
    ScheduleSendInvite CALDAV "schedule-send-invite" Some(Self::ScheduleSend), "Send invitations in the owner's name";
    ScheduleSendReply CALDAV "schedule-send-reply" Some(Self::ScheduleSend), "Send answers in the owner's name";
    ScheduleSendFreebusy CALDAV "schedule-send-freebusy" Some(Self::ScheduleSend), "Ask who is busy in the owner's name";
}

impl Privilege {
    /// The privilege of a name.
    pub fn from_name(name: Name<'_>) -> Option<Self> {
        Self::ALL.iter().copied().find(|privilege| privilege.name() == name)
    }

    /// Does whoever has this have that one, too?
    pub fn contains(self, other: Self) -> bool {
        std::iter::successors(Some(other), |privilege| privilege.parent()).any(|privilege| privilege == self)
    }

    /// Those that it contains directly.
    pub fn parts(self) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |privilege| privilege.parent() == Some(self))
    }

    /// Reads the privilege inside of `DAV:privilege`; `None` for one that nobody here knows.
    pub(crate) fn read(element: Element<'_>) -> Option<Self> {
        element.children().next().and_then(|child| Self::from_name(child.name()))
    }

    /// Writes `DAV:privilege`.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.start(dav("privilege"));
        writer.empty(self.name());
        writer.end();
    }

    /// Writes `DAV:supported-privilege`, and those that it contains of `supported`.
    pub(crate) fn write_supported(self, writer: &mut Writer, supported: &[Self]) {
        writer.start(dav("supported-privilege"));
        self.write(writer);
        writer.start(dav("description"));
        writer.attribute(Name::LANG, "en");
        writer.text(self.description());
        writer.end();
        for part in self.parts().filter(|part| supported.contains(part)) {
            part.write_supported(writer, supported);
        }
        writer.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_contain_one_another_as_a_tree() {
        assert!(Privilege::ALL.iter().all(|privilege| Privilege::All.contains(*privilege)));
        assert!(Privilege::Read.contains(Privilege::ReadFreeBusy));
        assert!(!Privilege::ReadFreeBusy.contains(Privilege::Read));
        assert!(!Privilege::Write.contains(Privilege::WriteAcl));
        assert_eq!(Privilege::Write.parts().count(), 4);
        for privilege in Privilege::ALL {
            assert_eq!(Privilege::from_name(privilege.name()), Some(*privilege));
        }
    }
}
