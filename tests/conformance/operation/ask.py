"""Asks a service what it tells its keepers, and reads the answers by others' programs.

Arguments: the program, and the folder for what is fetched. Run by `run`.
"""

import base64
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import packages  # noqa: E402

PROMETHEUS = "prometheus_client==0.26.0"
PASSWORD = "correct horse battery"
# What systemd gives a unit that may do nothing but what it must: 0 is best, 10 worst.
MOST_EXPOSED = 2.0
UNITS = HERE.parents[2] / "packaging"

# Reads an exposition from standard input, and says what is in it: of each family its name, kind, help and labels.
READ = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families

families = list(text_string_to_metric_families(sys.stdin.read()))
print(json.dumps([{
    "name": one.name, "kind": one.type, "help": one.documentation,
    "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in one.samples],
} for one in families]))
"""


class Tally:
    """What held, and what did not."""

    def __init__(self):
        self.passed = self.failed = 0

    def holds(self, what, is_so, more=""):
        if is_so:
            self.passed += 1
        else:
            self.failed += 1
            print(f"operation: does not hold: {what} {more}", flush=True)


class Service:
    """`kalends serve` over a store of its own, with Ann in it; what it notes is kept in memory."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        place = pathlib.Path(self.folder.name)
        (place / "kalends.toml").write_text("")
        environment = dict(os.environ, KALENDS_DATA=str(place / "store"), KALENDS_CONFIG=str(place / "kalends.toml"))
        environment.pop("KALENDS_NOW", None)
        subprocess.run([program, "admin", "user", "add", "ann", "--password-stdin"], env=environment, check=True,
                       input=PASSWORD + "\n", text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.log = open(place / "log", "w+")
        command = [program, "serve", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log-format", "json"]
        self.child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.address = self.child.stdout.readline().strip().rstrip("/")
        self.metrics = self.child.stdout.readline().strip()

    def ask(self, method, path, body=None, password=PASSWORD, **headers):
        """Status, headers and octets of an answer."""
        request = urllib.request.Request(self.address + path, method=method, data=body and body.encode())
        request.add_header("Authorization", "Basic " + base64.b64encode(f"ann:{password}".encode()).decode())
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()

    def end(self):
        self.child.terminate()
        code = self.child.wait()
        self.log.seek(0)
        return code, self.log.read().splitlines()


def event(number):
    return "".join(f"{line}\r\n" for line in [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kalends//conform//EN", "BEGIN:VEVENT", f"UID:{number}",
        "DTSTAMP:20260101T000000Z", "DTSTART:20260302T090000Z", "SUMMARY:Tea", "END:VEVENT", "END:VCALENDAR"])


def of_metrics(tally, service, python):
    told = urllib.request.urlopen(service.metrics)
    media, text = told.headers["Content-Type"], told.read().decode()
    tally.holds("the exposition says what it is", media.startswith("text/plain; version=0.0.4"), media)
    families = json.loads(subprocess.run([python, "-c", READ], input=text, text=True, check=True,
                                         capture_output=True).stdout)
    by_name = {one["name"]: one for one in families}
    for one in families:
        tally.holds(f"{one['name']} has a kind and a help", one["kind"] != "unknown" and one["help"], one)
    for name, kind in {
        "kalends_http_request_seconds": "histogram", "kalends_http_requests_in_progress": "gauge",
        "kalends_connections": "gauge", "kalends_received_bytes": "counter", "kalends_sent_bytes": "counter",
        "kalends_sign_ins": "counter", "kalends_store_sets": "counter", "kalends_store_commit_seconds": "histogram",
        "kalends_store_commit_sets": "histogram", "kalends_store_snapshots": "gauge", "kalends_store_schema": "gauge",
        "kalends_build_info": "gauge", "process_resident_memory_bytes": "gauge",
    }.items():
        tally.holds(f"{name} is a {kind}", by_name.get(name, {}).get("kind") == kind, by_name.get(name))
    puts = [s["value"] for s in by_name["kalends_http_request_seconds"]["samples"]
            if s["name"].endswith("_count") and s["labels"] == {"method": "PUT", "status": "2xx"}]
    tally.holds("what was put was counted", puts == [40.0], puts)
    labels = {(name, value) for one in families for s in one["samples"] for name, value in s["labels"].items()}
    known = {"le": None, "method": {"GET", "PUT", "PROPFIND", "other"}, "status": {"2xx", "4xx", "5xx"},
             "outcome": {"accepted", "ok", "refused", "applied"}, "version": None}
    other = [pair for pair in labels if pair[0] not in known or known[pair[0]] and pair[1] not in known[pair[0]]]
    tally.holds("labels have so many values and no more", not other, other)
    described = set(re.findall(r"`((?:kalends|process)_\w+)`", (HERE.parents[2] / "docs/guide/administrator.md").read_text()))
    names = {name for one in families for name in [one["name"], f"{one['name']}_total"]}
    tally.holds("the guide names what there is", described <= names, described - names)
    ours = {one["name"] for one in families if one["name"].startswith("kalends_")}
    told = described | {name.removesuffix("_total") for name in described}
    tally.holds("the guide names all of it", ours <= told, ours - told)


def of_answers(tally, service):
    for number in range(40):
        service.ask("PUT", f"/calendars/ann/personal/{number}.ics", event(number), Content_Type="text/calendar")
    for name in range(30):
        service.ask(f"MADEUP{name}", "/calendars/ann/personal/")
    service.ask("GET", "/calendars/ann/personal/", password="wrong")
    _, _, plain = service.ask("PROPFIND", "/calendars/ann/personal/", Depth="1")
    status, headers, small = service.ask("PROPFIND", "/calendars/ann/personal/", Depth="1", Accept_Encoding="gzip")
    tally.holds("207 is compressed", (status, headers["Content-Encoding"]) == (207, "gzip"), headers)
    tally.holds("and says the same", gzip.decompress(small) == plain)
    tally.holds("and is a quarter of it at most", len(small) * 4 < len(plain), (len(small), len(plain)))
    _, headers, text = service.ask("GET", "/calendars/ann/personal/1.ics", Accept_Encoding="gzip")
    tally.holds("an object is as it is", not headers["Content-Encoding"] and text.decode() == event(1), headers)


def of_log(tally, code, lines):
    tally.holds("it ended well", code == 0, code)
    read = [json.loads(line) for line in lines]
    answered = [line for line in read if line.get("message") == "answered"]
    tally.holds("each request is a line", len(answered) == 74, len(answered))
    wrong = [line for line in read if line["level"] not in ("INFO", "DEBUG")]
    tally.holds("nothing is amiss", not wrong, wrong)


def of_units(tally, program):
    """systemd reads them, and says how little they may do."""
    if not shutil.which("systemd-analyze"):
        packages.install("systemd")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for path in [*UNITS.glob("*.service"), *UNITS.glob("*.timer")]:
            # The program stands where it is installed.
            (folder / path.name).write_text(path.read_text().replace("/usr/bin/kalends ", f"{program} "))
        for path in sorted(folder.iterdir()):
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
            tally.holds(f"{path.name} is read", done.returncode == 0 and not done.stderr, done.stderr)
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", folder / "kalends.service"],
                              capture_output=True, text=True)
        found = re.search(r"exposure level for kalends.service: ([\d.]+)", done.stdout)
        tally.holds("it may do little", found and float(found[1]) <= MOST_EXPOSED, done.stdout + done.stderr)
        print(f"operation: exposure {found[1] if found else 'unknown'} of 10")


def main():
    program, into = sys.argv[1], pathlib.Path(sys.argv[2])
    python = packages.venv(into, PROMETHEUS) / "bin" / "python"
    tally, service = Tally(), Service(program)
    try:
        of_answers(tally, service)
        of_metrics(tally, service, python)
    finally:
        code, lines = service.end()
    of_log(tally, code, lines)
    of_units(tally, program)
    print(f"suite operation: {tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed or not tally.passed else 0)


main()
