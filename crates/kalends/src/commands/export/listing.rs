//! Occurrences as tables and pages: CSV (RFC 4180), HTML, Markdown. What stands in entries is escaped, whatever it is.

use std::borrow::Cow;
use std::io::{self, Write};

use ical::value::DateOrTime;
use service::Entry;
use store::Calendar;

use crate::home::Home;

/// What is listed, and where one looks at it from.
pub(super) struct Listing<'l> {
    pub(super) entries: &'l [Entry],
    pub(super) calendars: &'l [Calendar],
    pub(super) home: &'l Home,
}

/// An entry on the wall.
struct Line<'l> {
    date: String,
    /// Empty where it is of a whole day.
    from: String,
    end_date: String,
    to: String,
    summary: Cow<'l, str>,
    location: &'l str,
    calendar: &'l str,
    status: &'l str,
    categories: String,
}

impl Listing<'_> {
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.entries.iter().map(|entry| {
            let (date, from) = self.wall(&entry.start, entry.start_at);
            let (end_date, to) = self.wall(&entry.end, entry.end_at);
            let calendar = self.calendars.iter().find(|one| one.id == entry.object.calendar);
            Line {
                date,
                from,
                end_date,
                to,
                summary: entry.summary.as_deref().map_or(Cow::Borrowed("(no title)"), Cow::Borrowed),
                location: entry.location.as_deref().unwrap_or_default(),
                calendar: calendar.map_or("", |calendar| &calendar.settings.name),
                status: entry.status.as_deref().unwrap_or_default(),
                categories: entry.categories.join(", "),
            }
        })
    }

    /// Date and time on the wall at home.
    fn wall(&self, written: &DateOrTime<'_>, at: ical::civil::Timestamp) -> (String, String) {
        let Some(wall) = self.home.zone.to_wall(at) else { return (written.to_string(), String::new()) };
        let shown = wall.to_string();
        let part = |range: std::ops::Range<usize>| shown.get(range).unwrap_or_default().to_owned();
        let (date, time) = (part(0..10), part(11..16));
        if written.is_date() { (date, String::new()) } else { (date, time) }
    }

    /// RFC 4180: a heading, CRLF, quotes where they are wanted.
    pub(super) fn csv(&self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"start,end,time zone,title,location,calendar,status,categories\r\n")?;
        for line in self.lines() {
            let start = format!("{} {}", line.date, line.from);
            let end = format!("{} {}", line.end_date, line.to);
            let fields = [
                start.trim_end(),
                end.trim_end(),
                &self.home.name,
                &line.summary,
                line.location,
                line.calendar,
                line.status,
                &line.categories,
            ];
            let fields: Vec<Cow<'_, str>> = fields.iter().map(|field| csv_field(field)).collect();
            write!(output, "{}\r\n", fields.join(","))?;
        }
        Ok(())
    }

    pub(super) fn markdown(&self, output: &mut dyn Write) -> io::Result<()> {
        writeln!(output, "# Calendar\n\nTimes are those of {}.", markdown(&self.home.name))?;
        let mut day = String::new();
        for line in self.lines() {
            if line.date != day {
                writeln!(output, "\n## {}\n", line.date)?;
                day.clone_from(&line.date);
            }
            let title = markdown(&line.summary);
            write!(output, "- **{}** {title}", line.span())?;
            if !line.location.is_empty() {
                write!(output, ", {}", markdown(line.location))?;
            }
            if line.status == "CANCELLED" {
                write!(output, " (cancelled)")?;
            }
            writeln!(output)?;
        }
        Ok(())
    }

    pub(super) fn html(&self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(HEAD.as_bytes())?;
        writeln!(output, "<p>Times are those of {}.</p>", html(&self.home.name))?;
        let mut day = String::new();
        for line in self.lines() {
            if line.date != day {
                if !day.is_empty() {
                    writeln!(output, "</ul>")?;
                }
                writeln!(output, "<h2>{}</h2>\n<ul>", html(&line.date))?;
                day.clone_from(&line.date);
            }
            let is_cancelled = line.status == "CANCELLED";
            let class = if is_cancelled { " class=\"cancelled\"" } else { "" };
            let (span, title) = (html(&line.span()).into_owned(), html(&line.summary).into_owned());
            write!(output, "<li{class}><time>{span}</time> <strong>{title}</strong>")?;
            for more in [line.location, line.calendar].into_iter().filter(|more| !more.is_empty()) {
                write!(output, " <span>{}</span>", html(more))?;
            }
            writeln!(output, "</li>")?;
        }
        let end = if day.is_empty() { "<p>Nothing is on.</p>\n" } else { "</ul>\n" };
        write!(output, "{end}</main>\n</body>\n</html>\n")
    }
}

impl Line<'_> {
    fn span(&self) -> String {
        match (&*self.from, self.date == self.end_date) {
            ("", _) => "all day".to_owned(),
            (from, true) if *from == self.to => from.to_owned(),
            (from, true) => format!("{from}\u{2013}{}", self.to),
            (from, false) => format!("{from}\u{2013}{} {}", self.end_date, self.to),
        }
    }
}

/// The page needs nothing but itself, and runs nothing.
const HEAD: &str = "<!DOCTYPE html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">
<title>Calendar</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; border-bottom: 1px solid; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: .2rem 0; overflow-wrap: anywhere; }
time { display: inline-block; min-width: 7.5rem; font-variant-numeric: tabular-nums; }
span { opacity: .75; }
.cancelled { text-decoration: line-through; }
</style>
</head>
<body>
<main>
<h1>Calendar</h1>
";

/// What stands for a text between tags.
fn html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// A text that Markdown shows as it is.
fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if c.is_control() => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            c if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | '/' | '-' | '\'' | '%') => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// RFC 4180: quotes around what has commas, quotes or line ends. A spreadsheet takes what begins like a formula for one: such
/// a text gets an apostrophe before it, as spreadsheets write it.
fn csv_field(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text: Cow<'_, str> = if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if text.contains(['"', ',', '\r', '\n']) {
        return Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_stands_in_an_entry_is_markup() {
        assert_eq!(html("<script>\"&'\u{7}\n"), "&lt;script&gt;&quot;&amp;&#39; <br>");
        assert_eq!(markdown("*a* [b](c) <d> #1\n"), "\\*a\\* \\[b\\]\\(c\\) &lt;d\\> \\#1 ");
        assert_eq!(csv_field("a,\"b\"\r\n"), "\"a,\"\"b\"\"\r\n\"");
        assert_eq!(csv_field("=1+1"), "'=1+1");
        assert_eq!(csv_field("plain"), "plain");
    }
}
