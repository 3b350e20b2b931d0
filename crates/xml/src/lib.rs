//! XML with names: read strictly within bounds, and written plainly.
//!
//! The ground of every protocol here that speaks XML. A text is read whole into a [`Document`], whose [`Element`]s are known by
//! [`Name`], namespace and all: never by prefix. What could be used to do harm (document types, references to anything but
//! characters, depth and number without end) is refused. A [`Writer`] writes elements one after another; what it has written
//! so far may be taken off and sent.
//!
//! ```
//! use xml::{Document, Limits, Name, Writer};
//!
//! const PROPFIND: Name<'_> = Name::new("DAV:", "propfind");
//! const PROP: Name<'_> = Name::new("DAV:", "prop");
//! const GETETAG: Name<'_> = Name::new("DAV:", "getetag");
//!
//! let asked = br#"<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>"#;
//! let document = Document::read(asked, &Limits::default())?;
//! assert_eq!(document.root().name(), PROPFIND);
//! assert!(document.root().child(PROP).is_some_and(|prop| prop.child(GETETAG).is_some()));
//!
//! let mut writer = Writer::new(&[("D", "DAV:")]);
//! writer.start(PROP);
//! writer.leaf(GETETAG, "\"1&2\"");
//! writer.end();
//! let written = writer.take();
//! assert!(written.ends_with(r#"<D:prop xmlns:D="DAV:"><D:getetag>"1&amp;2"</D:getetag></D:prop>"#));
//! # Ok::<(), xml::Error>(())
//! ```

mod character;
mod document;
mod error;
mod name;
mod read;
mod write;

pub use character::is_allowed;
pub use document::{Attribute, Content, Document, Element};
pub use error::{Error, Fault};
pub use name::Name;
pub use read::Limits;
pub use write::Writer;
