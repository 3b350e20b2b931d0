//! Recurrence cases of other programs: expanded by `ical` and compared, instance by instance.
//!
//! Where they differ, `docs/recurrence-differences.md` says in what and why. That page is what is expected: a
//! difference that it does not have fails, and so does a row of it that is true no more. Each difference has
//! a [`Reason`], and a reason is checked: read in the other program's way, the case gives what the other
//! program gave.

mod case;
mod page;
mod reason;

use std::fs;

use anyhow::Result;

use crate::Options;
use crate::collection::Collection;
use crate::suite::Suite;

use case::{Case, Expansion};
use page::Page;
use reason::Reason;

/// The tables, and how many cases each has.
const TABLES: [(&str, usize); 4] =
    [("dateutil", 467), ("libical", 104), ("libical-counts", 57), ("kcalcore", 144)];

/// A case that the other program reads otherwise.
#[derive(Debug)]
struct Difference {
    case: Case,
    /// The calendar that was expanded.
    text: Vec<u8>,
    ours: Expansion,
}

/// Compares all tables.
pub(crate) fn suite(collection: &Collection, options: &Options) -> Result<Suite> {
    let mut suite = Suite::new("recurrence");
    let mut page = Page::default();
    for (table, count) in TABLES {
        let (mut agreed, mut explained) = (0, 0);
        for case in collection.table::<Case>(&format!("tables/{table}.jsonl"), count)? {
            let text = match &case.file {
                Some(file) => fs::read(collection.place(file))?,
                None => case.to_text().into_bytes(),
            };
            let ours = case.expand(&text);
            if case.theirs().agree(&ours) {
                agreed += 1;
                continue;
            }
            let difference = Difference { case, text, ours };
            match Reason::of(&difference) {
                Some(reason) => {
                    explained += 1;
                    page.add(reason, &difference);
                }
                None => suite.fail(page::sentence(&difference)),
            }
        }
        suite.pass(agreed);
        println!("recurrence: {table}: {count} cases, {agreed} agree, {explained} differ for a reason");
    }
    page.compare(&options.root.join("docs/recurrence-differences.md"), options.update, &mut suite)?;
    Ok(suite.tell())
}
