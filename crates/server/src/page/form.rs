//! What a form says: fields and their values, as browsers write them.

/// A form that was filled in.
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body, or what stands behind the `?` of an address.
    pub(super) fn read(octets: &[u8]) -> Self {
        Self(form_urlencoded::parse(octets).into_owned().collect())
    }

    /// What stands in a field; nothing, where there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        self.0.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value)
    }
}
