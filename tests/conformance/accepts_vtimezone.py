#!/usr/bin/env python3
"""Holds the VTIMEZONEs of files against PyPI `icalendar`.

Usage: accepts_vtimezone.py [--into DIR] FILE... < PROBES

`icalendar` reads each FILE and makes a time zone of each VTIMEZONE's own observances; its TZID is not looked
up. PROBES has a line of JSON for each local time to ask of the zone of that name, in whichever file it is:
{"tzid": "Europe/Berlin", "local": "20240101T000000", "offset": "+0100"}, with "fold": 1 for the second of two
readings. Each refusal and each mismatch is a line of JSON on standard output; the exit code is 1 where there
is one, or where nothing was compared.
"""

import argparse
import datetime
import json
import os
import pathlib
import sys
import warnings

import packages
from fetch import DEFAULT
from peers import REQUIREMENTS


def offset(delta):
    """A UTC offset as RFC 5545 3.3.14 writes it."""
    seconds = int(delta.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")


def zones(path):
    """The zones of a file: pairs of TZID and a time zone, or the reason why there is none."""
    from icalendar import Calendar
    from icalendar.timezone import tzp

    tzp.use_default()
    try:
        components = Calendar.from_ical(path.read_bytes(), multiple=True)
    except Exception as error:
        yield None, f"{type(error).__name__}: {error}"
        return
    found = [zone for component in components for zone in component.walk("VTIMEZONE")]
    if not found:
        yield None, "no VTIMEZONE"
    for zone in found:
        try:
            yield str(zone["TZID"]), zone.to_tz(lookup_tzid=False)
        except Exception as error:
            yield str(zone.get("TZID")), f"{type(error).__name__}: {error}"


def compare(files, probes):
    """Prints what differs; returns how many probes were compared and how many lines were printed."""
    known, told = {}, 0
    for path in files:
        for tzid, zone in zones(path):
            if isinstance(zone, str):
                print(json.dumps({"file": str(path), "tzid": tzid, "refused": zone}))
                told += 1
            else:
                known[tzid] = zone
    compared = 0
    for line in probes:
        probe = json.loads(line)
        zone = known.get(probe["tzid"])
        if zone is None:
            print(json.dumps(probe | {"found": None}))
            told += 1
            continue
        moment = datetime.datetime.strptime(probe["local"], "%Y%m%dT%H%M%S")
        found = offset(moment.replace(tzinfo=zone, fold=probe.get("fold", 0)).utcoffset())
        compared += 1
        if found != probe["offset"]:
            print(json.dumps(probe | {"found": found}))
            told += 1
    return compared, told


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--into", type=pathlib.Path, default=DEFAULT, metavar="DIR")
    arguments.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE")
    given = arguments.parse_args()
    place = packages.venv(given.into.resolve(), *REQUIREMENTS)
    if pathlib.Path(sys.prefix) != place:
        # Again, with the interpreter that has `icalendar`.
        os.execv(place / "bin" / "python", [str(place / "bin" / "python"), *sys.argv])
    warnings.simplefilter("ignore")
    compared, told = compare(given.files, sys.stdin)
    print(f"{compared} offsets compared in {len(given.files)} files, {told} problems", file=sys.stderr)
    sys.exit(1 if told or not compared else 0)


if __name__ == "__main__":
    main()
