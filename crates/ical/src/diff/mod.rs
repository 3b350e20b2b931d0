//! What differs between two texts, by meaning.
//!
//! Objects meet by UID and RECURRENCE-ID, zones by TZID, inner components by UID or by what they say;
//! properties by name, whatever their order. Case of names, folding, the order of parameters, escaping, and
//! whether values stand in one line or in several make no difference. Lines that are no content lines say
//! nothing and are not compared.

mod meaning;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::component::ComponentKind;
use crate::document::{Component, Document};
use crate::property::PropertyKind;

pub(crate) use meaning::is_same;
pub use meaning::{Statement, of_property, statements};

/// One thing that differs, and where.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    /// The component: the added or removed one itself, else the one whose property differs, as the first text
    /// has it.
    pub component: Component<'a>,
    /// What is different there.
    pub change: Change<'a>,
}

/// What is different in a component.
#[derive(Clone, Debug)]
pub enum Change<'a> {
    /// Only the second text has the component. What is inside is not told again; a VCALENDAR's inside is, for
    /// objects are compared whichever calendar they stand in.
    ComponentAdded,
    /// Only the first text has the component.
    ComponentRemoved,
    /// Only the second text has the property, or one value more of it.
    PropertyAdded(Statement<'a>),
    /// Only the first text has the property, or one value more of it.
    PropertyRemoved(Statement<'a>),
    /// Both have the property, and it says something else.
    PropertyChanged {
        /// In the first text.
        before: Statement<'a>,
        /// In the second text.
        after: Statement<'a>,
        /// What of it differs; never empty.
        parts: Vec<Part>,
    },
}

/// A part of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The value.
    Value,
    /// A parameter, by its name in capitals.
    Parameter(String),
}

/// What differs between two texts: objects in the first text's order, then those that only the second has.
///
/// The work is linear in the size of both, but for sorting.
///
/// ```
/// use ical::diff::{self, Change, Part};
/// use ical::Document;
///
/// let before = Document::read("BEGIN:VEVENT\nUID:1\nSUMMARY:Tea\nEND:VEVENT\n")?;
/// let after = Document::read("BEGIN:VEVENT\nsummary:Coffee\nUID:1\nEND:VEVENT\n")?;
/// let differences = diff::diff(&before, &after);
/// assert_eq!(differences.len(), 1);
/// let Change::PropertyChanged { parts, .. } = &differences[0].change else { return Err("no change".into()) };
/// assert_eq!(parts, &[Part::Value]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn diff<'a>(before: &'a Document, after: &'a Document) -> Vec<Difference<'a>> {
    let mut comparison = Comparison::default();
    comparison.calendars(before, after);
    // A stack and no recursion: how deep a text may nest is for its reader to say.
    while let Some(task) = comparison.tasks.pop() {
        match task {
            Task::Added(component) => comparison.tell(component, Change::ComponentAdded),
            Task::Removed(component) => comparison.tell(component, Change::ComponentRemoved),
            Task::Both(before, after) => {
                if before.to_bytes() != after.to_bytes() {
                    comparison.properties(before, after);
                    let (old, new): (Vec<_>, Vec<_>) =
                        (before.children().collect(), after.children().collect());
                    comparison.components(&old, &new);
                }
            }
        }
    }
    comparison.differences
}

/// What is still to be compared, or told.
enum Task<'a> {
    Both(Component<'a>, Component<'a>),
    Added(Component<'a>),
    Removed(Component<'a>),
}

#[derive(Default)]
struct Comparison<'a> {
    differences: Vec<Difference<'a>>,
    tasks: Vec<Task<'a>>,
}

impl<'a> Comparison<'a> {
    fn tell(&mut self, component: Component<'a>, change: Change<'a>) {
        self.differences.push(Difference { component, change });
    }

    /// Calendars meet by their order, and only by their own properties; their contents meet wherever they
    /// stand.
    fn calendars(&mut self, before: &'a Document, after: &'a Document) {
        let is_calendar = |component: &Component<'a>| component.kind() == ComponentKind::Calendar;
        let mut others = before.roots().filter(is_calendar);
        let mut news = after.roots().filter(is_calendar);
        loop {
            match (others.next(), news.next()) {
                (Some(before), Some(after)) => self.properties(before, after),
                (Some(before), None) => self.tell(before, Change::ComponentRemoved),
                (None, Some(after)) => self.tell(after, Change::ComponentAdded),
                (None, None) => break,
            }
        }
        let contents = |document: &'a Document| -> Vec<Component<'a>> {
            let inside = |root: Component<'a>| match root.kind() {
                ComponentKind::Calendar => root.children().collect(),
                _ => vec![root],
            };
            document.roots().flat_map(inside).collect()
        };
        self.components(&contents(before), &contents(after));
    }

    /// Components that stand in the same place of both texts.
    fn components(&mut self, before: &[Component<'a>], after: &[Component<'a>]) {
        let mut groups: HashMap<Identity, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (at, component) in before.iter().enumerate() {
            groups.entry(Identity::of(*component)).or_default().0.push(at);
        }
        for (at, component) in after.iter().enumerate() {
            groups.entry(Identity::of(*component)).or_default().1.push(at);
        }
        let mut met: Vec<Option<usize>> = vec![None; before.len()];
        for (ours, theirs) in groups.into_values() {
            for (ours, theirs) in pair(before, after, &ours, &theirs) {
                met[ours] = Some(theirs);
            }
        }
        let mut is_met = vec![false; after.len()];
        met.iter().flatten().for_each(|at| is_met[*at] = true);

        // What is pushed last is compared first.
        let added =
            after.iter().zip(&is_met).filter(|(_, is_met)| !**is_met).map(|(new, _)| Task::Added(*new));
        self.tasks.extend(added.rev());
        let others = before.iter().zip(met).map(|(old, met)| match met {
            Some(at) => Task::Both(*old, after[at]),
            None => Task::Removed(*old),
        });
        self.tasks.extend(others.rev());
    }

    /// The properties of one component in both texts.
    fn properties(&mut self, before: Component<'a>, after: Component<'a>) {
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<(Vec<Statement<'a>>, Vec<Statement<'a>>)> = Vec::new();
        for (component, is_new) in [(before, false), (after, true)] {
            for statement in statements(component) {
                let at = *names.entry(meaning::name(statement.property())).or_insert(groups.len());
                if at == groups.len() {
                    groups.push(Default::default());
                }
                let (old, new) = &mut groups[at];
                if is_new { new.push(statement) } else { old.push(statement) }
            }
        }
        for (old, new) in groups {
            self.namesakes(before, old, new);
        }
    }

    /// All statements of one property's name in a component.
    fn namesakes(&mut self, component: Component<'a>, old: Vec<Statement<'a>>, new: Vec<Statement<'a>>) {
        let (_, old, new) =
            meet(old, new, |statement| (statement.value().to_vec(), statement.parameters().to_vec()));
        let (pairs, old, new) = meet(old, new, |statement| statement.value().to_vec());
        for (before, after) in pairs {
            self.change(component, before, after);
        }
        // One against one is a change; of several nobody could say which became which.
        match (<[_; 1]>::try_from(old), <[_; 1]>::try_from(new)) {
            (Ok([before]), Ok([after])) => self.change(component, before, after),
            (old, new) => {
                let old = old.map_or_else(|old| old, Vec::from);
                let new = new.map_or_else(|new| new, Vec::from);
                old.into_iter().for_each(|old| self.tell(component, Change::PropertyRemoved(old)));
                new.into_iter().for_each(|new| self.tell(component, Change::PropertyAdded(new)));
            }
        }
    }

    fn change(&mut self, component: Component<'a>, before: Statement<'a>, after: Statement<'a>) {
        let mut parts = Vec::new();
        if before.value() != after.value() {
            parts.push(Part::Value);
        }
        let differs = |one: &Statement<'a>, other: &Statement<'a>| -> Vec<Part> {
            let lacks = |parameter: &&(String, Vec<u8>)| other.parameters().binary_search(parameter).is_err();
            one.parameters().iter().filter(lacks).map(|(name, _)| Part::Parameter(name.clone())).collect()
        };
        let mut parameters = differs(&before, &after);
        parameters.extend(differs(&after, &before));
        parameters.sort();
        parameters.dedup();
        parts.extend(parameters);
        self.tell(component, Change::PropertyChanged { before, after, parts });
    }
}

/// What makes a component the same one in another text.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    name: String,
    /// UID, or a zone's TZID.
    uid: Option<Vec<u8>>,
    recurrence_id: Option<Vec<u8>>,
}

impl Identity {
    fn of(component: Component<'_>) -> Self {
        let value = |kind: PropertyKind| {
            let property = component.property(kind)?;
            of_property(property).into_iter().next().map(|statement| statement.value().to_vec())
        };
        let key =
            if component.kind() == ComponentKind::Timezone { PropertyKind::Tzid } else { PropertyKind::Uid };
        Self {
            name: component
                .kind()
                .name()
                .map_or_else(|| component.name().to_ascii_uppercase(), str::to_owned),
            uid: value(key),
            recurrence_id: value(PropertyKind::RecurrenceId),
        }
    }
}

/// Pairs components of one identity: first those that say the same, then what is left, in order.
fn pair(
    before: &[Component<'_>],
    after: &[Component<'_>],
    ours: &[usize],
    theirs: &[usize],
) -> Vec<(usize, usize)> {
    if let ([ours], [theirs]) = (ours, theirs) {
        return vec![(*ours, *theirs)];
    }
    if ours.is_empty() || theirs.is_empty() {
        return Vec::new();
    }
    let ours = ours.iter().map(|at| (*at, fingerprint(before[*at]))).collect();
    let theirs = theirs.iter().map(|at| (*at, fingerprint(after[*at]))).collect();
    let (pairs, ours, theirs) = meet(ours, theirs, |(_, fingerprint)| *fingerprint);
    let rest = ours.into_iter().zip(theirs);
    pairs.into_iter().chain(rest).map(|((ours, _), (theirs, _))| (ours, theirs)).collect()
}

/// Alike for components that say the same, in whatever order; it pairs them, and judges nothing.
fn fingerprint(component: Component<'_>) -> u64 {
    let mut sum = 0_u64;
    for inner in component.descendants() {
        for statement in statements(inner) {
            let mut hasher = DefaultHasher::new();
            inner.kind().hash(&mut hasher);
            meaning::name(statement.property()).hash(&mut hasher);
            statement.value().hash(&mut hasher);
            statement.parameters().hash(&mut hasher);
            sum = sum.wrapping_add(hasher.finish());
        }
    }
    sum
}

/// Pairs each of `old` with one of `new` that has the same key; the pairs, and what is left of both, in
/// order.
fn meet<T, K: Eq + Hash>(old: Vec<T>, new: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<(T, T)>, Vec<T>, Vec<T>) {
    let mut places: HashMap<K, Vec<usize>> = HashMap::new();
    for (at, new) in new.iter().enumerate().rev() {
        places.entry(key(new)).or_default().push(at);
    }
    let mut new: Vec<Option<T>> = new.into_iter().map(Some).collect();
    let (mut pairs, mut left) = (Vec::new(), Vec::new());
    for old in old {
        let place = places.get_mut(&key(&old)).and_then(Vec::pop);
        match place.and_then(|at| new[at].take()) {
            Some(new) => pairs.push((old, new)),
            None => left.push(old),
        }
    }
    (pairs, left, new.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests;
