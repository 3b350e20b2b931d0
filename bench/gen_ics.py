#!/usr/bin/env python3
"""Writes an iCalendar file of any size that looks like real calendars.

One VCALENDAR with VTIMEZONEs (Windows names too), single, all-day and recurring VEVENTs with attendees,
exceptions, overrides and alarms, VTODO, VJOURNAL and VFREEBUSY. Lines are folded at 75 octets on character
borders and end in CRLF; there are TEXT escapes, quoted parameters, RFC 6868 escapes, X- properties, some
base64 attachments and much text that is not ASCII. People, addresses and texts are made up.

The same seed and size give the same bytes, with any Python from 3.9 on.
"""

import argparse
import base64
import datetime as dt
import hashlib
import random

# TZID: standard name and offset, daylight name and offset, then the first start and the rule of each.
ZONES = {
    "America/New_York": (
        ("EST", "-0500"),
        ("EDT", "-0400"),
        ("20070311T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        ("20071104T020000", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ),
    "Europe/Berlin": (
        ("CET", "+0100"),
        ("CEST", "+0200"),
        ("19810329T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        ("19961027T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ),
    "Europe/London": (
        ("GMT", "+0000"),
        ("BST", "+0100"),
        ("19810329T010000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        ("19961027T020000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ),
    "W. Europe Standard Time": (
        ("", "+0100"),
        ("", "+0200"),
        ("16010101T020000", "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3"),
        ("16010101T030000", "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10"),
    ),
    "Pacific Standard Time": (
        ("", "-0800"),
        ("", "-0700"),
        ("16010101T020000", "FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3"),
        ("16010101T020000", "FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11"),
    ),
}

FIRST_NAMES = (
    "Anna Bob Chloé Dmitri Erika Fatima Günther Hiroshi Iñigo Jane Kwame Liu María Nils Olga Priya "
    "Quentin Rosa Søren Tomáš Ursula Victor Wei Xavier Yuki Zoë 太郎 Мария"
).split()

LAST_NAMES = (
    "Müller Smith O'Brien García Kovács Nguyen Žižka Brown Schmidt 山田 Иванов Rossi Larsson da-Silva "
    "Öztürk Weiß Kim Patel Dubois Novak"
).split()

WORDS = (
    "review planning budget roadmap design sync weekly quarterly customer migration release retro "
    "standup interview hiring offsite lunch call contract legal security incident postmortem training "
    "onboarding demo sprint kick-off steering committee board Besprechung réunion déjeuner Geburtstag "
    "café résumé naïve 会議 打ち合わせ встреча заметки 🎉 please bring the agenda and notes; see link, or ask "
    "\\ me"
).split()

# {day} is DTSTART's weekday, {until} a time some weeks or months later.
RULES = [
    "FREQ=WEEKLY;BYDAY={day}",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
    "FREQ=DAILY;COUNT=10",
    "FREQ=WEEKLY;WKST=SU;UNTIL={until};BYDAY={day}",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=YEARLY",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=DAILY;UNTIL={until}",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=WEEKLY;COUNT=52;BYDAY=MO,WE,FR",
]

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

# How often each kind of entry is drawn, in percent.
KINDS = {"event": 60, "all-day": 12, "recurring": 20, "todo": 5, "journal": 2, "busy": 1}


def escape(text):
    """TEXT as it is written (RFC 5545 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line):
    """A content line as bytes, no physical line over 75 octets, no character cut (RFC 5545 3.1)."""
    octets = line.encode()
    if len(octets) <= 75:
        return octets + b"\r\n"
    parts, start, limit = [], 0, 75
    while start < len(octets):
        end = min(start + limit, len(octets))
        while end < len(octets) and (octets[end] & 0xC0) == 0x80:
            end -= 1
        parts.append(octets[start:end])
        start, limit = end, 74
    return b"\r\n ".join(parts) + b"\r\n"


def date(moment):
    return moment.strftime("%Y%m%d")


def local(moment):
    return moment.strftime("%Y%m%dT%H%M%S")


def utc(moment):
    return local(moment) + "Z"


class Generator:
    """Draws entries and writes them. The order of the draws is what a seed stands for."""

    def __init__(self, file, seed):
        self.file = file
        self.random = random.Random(seed)
        self.size = 0
        self.hash = hashlib.sha256()

    def write(self, *lines):
        for line in lines:
            octets = fold(line)
            self.file.write(octets)
            self.hash.update(octets)
            self.size += len(octets)

    def chance(self, probability):
        return self.random.random() < probability

    def words(self, least, most):
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(least, most)))

    def calendar(self, limit):
        """A VCALENDAR that ends with the first entry past `limit` octets; returns the number of entries."""
        self.write(
            "BEGIN:VCALENDAR",
            "PRODID:-//Kalends//gen_ics 1//EN",
            "VERSION:2.0",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "X-WR-CALNAME:Bench",
            "X-WR-TIMEZONE:Europe/Berlin",
        )
        for tzid in ZONES:
            self.timezone(tzid)
        entries = 0
        while self.size < limit:
            entries += 1
            self.entry()
        self.write("END:VCALENDAR")
        return entries

    def timezone(self, tzid):
        (standard, standard_offset), (daylight, daylight_offset), daylight_rule, standard_rule = ZONES[tzid]
        self.write("BEGIN:VTIMEZONE", "TZID:" + tzid)
        for kind, name, before, after, (start, rule) in (
            ("DAYLIGHT", daylight, standard_offset, daylight_offset, daylight_rule),
            ("STANDARD", standard, daylight_offset, standard_offset, standard_rule),
        ):
            self.write("BEGIN:" + kind, "DTSTART:" + start, "RRULE:" + rule)
            self.write("TZOFFSETFROM:" + before, "TZOFFSETTO:" + after)
            if name:
                self.write("TZNAME:" + name)
            self.write("END:" + kind)
        self.write("END:VTIMEZONE")

    def entry(self):
        draw = self.random
        kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
        start = dt.datetime(
            draw.randint(2005, 2027),
            draw.randint(1, 12),
            draw.randint(1, 28),
            draw.randrange(7, 20),
            draw.choice([0, 15, 30, 45]),
        )
        minutes = draw.choice([15, 30, 60, 90, 120])
        tzid = draw.choice(list(ZONES))
        zone = f'"{tzid}"' if " " in tzid and self.chance(0.5) else tzid
        uid = "%032x" % draw.getrandbits(128) + draw.choice(["", "@google.com", "@example.org"])
        stamp = utc(start - dt.timedelta(days=draw.randint(1, 300)))
        head = ["UID:" + uid, "DTSTAMP:" + stamp]
        if kind == "todo":
            self.todo(head, start + dt.timedelta(minutes=minutes), zone)
        elif kind == "journal":
            self.journal(head, start)
        elif kind == "busy":
            self.busy(head, start, minutes)
        else:
            self.event(kind, head, stamp, start, minutes, zone)

    def todo(self, head, due, zone):
        draw = self.random
        self.write("BEGIN:VTODO", *head, f"DUE;TZID={zone}:" + local(due))
        self.write("SUMMARY:" + escape(self.words(2, 8)))
        self.write("PRIORITY:%d" % draw.randint(0, 9))
        self.write("STATUS:" + draw.choice(["NEEDS-ACTION", "IN-PROCESS", "COMPLETED"]))
        self.write("PERCENT-COMPLETE:%d" % draw.randint(0, 100), "END:VTODO")

    def journal(self, head, start):
        self.write("BEGIN:VJOURNAL", *head, "DTSTART;VALUE=DATE:" + date(start))
        self.write("SUMMARY:" + escape(self.words(2, 6)))
        self.write("DESCRIPTION:" + escape(self.words(30, 200)), "END:VJOURNAL")

    def busy(self, head, start, minutes):
        days = [start + dt.timedelta(days=day) for day in range(30)]
        self.write("BEGIN:VFREEBUSY", *head, self.person("ORGANIZER"))
        self.write("DTSTART:" + utc(start), "DTEND:" + utc(start + dt.timedelta(days=30)))
        self.write("FREEBUSY;FBTYPE=BUSY:" + ",".join(f"{utc(day)}/PT{minutes}M" for day in days))
        self.write("END:VFREEBUSY")

    def event(self, kind, head, stamp, start, minutes, zone):
        draw = self.random
        end = start + dt.timedelta(minutes=minutes)
        self.write("BEGIN:VEVENT", *head)
        summary = self.words(2, 8)
        if kind == "all-day":
            self.write("DTSTART;VALUE=DATE:" + date(start))
            self.write("DTEND;VALUE=DATE:" + date(start + dt.timedelta(days=draw.randint(1, 5))))
        elif self.chance(0.15):
            self.write("DTSTART:" + utc(start), "DTEND:" + utc(end))
        else:
            self.write(f"DTSTART;TZID={zone}:" + local(start), f"DTEND;TZID={zone}:" + local(end))
        overrides = 0
        if kind == "recurring":
            rule = draw.choice(RULES)
            until = utc(start + dt.timedelta(days=draw.randint(30, 700)))
            self.write("RRULE:" + rule.format(day=WEEKDAYS[start.weekday()], until=until))
            for week in range(draw.choice([0, 0, 1, 2, 4])):
                self.write(f"EXDATE;TZID={zone}:" + local(start + dt.timedelta(weeks=week + 1)))
            overrides = draw.choice([0, 0, 0, 1, 2])
        self.details(stamp, 0, summary)
        self.write("END:VEVENT")
        for number in range(overrides):
            instance = start + dt.timedelta(weeks=number + 6)
            self.write("BEGIN:VEVENT", *head, f"RECURRENCE-ID;TZID={zone}:" + local(instance))
            self.write(f"DTSTART;TZID={zone}:" + local(instance + dt.timedelta(hours=1)))
            self.write(f"DTEND;TZID={zone}:" + local(instance + dt.timedelta(hours=2)))
            self.details(stamp, 1, summary + " (moved)")
            self.write("END:VEVENT")

    def details(self, stamp, sequence, summary):
        """What an event holds besides its times."""
        draw = self.random
        self.write("CREATED:" + stamp, "LAST-MODIFIED:" + stamp)
        self.write("SEQUENCE:%d" % sequence, "SUMMARY:" + escape(summary))
        if self.chance(0.7):
            description = self.words(5, 120)
            if self.chance(0.5):
                description += "\n\n" + self.words(10, 60)
            self.write("DESCRIPTION:" + escape(description))
        if self.chance(0.6):
            self.write("LOCATION:" + escape(self.words(1, 5)))
        self.write("STATUS:CONFIRMED", "TRANSP:" + draw.choice(["OPAQUE", "TRANSPARENT"]))
        if self.chance(0.3):
            categories = [escape(draw.choice(WORDS)) for _ in range(draw.randint(1, 3))]
            self.write("CATEGORIES:" + ",".join(categories))
        if self.chance(0.15):
            meeting, password = draw.getrandbits(40), draw.getrandbits(64)
            self.write("URL:https://meet.example.com/j/%d?pwd=%x" % (meeting, password))
        if self.chance(0.4):
            self.write("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-CDO-IMPORTANCE:1")
            self.write("X-MICROSOFT-DISALLOW-COUNTER:FALSE", "CLASS:PUBLIC")
        if self.chance(0.1):
            self.write(
                'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="1 Main St\\nBerlin";X-APPLE-RADIUS=72;'
                'X-TITLE="%s":geo:52.5200,13.4050' % self.words(1, 3)
            )
        if self.chance(0.55):
            self.people()
        if self.chance(0.01):
            image = base64.b64encode(draw.randbytes(draw.randint(500, 20000))).decode()
            self.write("ATTACH;FMTTYPE=image/png;ENCODING=BASE64;VALUE=BINARY:" + image)
        if self.chance(0.5):
            self.write("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder")
            self.write("TRIGGER:-PT%dM" % draw.choice([5, 10, 15, 30]), "END:VALARM")

    def people(self):
        draw = self.random
        self.write(self.person("ORGANIZER"))
        for _ in range(min(40, int(draw.expovariate(1 / 5)) + 1)):
            role = draw.choice(["REQ-PARTICIPANT", "OPT-PARTICIPANT"])
            status = draw.choice(["ACCEPTED", "NEEDS-ACTION", "DECLINED", "TENTATIVE"])
            parameters = f";CUTYPE=INDIVIDUAL;ROLE={role};PARTSTAT={status};RSVP=TRUE;X-NUM-GUESTS=0"
            self.write(self.person("ATTENDEE", parameters))

    def person(self, name, parameters=""):
        draw = self.random
        first, last, number = draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES), draw.randrange(5000)
        common_name = draw.choice(
            [f"{first} {last}", f'"{last}, {first}"', f"\"{first} ^'{last}^' (ext.)\"", f'"{last}; {first}"']
        )
        domain = draw.choice(["com", "org", "net", "test"])
        return f"{name};CN={common_name}{parameters}:mailto:user{number}@example.{domain}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", help="the file to write")
    parser.add_argument("--mb", type=float, default=50, help="its size in millions of bytes (%(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="which file of that size (%(default)s)")
    options = parser.parse_args()
    with open(options.out, "wb") as file:
        generator = Generator(file, options.seed)
        entries = generator.calendar(int(options.mb * 1e6))
    print(f"{options.out}: {generator.size} bytes, {entries} entries, sha256 {generator.hash.hexdigest()}")


if __name__ == "__main__":
    main()
