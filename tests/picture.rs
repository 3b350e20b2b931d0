//! A picture of what a terminal shows: text with its styles (SGR of ECMA-48) as SVG.

use std::fmt::Write;

/// A cell of the terminal, in the picture's units.
const CELL: (f64, f64) = (8.4, 19.0);
const MARGIN: f64 = 20.0;

/// Colours follow the reader's preference for light or dark.
const STYLE: &str = "
  text { font: 14px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328 }
  .paper { fill: #ffffff; stroke: #d1d9e0 }
  .bold { font-weight: 600 }
  .dim { fill: #59636e }
  .strike { text-decoration: line-through }
  .red { fill: #c4162a }
  .green { fill: #1a7f37 }
  .yellow { fill: #8a5a00 }
  .cyan { fill: #0b6e8a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .paper { fill: #0d1117; stroke: #30363d }
    .dim { fill: #9198a1 }
    .red { fill: #ff7b72 }
    .green { fill: #56d364 }
    .yellow { fill: #e3b341 }
    .cyan { fill: #6cc7e0 }
  }";

/// Text of one style: its column, its classes, its letters.
struct Run {
    column: usize,
    classes: String,
    text: String,
}

/// Draws lines that a program has written for a terminal, all letters one cell wide.
pub(crate) fn draw(title: &str, output: &str) -> String {
    let lines: Vec<Vec<Run>> = output.lines().map(runs).collect();
    let ends = lines.iter().flatten().map(|run| run.column + run.text.chars().count());
    let width = 2.0 * MARGIN + ends.max().unwrap_or(0) as f64 * CELL.0;
    let height = 2.0 * MARGIN + lines.len() as f64 * CELL.1;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{}</title>\n\
         <style>{STYLE}\n</style>\n\
         <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"8\"/>\n",
        escape(title),
        width - 1.0,
        height - 1.0,
    );
    for (row, line) in lines.iter().enumerate() {
        let y = MARGIN + (row as f64 + 0.75) * CELL.1;
        for Run { column, classes, text } in line {
            let x = MARGIN + *column as f64 * CELL.0;
            let length = text.chars().count() as f64 * CELL.0;
            let class = if classes.is_empty() { String::new() } else { format!(" class=\"{classes}\"") };
            let text = escape(text);
            // The length keeps columns in line, whatever font the reader has.
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\"{class}>{text}</text>"
            );
        }
    }
    svg + "</svg>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A line's text, cut where its style changes and where blanks are wide.
fn runs(line: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut column = 0;
    let mut style = Vec::new();
    for part in line.split('\u{1b}') {
        let text = match part.strip_prefix('[').and_then(|rest| rest.split_once('m')) {
            Some((codes, text)) => {
                codes.split(';').for_each(|code| apply(code, &mut style));
                text
            }
            None => part,
        };
        for (start, words) in phrases(text) {
            runs.push(Run { column: column + start, classes: style.join(" "), text: words });
        }
        column += text.chars().count();
    }
    runs
}

fn apply(code: &str, style: &mut Vec<&str>) {
    match code {
        "" | "0" => style.clear(),
        "1" => style.push("bold"),
        "2" => style.push("dim"),
        "9" => style.push("strike"),
        "31" => style.push("red"),
        "32" => style.push("green"),
        "33" => style.push("yellow"),
        "36" => style.push("cyan"),
        other => panic!("the picture has no style for SGR {other}"),
    }
}

/// What stands between wide blanks, with its place.
fn phrases(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut blanks = 2;
    for (at, letter) in text.chars().enumerate() {
        if letter == ' ' {
            blanks += 1;
            continue;
        }
        match found.last_mut() {
            Some((_, words)) if blanks < 2 => {
                words.extend([' '].iter().take(blanks));
                words.push(letter);
            }
            _ => found.push((at, letter.into())),
        }
        blanks = 0;
    }
    found
}
