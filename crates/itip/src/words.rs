//! Enumerations that are kept and told by words.

/// Gives each of an enumeration its word, which never changes.
macro_rules! words {
    ($of:ident { $($name:ident $word:literal,)+ }) => {
        impl $of {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// A word for it, which never changes.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What a word says.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($word => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use words;
