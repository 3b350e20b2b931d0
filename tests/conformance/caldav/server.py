"""The server that is asked, as its environment names it; and a tally of what held.

URL is where a client begins (discovery goes on from there), USER and PASSWORD are who signs in. What scripts install goes to
INTO, by default target/conformance/caldav.
"""

import atexit
import base64
import os
import pathlib
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as tree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

INTO = pathlib.Path(os.environ.get("INTO", HERE.parents[2] / "target" / "conformance" / "caldav")).resolve()
DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"


def place(name):
    """A folder for what a script installs."""
    folder = INTO / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Server:
    """A server of CalDAV, asked by plain requests, beside the client that is under test."""

    def __init__(self):
        missing = [name for name in ("URL", "USER", "PASSWORD") if name not in os.environ]
        if missing:
            sys.exit(f"{pathlib.Path(sys.argv[0]).name} wants {', '.join(missing)} in the environment")
        self.url, self.user, self.password = (os.environ[name] for name in ("URL", "USER", "PASSWORD"))
        self.home = self.discover()

    def ask(self, method, where, body=None, **headers):
        """Status, headers and body of an answer; `where` is a path or a URL."""
        address = urllib.parse.urljoin(self.url, where)
        request = urllib.request.Request(address, method=method, data=body and body.encode())
        secret = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {secret}")
        if body:
            kind = "text/calendar" if body.startswith("BEGIN:") else "application/xml"
            request.add_header("Content-Type", f"{kind}; charset=utf-8")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()

    def wants(self, expected, method, where, body=None, **headers):
        """The body of an answer whose status must be one of these."""
        status, _, said = self.ask(method, where, body, **headers)
        if status not in expected:
            sys.exit(f"{method} {where} is answered by {status}: {said[:500]!r}")
        return said

    def property(self, where, name):
        """The DAV:href in a property."""
        namespace, local = name[1:].split("}")
        body = f'<D:propfind xmlns:D="DAV:"><D:prop><X:{local} xmlns:X="{namespace}"/></D:prop></D:propfind>'
        said = tree.fromstring(self.wants({207}, "PROPFIND", where, body, Depth="0"))
        found = said.find(f".//{name}/{DAV}href")
        if found is None:
            sys.exit(f"{where} has no {name}")
        return found.text.strip()

    def discover(self):
        """The home of the user's calendars (RFC 6764 6)."""
        principal = self.property(self.url, f"{DAV}current-user-principal")
        return self.property(principal, f"{CALDAV}calendar-home-set").rstrip("/") + "/"

    def make(self, name):
        """A new calendar, whose name begins so; it is removed at the end, if the server will."""
        path = f"{self.home}{name}-{secrets.token_hex(4)}/"
        self.wants({201}, "MKCALENDAR", path)
        atexit.register(self.ask, "DELETE", path)
        return path

    def tags(self, calendar):
        """The path and the tag of each object."""
        body = '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'
        said = tree.fromstring(self.wants({207}, "PROPFIND", calendar, body, Depth="1"))
        pairs = {one.findtext(f"{DAV}href").strip(): one.findtext(f".//{DAV}getetag") for one in said}
        return {href: tag for href, tag in pairs.items() if not href.endswith("/")}

    def texts(self, calendar):
        """The path and the text of each object."""
        return {href: self.wants({200}, "GET", href).decode() for href in self.tags(calendar)}

    def put(self, calendar, name, text):
        self.wants({201, 204}, "PUT", f"{calendar}{name}", text)


class Tally:
    """What held and what did not."""

    def __init__(self):
        self.name, self.passed, self.failed, self.left = pathlib.Path(sys.argv[0]).name, 0, 0, 0

    def check(self, holds, what):
        """Counts one check; `what` says what was wanted, and what was found."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED caldav/{self.name}: {what}", flush=True)

    def left_out(self, what):
        """Tells one check that is not held against the server, and why."""
        self.left += 1
        print(f"LEFT OUT caldav/{self.name}: {what}", flush=True)

    def end(self):
        left = f", {self.left} left out" if self.left else ""
        print(f"suite caldav/{self.name}: {self.passed} passed, {self.failed} failed{left}")
        sys.exit(1 if self.failed or not self.passed else 0)


def table(name):
    """The rows of a table beside this file: cells between bars; `#` begins a remark."""
    lines = (HERE / name).read_text().splitlines()
    return [[word.strip() for word in line.split("|")] for line in lines if line and not line.startswith("#")]


def event(uid, summary, start="20260302T090000Z", more=""):
    """An event of an hour, as a resource."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kalends//conform//EN", "BEGIN:VEVENT", f"UID:{uid}",
             "DTSTAMP:20260101T000000Z", f"DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{summary}",
             *more.splitlines(), "END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{line}\r\n" for line in lines)


def meaning(text):
    """The lines of a text in order of their letters, unfolded: the same for programs that write them anew."""
    lines = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")
    return sorted(line for line in lines if line and not line.startswith("PRODID"))
