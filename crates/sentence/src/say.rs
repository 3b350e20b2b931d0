//! Saying it again: a sentence of the grammar for what was understood.

use ical::value::{Recur, Until};
use ical::zone::Zone;

use crate::context::Context;
use crate::describe::{self, describe_in};
use crate::parts;
use crate::understood::{End, Moment, Span, Understood, When};

impl Understood {
    /// A sentence that says the same, each name in quotes: reading it in the same context gives this again. A
    /// rule that words cannot say is in the RFC's own form.
    pub fn words(&self, context: &Context) -> String {
        let mut words = quoted(&self.summary);
        let mut say = |more: String| {
            words.push(' ');
            words.push_str(&more);
        };
        match &self.when {
            When::Event(span) => say(self.span(span)),
            When::Todo { start, due } => {
                start.iter().for_each(|start| say(describe::moment(start, self.clock)));
                due.iter().for_each(|due| say(format!("due {}", describe::moment(due, self.clock))));
            }
        }
        self.location.iter().for_each(|location| say(format!("at {}", quoted(location))));
        if let Some(rule) = &self.recur {
            say(self.rule(rule, context));
        }
        if !self.except.is_empty() {
            say(format!("except {}", describe::dates(&self.except)));
        }
        match self.reminders.as_deref() {
            Some([]) => say("no reminder".to_owned()),
            reminders => {
                let reminders = reminders.unwrap_or_default();
                reminders.iter().for_each(|reminder| say(describe::reminder(*reminder, self.clock)));
            }
        }
        self.calendar.iter().for_each(|calendar| say(format!("in calendar {}", quoted(calendar))));
        self.categories.iter().for_each(|category| say(format!("in category {}", quoted(category))));
        self.priority.iter().for_each(|priority| say(format!("priority {priority}")));
        words
    }

    fn span(&self, span: &Span) -> String {
        match span {
            Span::Days { first, last } => describe::days(*first, *last),
            Span::Times { start, end: End::At(end) } => describe::from_to(start, end, self.clock),
            Span::Times { start, end: End::After(length) } => {
                format!("{} for {}", describe::zoned(start, self.clock), describe::length(*length))
            }
        }
    }

    fn rule(&self, rule: &Recur, context: &Context) -> String {
        let zone = match self.when.anchor() {
            Some(Moment::Time(start)) => Some(start.zone),
            _ => None,
        };
        let told = zone.as_ref().map_or_else(|| describe::describe(rule), |zone| describe_in(rule, zone));
        if parts::repetition(&told, context).as_ref() == Ok(&by_day(rule, zone.as_ref())) {
            told
        } else {
            rule.to_string()
        }
    }
}

impl Moment {
    /// The day with its weekday, or the time with its zone as well, by the context's clock: reading it there
    /// gives this again.
    pub fn words(&self, context: &Context) -> String {
        describe::moment(self, context.clock)
    }
}

/// The rule with an UNTIL that is the end of a day as that day.
fn by_day(rule: &Recur, zone: Option<&Zone>) -> Recur {
    let until = rule.until.map(|until| describe::last_day(until, zone).map_or(until, Until::Date));
    Recur { until, ..rule.clone() }
}

/// A name in quotes; those in it are doubled.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
