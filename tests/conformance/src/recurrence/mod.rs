//! x
mod case;
use anyhow::Result;
use crate::Options;
use crate::collection::Collection;
use crate::suite::Suite;
use case::Case;
pub(crate) fn suite(c: &Collection, o: &Options) -> Result<Suite> { let _ = (o.update, &o.root);
    let mut s = Suite::new("recurrence");
    for (t, n) in [("dateutil",467),("libical",104),("libical-counts",57),("kcalcore",144)] {
        for case in c.table::<Case>(&format!("tables/{t}.jsonl"), n)? {
            let text = match &case.file { Some(f) => std::fs::read(c.place(f))?, None => case.to_text().into_bytes() };
            let ours = case.expand(&text);
            let ok = match (&case.expected, case.count) { (Some(e), _) => ours.as_ref() == Ok(e), (None, Some(n)) => ours.as_ref().map(Vec::len) == Ok(n), _ => ours.is_err() };
            if ok { s.pass(1); continue; }
            let rules = case.named_by_rules();
            let mut plus = case.expected.clone().unwrap_or_default();
            let counted = case.rrules.iter().any(|r| r.contains("COUNT"));
            if !plus.contains(&case.dtstart) { plus.insert(0, case.dtstart.clone()); if counted { plus.pop(); } }
            let a = rules.as_ref().ok() == case.expected.as_ref();
            let b = ours.as_ref() == Ok(&plus);
            println!("DIFF\t{}\t{}{}\t{} {:?} {:?} rd{:?} xd{:?}\ttheirs {} {:?}\tours {:?} {:?}", case.id, if a {"A"} else {"-"}, if b {"B"} else {"-"}, case.dtstart, case.tzid, case.rrules, case.rdate, case.exdate,
              case.expected.as_ref().map_or(case.count.unwrap_or(0), Vec::len), case.expected.as_ref().map(|e| e.iter().take(4).collect::<Vec<_>>()), ours.as_ref().map(Vec::len), ours.as_ref().map(|e| e.iter().take(4).collect::<Vec<_>>()));
            s.fail("");
        }
    }
    Ok(s.tell()) }
