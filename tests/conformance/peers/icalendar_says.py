"""What PyPI `icalendar` says of iCalendar files.

Reads paths, one a line, and answers each with one line of JSON: {"components", "errors", "why"}.
`components` is null where `Calendar.from_ical` raised and `why` has the exception; else `errors`
counts the faults that it kept in components and `why` has their texts.
"""

import json
import sys
import warnings

from icalendar import Calendar
from icalendar.timezone import tzp


def judge(path):
    with open(path, "rb") as file:
        data = file.read()
    # Zones of the files before would change what becomes of this one's.
    tzp.use_default()
    try:
        components = Calendar.from_ical(data, multiple=True)
    except Exception as error:
        return {"components": None, "errors": 0, "why": [f"{type(error).__name__}: {error}"[:300]]}
    # A fault of a VCALENDAR's own property is kept in it; walk() yields the component itself first.
    errors = [f"{component.name} {name}: {text}"[:300]
              for root in components for component in root.walk() for name, text in component.errors]
    return {"components": len(components), "errors": len(errors), "why": errors[:50]}


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(judge(line.rstrip("\n"))), flush=True)


if __name__ == "__main__":
    main()
