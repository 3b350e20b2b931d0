//! A sentence: its clauses gathered, each once, and flags that stand over them.

use crate::context::Context;
use crate::misunderstood::{Fault, Misunderstood, Part};
use crate::read::{After, Clauses, POINT, REMINDER, REPETITION, Reader};
use crate::resolve;
use crate::said::{Clause, Said};
use crate::token::{Place, Text};
use crate::understood::Understood;

/// A sentence that was read, before it is known which day and instant it means. Flags can be added, which
/// stand over what the sentence says.
///
/// ```
/// use ical::civil::Timestamp;
/// use ical::zone::Zone;
/// use sentence::{Context, Part, Sentence};
///
/// let vienna = Zone::iana("Europe/Vienna").ok_or("no such zone")?;
/// // On Monday, 2 March 2026, at 10:00.
/// let context = Context::new(Timestamp(1_772_442_000), vienna, "Europe/Vienna");
/// let sentence = Sentence::read(&["Dentist", "tomorrow"], &context)?;
/// let understood = sentence.with(Part::Start, "friday 14:00", &context)?.understand(&context)?;
/// assert_eq!(understood.to_string(), "Dentist · Fri 6 March 2026 14:00–15:00 (Europe/Vienna)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The sentence, and then the flags' texts.
    texts: Vec<(Option<Part>, String)>,
    said: Said,
    has_reminder_flag: bool,
}

impl Sentence {
    /// Reads a sentence. One argument is all of it, and double quotes in it make a phrase that is taken as it
    /// is; of several each that has blanks is such a phrase.
    ///
    /// # Errors
    /// A word after the first clause that is not understood, or what is said twice.
    pub fn read(arguments: &[&str], context: &Context) -> Result<Self, Misunderstood> {
        let text = Text::of_arguments(arguments)?;
        let Clauses { summary, clauses } = Reader::new(&text, context).sentence()?;
        let mut said = Said { summary, ..Said::default() };
        for (clause, place) in clauses {
            said.add(clause, place)
                .map_err(|(place, message)| text.fault(Fault::Repeated, place.range, message))?;
        }
        Ok(Self { texts: vec![(None, text.text)], said, has_reminder_flag: false })
    }

    /// The same with a part that stands over what the sentence says of it. Of reminders there may be several.
    ///
    /// # Errors
    /// The part's text is not understood.
    pub fn with(mut self, part: Part, text: &str, context: &Context) -> Result<Self, Misunderstood> {
        let text = match part {
            Part::At | Part::Calendar => Text::of_name(part, self.texts.len(), text)?,
            part => Text::of_text(Some(part), self.texts.len(), text)?,
        };
        let reader = Reader::new(&text, context);
        let said = &mut self.said;
        match part {
            Part::At => said.location = Some(reader.whole()?),
            Part::Calendar => {
                said.calendar = Some(reader.alone("the name of a calendar", Reader::calendar_name)?);
            }
            Part::Due => said.due = Some(reader.alone(POINT, |reader| reader.point(After::Word))?),
            Part::End => {
                said.forget_end();
                said.end = Some(reader.alone(POINT, |reader| reader.point(After::Word))?);
            }
            Part::For => {
                said.forget_end();
                let whole = Place { source: text.source, range: 0..text.text.len() };
                said.length = Some((reader.alone(crate::read::LENGTH, Reader::extent)?, whole));
            }
            Part::Remind => {
                let reminders = reader.alone(REMINDER, Reader::reminder_flag)?;
                let kept = said.reminders.take().filter(|_| self.has_reminder_flag).unwrap_or_default();
                said.reminders = Some([kept, reminders].concat());
                self.has_reminder_flag = true;
            }
            Part::Repeat => said.repeat(&text, reader)?,
            Part::Start => {
                let point = reader.alone(POINT, |reader| reader.point(After::Word))?;
                (said.day, said.time, said.is_bound) = (point.day, point.time, false);
            }
        }
        self.texts.push((Some(part), text.text));
        Ok(self)
    }

    /// What it means, said now.
    ///
    /// # Errors
    /// Something is missing, ambiguous, does not exist or contradicts itself.
    pub fn understand(&self, context: &Context) -> Result<Understood, Misunderstood> {
        resolve::understand(&self.said, &self.texts, context)
    }
}

/// What one sentence says.
///
/// # Errors
/// What is not understood, and what was possible there.
///
/// # Examples
/// ```
/// use ical::civil::Timestamp;
/// use ical::zone::Zone;
/// use sentence::{Context, understand};
///
/// let vienna = Zone::iana("Europe/Vienna").ok_or("no such zone")?;
/// // On Monday, 2 March 2026, at 10:00.
/// let context = Context::new(Timestamp(1_772_442_000), vienna, "Europe/Vienna");
/// let error = understand(&["Dentist", "14:00", "tomorow"], &context).unwrap_err();
/// assert_eq!(error.words(), "tomorow");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn understand(arguments: &[&str], context: &Context) -> Result<Understood, Misunderstood> {
    Sentence::read(arguments, context)?.understand(context)
}

impl Said {
    /// What a flag says of the repetition: its rule, its end, and its exceptions.
    fn repeat(&mut self, text: &Text, mut reader: Reader<'_>) -> Result<(), Misunderstood> {
        if self.rule.is_some() {
            self.until = None;
        }
        (self.rule, self.count) = (None, None);
        self.except.clear();
        for (clause, place) in reader.clauses()? {
            match clause {
                Clause::Rule(_) | Clause::Count(_) | Clause::Except(_) | Clause::Until(_) => {}
                _ => {
                    let message = format!("a repetition is wanted: {REPETITION}");
                    return Err(text.fault(Fault::Unknown, place.range, message));
                }
            }
            self.add(clause, place)
                .map_err(|(place, message)| text.fault(Fault::Repeated, place.range, message))?;
        }
        if self.rule.is_none() {
            let end = text.text.len();
            return Err(text.fault(
                Fault::Missing,
                end..end,
                format!("a repetition is wanted: {REPETITION}"),
            ));
        }
        Ok(())
    }
}
