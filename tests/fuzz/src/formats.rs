//! Any bytes as jCal or xCal, and any iCalendar in them and back.

use ical::diff::diff;
use ical::{Document, Limits, ProblemKind, Unread, Unsayable};

use crate::read;

/// Any bytes as jCal, and as iCalendar that becomes jCal. What is written is read again and says the same;
/// what is read has the structure that was written, and goes on to be written and read.
pub fn jcal(data: &[u8]) {
    there_and_back(data, |document| ical::jcal::write([document]), ical::jcal::read);
}

/// The same as xCal.
pub fn xcal(data: &[u8]) {
    there_and_back(data, |document| ical::xcal::write([document]), ical::xcal::read);
}

type Read = fn(&[u8], &Limits) -> Result<Document, Unread>;

fn there_and_back(data: &[u8], write: impl Fn(&Document) -> Result<String, Unsayable>, from: Read) {
    let limits = Limits { parameters: usize::MAX, ..Limits::default() };
    let holds = |document: &Document| match write(document) {
        // An empty text has no component, and is no one's.
        Ok(_) if document.roots().next().is_none() => {}
        Ok(written) => {
            let again =
                from(written.as_bytes(), &limits).unwrap_or_else(|unread| panic!("{unread}: {written}"));
            assert_eq!(diff(document, &again).len(), 0, "it comes back saying the same: {written}");
            assert_eq!(write(&again).as_deref(), Ok(&*written), "and is written the same again");
        }
        Err(unsayable) => {
            assert!(unsayable.place.end <= document.original().len(), "the place is in the text");
            assert!(!unsayable.to_string().is_empty());
        }
    };
    holds(&read(data));
    match from(data, &limits) {
        Ok(document) => {
            for problem in document.problems() {
                assert!(is_plain(problem.kind), "nothing read makes another line: {problem}");
            }
            holds(&document);
        }
        Err(unread) => assert!(!unread.to_string().is_empty()),
    }
}

/// Is it nothing of the structure?
const fn is_plain(kind: ProblemKind) -> bool {
    !matches!(
        kind,
        ProblemKind::LineWithoutColon
            | ProblemKind::PropertyOutsideComponent
            | ProblemKind::MissingEnd
            | ProblemKind::UnexpectedEnd
            | ProblemKind::TooDeep
            | ProblemKind::LineTooLong
    )
}
