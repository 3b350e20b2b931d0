#!/usr/bin/env python3
"""Turns the recurrence tests of python-dateutil, libical and kcalcore into lines of JSON.

Usage: tables.py [--into DIR]

Reads the collections that fetch.py unpacked and writes DIR/tables/{dateutil,libical,libical-counts,
kcalcore}.jsonl; README.md tells their fields. A count that differs from the pinned one fails.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import sys

import packages
from fetch import DEFAULT, HERE
from peers import REQUIREMENTS

# Cases in each table, so that none goes missing in silence.
COUNTS = {"dateutil": 467, "libical": 104, "libical-counts": 57, "kcalcore": 144}

# The zones in which kcalcore prints instances of events that start in UTC, in hours east of it.
EAST = {"CET": 1, "CEST": 2, "GMT": 0, "UTC": 0}


def parts(rule):
    return dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)


def invalid(rule):
    """What RFC 5545 3.3.10 forbids in a rule that other programs read all the same."""
    given = parts(rule)
    frequency = given.get("FREQ")
    numbered = re.search(r"\d", given.get("BYDAY", ""))
    found = {
        "BYWEEKNO outside YEARLY": "BYWEEKNO" in given and frequency != "YEARLY",
        "BYYEARDAY in DAILY, WEEKLY or MONTHLY":
            "BYYEARDAY" in given and frequency in {"DAILY", "WEEKLY", "MONTHLY"},
        "BYMONTHDAY in WEEKLY": "BYMONTHDAY" in given and frequency == "WEEKLY",
        "BYDAY with a number outside MONTHLY and YEARLY":
            numbered and frequency not in {"MONTHLY", "YEARLY"},
        "BYDAY with a number beside BYWEEKNO": numbered and "BYWEEKNO" in given,
        "BYSETPOS alone": "BYSETPOS" in given and sum(key.startswith("BY") for key in given) == 1,
        "COUNT and UNTIL": "COUNT" in given and "UNTIL" in given,
        "an empty part": ";;" in rule or rule.endswith(";"),
    }
    return [reason for reason, holds in found.items() if holds]


def judged(row):
    """The row with what a reader of it will want to tell apart."""
    rules = [*row["rrules"], *row["exrules"]]
    row["invalid"] = sorted({reason for rule in rules for reason in invalid(rule)})
    if row.get("expected") is not None:
        row["dtstart_is_instance"] = None if row.get("from") else row["dtstart"] in row["expected"]
    return row


def dateutil(into):
    """python-dateutil's tests/test_rrule.py."""
    python = packages.venv(into, *REQUIREMENTS) / "bin" / "python"
    # dateutil's zones are the pinned package's.
    printed = packages.call(python, HERE / "peers" / "dateutil_cases.py",
                            into / "collections" / "python-dateutil" / "tests" / "test_rrule.py",
                            env=dict(os.environ, PYTHONTZPATH=""))
    *rows, summary = [json.loads(line) for line in printed.splitlines()]
    print(f"dateutil: {len(rows)} cases from {summary['tests']} tests; left out:")
    for reason, tests in summary["left_out"].items():
        print(f"  {len(tests):4} {reason}")
    return [judged(row) for row in rows]


def zone_of(dtstart, parameters):
    """The zone of a start: a date has none, and Z wins."""
    if dtstart.endswith("Z"):
        return "UTC"
    return None if len(dtstart) == 8 else parameters.get("TZID")


def libical(into):
    """What libical's icalrecur_test prints: RFC 5545's examples and others, then those of RFC 7529."""
    rows = []
    for name in ("icalrecur_test.out", "icalrecur_withicu_dangi_test.out"):
        text = (into / "collections" / "libical" / "src" / "test" / name).read_text()
        for paragraph in text.strip().split("\n\n"):
            given = dict(line.split(":", 1) for line in paragraph.splitlines())
            dtstart, instances = given["DTSTART"], given["INSTANCES"].strip()
            refused = instances.startswith("***")
            rows.append(judged({
                "id": f"libical-{len(rows) + 1}",
                "source": f"libical 3.0.16 src/test/{name}",
                "dtstart": dtstart,
                "tzid": zone_of(dtstart, {}),
                "rrules": [given["RRULE"]], "exrules": [], "rdate": [], "exdate": [],
                "from": given.get("START-AT"),
                "expected": None if refused else [each for each in instances.split(",") if each],
                "refused": instances.strip("* ") if refused else None,
                "truncated": False,
                "horizon": None,
            }))
    refused = sum(row["expected"] is None for row in rows)
    print(f"libical: {len(rows)} cases, of which {refused} it refuses")
    return rows


def properties(text):
    """The properties of unfolded lines: name, parameters, value. Trailing blanks do not count."""
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        if ":" in line and not line.startswith(";"):
            head, value = line.split(":", 1)
            name, *parameters = head.split(";")
            given = dict(each.split("=", 1) for each in parameters if "=" in each)
            yield name.strip().upper(), given, value.strip()


def every(found, wanted):
    """The values of all properties of a name."""
    return [value for name, _, value in found if name == wanted]


def libical_counts(into):
    """libical's test-data/recur.txt, where each event says how many instances it has."""
    text = (into / "collections" / "libical" / "test-data" / "recur.txt").read_text()
    rows = []
    for component in re.findall(r"^BEGIN:VEVENT\n(.*?)^END:VEVENT", text, re.DOTALL | re.MULTILINE):
        found = list(properties(component))
        values = {name: value for name, _, value in found}
        start = next(given for name, given, _ in found if name == "DTSTART")
        rules = every(found, "RRULE")
        endless = not any({"COUNT", "UNTIL"} & parts(rule).keys() for rule in rules)
        rows.append(judged({
            "id": f"libical-count-{len(rows) + 1}",
            "source": "libical 3.0.16 test-data/recur.txt",
            "description": values["DESCRIPTION"].strip(),
            "dtstart": values["DTSTART"],
            "tzid": zone_of(values["DTSTART"], start),
            "rrules": rules, "exrules": every(found, "EXRULE"), "rdate": [], "exdate": every(found, "EXDATE"),
            "count": int(values["X-EXPECT-NUMEVENTS"]) if "X-EXPECT-NUMEVENTS" in values else None,
            # libical ends at the last second of a 32-bit clock.
            "horizon": "20380119T031408Z" if endless else None,
        }))
    print(f"libical-counts: {len(rows)} cases")
    return rows


def wall(line, dtstart):
    """A line of kcalcore's expectation, `2004-07-14T18:00:00 MDT America/Denver`, as DTSTART has it."""
    moment, zone, _ = line.split(" ")
    moment = datetime.datetime.fromisoformat(moment)
    if len(dtstart) == 8 and moment.time() == datetime.time():
        return f"{moment:%Y%m%d}"
    # One event that starts on a date has RDATEs in UTC.
    if dtstart.endswith("Z") or len(dtstart) == 8:
        return f"{moment - datetime.timedelta(hours=EAST[zone]):%Y%m%dT%H%M%SZ}"
    return f"{moment:%Y%m%dT%H%M%S}"


def kcalcore(into):
    """kcalcore's files with the instances that its testrecurrence prints for them (.next.ref)."""
    folder = into / "collections" / "kcalcore" / "autotests" / "data" / "RecurrenceRule"
    rows = []
    for path in sorted(folder.rglob("*.ics")):
        events = re.findall(r"^BEGIN:VEVENT(.*?)^END:VEVENT", path.read_text(), re.DOTALL | re.MULTILINE)
        if len(events) != 1:
            sys.exit(f"{path} has {len(events)} events, expected one")
        found = list(properties(events[0]))
        (given, dtstart), = [(given, value) for name, given, value in found if name == "DTSTART"]
        lines = path.with_name(path.name + ".next.ref").read_text().splitlines()
        expected = [wall(line, dtstart) for line in lines if line.strip()]
        rows.append(judged({
            "id": f"kcalcore-{path.stem}",
            "source": f"kcalcore 5.103.0 autotests/data/RecurrenceRule/{path.relative_to(folder)}",
            "file": str(path.relative_to(into)),
            "dtstart": dtstart,
            "tzid": zone_of(dtstart, given),
            "rrules": every(found, "RRULE"),
            "exrules": every(found, "EXRULE"),
            "recurrence_id": bool(every(found, "RECURRENCE-ID")),
            "expected": expected,
            "truncated": len(expected) == 500,
            "horizon": None,
        }))
    print(f"kcalcore: {len(rows)} cases, of which {sum(row['recurrence_id'] for row in rows)} have a "
          f"RECURRENCE-ID beside the rule and {sum(row['truncated'] for row in rows)} are cut at 500")
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--into", type=pathlib.Path, default=DEFAULT, metavar="DIR")
    into = arguments.parse_args().into.resolve()
    (into / "tables").mkdir(exist_ok=True)
    for name, table in zip(COUNTS, (dateutil, libical, libical_counts, kcalcore), strict=True):
        rows = table(into)
        (into / "tables" / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        if len(rows) != COUNTS[name]:
            sys.exit(f"{name} has {len(rows)} cases, expected {COUNTS[name]}")


if __name__ == "__main__":
    main()
