//! Dates, times and offsets: with hyphens and colons there, without them in iCalendar (RFC 7265 3.6, RFC 6321
//! 3.6).

/// A date, a date-time or a time that was read, as iCalendar writes it, with hyphens and colons.
pub(super) fn extended(basic: &str) -> String {
    match basic.split_once('T') {
        Some((date, time)) => format!("{}T{}", spread(date, &[4, 6], '-'), extended_time(time)),
        None => spread(basic, &[4, 6], '-'),
    }
}

/// A time that was read, as iCalendar writes it, with colons.
pub(super) fn extended_time(basic: &str) -> String {
    spread(basic, &[2, 4], ':')
}

/// An offset that was read, as iCalendar writes it, with colons.
pub(super) fn extended_offset(basic: &str) -> String {
    spread(basic, if basic.len() > 5 { &[3, 5] } else { &[3] }, ':')
}

fn spread(text: &str, places: &[usize], separator: char) -> String {
    let mut out = String::with_capacity(text.len() + places.len());
    for (at, letter) in text.char_indices() {
        if places.contains(&at) {
            out.push(separator);
        }
        out.push(letter);
    }
    out
}

/// A date, a date-time or a time without hyphens and colons; what has another shape stays as it is, for
/// checks to tell.
pub(super) fn basic(text: &str) -> String {
    const SHAPES: [&str; 5] =
        ["####-##-##", "####-##-##T##:##:##", "####-##-##T##:##:##Z", "##:##:##", "##:##:##Z"];
    let trimmed = text.trim();
    if SHAPES.iter().any(|shape| fits(trimmed, shape)) {
        return trimmed.replace(['-', ':'], "");
    }
    text.to_owned()
}

/// An offset without colons; what has another shape stays as it is.
pub(super) fn basic_offset(text: &str) -> String {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or_default();
    if fits(digits, "##:##") || fits(digits, "##:##:##") {
        return trimmed.replace(':', "");
    }
    text.to_owned()
}

fn fits(text: &str, shape: &str) -> bool {
    let is_fit = |(letter, wanted): (u8, u8)| match wanted {
        b'#' => letter.is_ascii_digit(),
        other => letter == other,
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(is_fit)
}
