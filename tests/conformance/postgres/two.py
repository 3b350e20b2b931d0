"""Two services on one database: what is written through one is seen at once through the other; a database that is lost."""

import argparse
import base64
import concurrent.futures
import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import time

PASSWORD = "correct horse battery"
HOME = "/calendars/ann/personal/"


def event(uid, summary):
    """An event with a text long enough that half of it would be seen."""
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Two//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260201T000000Z\r\nDTSTART:20260302T090000Z\r\nDURATION:PT30M\r\n"
        f"SUMMARY:{summary}\r\nDESCRIPTION:{'x' * 40}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


class Service:
    """A `kalends serve` of its own."""

    def __init__(self, run):
        self.process = run("serve", "--http", "127.0.0.1:0", "--log", "off", stdout=subprocess.PIPE)
        line = self.process.stdout.readline().strip()
        self.address = line.removeprefix("http://").rstrip("/")

    def ask(self, method, path, body="", password=PASSWORD, **headers):
        """Status, headers and body of an answer."""
        connection = http.client.HTTPConnection(self.address, timeout=120)
        told = base64.b64encode(f"ann:{password}".encode()).decode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers = {"Authorization": f"Basic {told}", "Content-Type": "text/calendar"} | headers
        connection.request(method, path, body.encode(), headers)
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, content

    def stop(self):
        """Its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=60)


def seen_at_once(here, there):
    """Each write through one service, read through the other in the next request."""
    for number in range(12):
        path = f"{HOME}{number}.ics"
        status, headers, _ = here.ask("PUT", path, event(number, f"first {number}"), If_None_Match="*")
        assert status == 201, status
        status, read, body = there.ask("GET", path)
        assert (status, read["ETag"]) == (200, headers["ETag"]) and f"first {number}" in body, status
        changed, _, _ = there.ask("PUT", path, event(number, f"second {number}"), If_Match=read["ETag"])
        assert changed == 204, changed
        status, _, _ = here.ask("PUT", path, event(number, "too late"), If_Match=headers["ETag"])
        assert status == 412, status
        status, _, body = here.ask("GET", path)
        assert status == 200 and f"second {number}" in body, body
        if number % 2:
            assert here.ask("DELETE", path)[0] == 204
            assert there.ask("GET", path)[0] == 404
        here, there = there, here


def followed(here, there):
    """A token of one service is one of the other (RFC 6578)."""

    def sync(service, token):
        body = (
            '<sync-collection xmlns="DAV:"><sync-token>' + token + "</sync-token><sync-level>1</sync-level>"
            "<prop><getetag/></prop></sync-collection>"
        )
        status, _, answer = service.ask("REPORT", HOME, body, Content_Type="application/xml")
        assert status == 207, (status, answer)
        return answer, answer.split("sync-token>")[-2].split("</")[0]

    _, token = sync(here, "")
    for number in range(4):
        assert here.ask("PUT", f"{HOME}sync{number}.ics", event(f"s{number}", "x"))[0] == 201
        answer, token = sync(there, token)
        assert answer.count("<response>") + answer.count(":response>") // 2 == 1, answer
        assert f"sync{number}.ics" in answer, answer
        here, there = there, here


def at_once(here, there):
    """Many write through both: of those who expect the same one is first, and nothing is lost."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for number in range(4):
            path = f"{HOME}race{number}.ics"
            ask = lambda writer: (here, there)[writer % 2].ask(
                "PUT", path, event(f"r{number}", f"of {writer}"), If_None_Match="*"
            )[0]
            found = sorted(pool.map(ask, range(4)))
            assert found == [201, 412, 412, 412], found
        put = lambda number: (here, there)[number % 2].ask(
            "PUT", f"{HOME}many{number}.ics", event(f"m{number}", "the same")
        )[0]
        assert set(pool.map(put, range(24))) == {201}
    for number in range(24):
        assert (there, here)[number % 2].ask("GET", f"{HOME}many{number}.ics")[0] == 200


def said(run, *words, file=None):
    """How a command ended, and what it said."""
    command = run(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    words, _ = command.communicate(file)
    return command.returncode, words


def becomes_ready(service, status):
    """Whether it is ready is known for a second."""
    until = time.monotonic() + 120
    while service.ask("GET", "/readyz")[0] != status:
        assert time.monotonic() < until, f"/readyz is never answered by {status}"


def journal(run, home):
    """The database has a log of its own, and whoever wants a journal is told so."""
    code, words = said(run, "admin", "backup", "--follow", f"{home}/journal", "--once")
    assert code == 4 and "archive_command" in words, (code, words)
    assert not os.path.exists(f"{home}/journal")


def too_long(here, there, run):
    """What no index of the database can have is refused, and nothing else is hindered."""
    digits = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(100))
    for service in (here, there):
        status, _, answer = service.ask("PUT", f"{HOME}long.ics", event(digits, "long"))
        assert status == 403 and "valid-calendar-object-resource" in answer, (status, answer)
        assert service.ask("GET", f"{HOME}long.ics")[0] == 404
        assert service.ask("PUT", f"{HOME}long{digits}.ics", event("short", "long"))[0] == 403
    assert here.ask("PUT", f"{HOME}long.ics", event("short", "short"))[0] == 201
    assert there.ask("MOVE", f"{HOME}long.ics", Destination=f"{HOME}{digits}.ics")[0] == 403
    assert there.ask("GET", f"{HOME}long.ics")[0] == 200
    file = "".join(event(uid, uid) for uid in ("before", digits, "behind"))
    code, words = said(run, "import", "-", file=file)
    assert code == 1 and "longer" in words and "2 new" in words, (code, words)


def passwords(here, there, run):
    """Who changes a password changes it for both, which both have verified the old one a moment ago."""
    for service in (here, there):
        assert service.ask("GET", f"{HOME}many0.ics")[0] == 200
    changed = run("admin", "password", "ann", "--password-stdin", stdin=subprocess.PIPE)
    changed.communicate("another horse battery\n")
    assert changed.returncode == 0, changed.returncode
    for service in (here, there):
        assert service.ask("GET", f"{HOME}many0.ics")[0] == 401
        assert service.ask("GET", f"{HOME}many0.ics", password="another horse battery")[0] == 200
    back = run("admin", "password", "ann", "--password-stdin", stdin=subprocess.PIPE)
    back.communicate(PASSWORD + "\n")
    assert back.returncode == 0, back.returncode


def lost(here, there, server, run):
    """The database is killed while clients write: 503 with Retry-After, nothing half written, and all goes on by itself."""
    written, refused = set(), set()

    def write(number):
        service = (here, there)[number % 2]
        status, headers, _ = service.ask("PUT", f"{HOME}lost{number}.ics", event(f"l{number}", "whole"))
        if status == 201:
            written.add(number)
        else:
            assert status == 503 and int(headers["Retry-After"]) > 0, (status, headers)
            refused.add(number)

    for life in range(2):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            tasks = [pool.submit(write, life * 1000 + number) for number in range(24)]
            tasks[3].result()
            server("kill")
            for task in tasks:
                task.result()
        for service in (here, there):
            for method, body in (("GET", ""), ("PUT", event("none", "none"))):
                status, headers, _ = service.ask(method, f"{HOME}none.ics", body)
                assert status == 503 and int(headers["Retry-After"]) > 0, (method, status)
            becomes_ready(service, 503)
            assert service.ask("GET", "/healthz")[0] == 200
        for words in (("serve", "--check", "--http", "127.0.0.1:0"), ("agenda",)):
            code, answer = said(run, *words)
            assert code == 75 and "does not answer" in answer, (words, code, answer)
        server("start")
        # Nobody restarts a service.
        for service in (here, there):
            assert service.ask("PUT", f"{HOME}back{life}.ics", event(f"b{life}", "back"))[0] in (201, 204)
            becomes_ready(service, 200)
        code, answer = said(run, "serve", "--check", "--http", "127.0.0.1:0")
        assert code == 0, (code, answer)
    assert written and refused, "the database was never there, or never missed"
    for number in written | refused:
        status, _, body = (there, here)[number % 2].ask("GET", f"{HOME}lost{number}.ics")
        if number in written:
            assert status == 200, f"{number} was answered and is lost"
        assert status == 404 or body.replace("\r", "") == event(f"l{number}", "whole").replace("\r", ""), body
    code, answer = said(run, "admin", "check")
    assert code == 0, answer
    print(f"two.py: {len(written)} written, {len(refused)} refused while the database was away")


def main():
    """Each of these, and how many held."""
    parser = argparse.ArgumentParser()
    for name in ("program", "database", "server"):
        parser.add_argument(f"--{name}", required=True)
    told = parser.parse_args()

    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "LANG": "C.UTF-8", "PATH": os.environ["PATH"], "KALENDS_DATA": told.database}

        def run(*words, **streams):
            return subprocess.Popen([told.program, *words], env=environment, text=True, **streams)

        def server(word):
            subprocess.run([*told.server.split(), word], check=True, cwd="/", stdout=subprocess.DEVNULL)

        added = run("admin", "user", "add", "ann", "--password-stdin", stdin=subprocess.PIPE)
        added.communicate(PASSWORD + "\n")
        if added.returncode:
            sys.exit(f"`admin user add` ended with {added.returncode}")
        here, there = Service(run), Service(run)
        passed = failed = 0
        for test in (
            lambda: seen_at_once(here, there),
            lambda: followed(here, there),
            lambda: at_once(here, there),
            lambda: too_long(here, there, run),
            lambda: journal(run, home),
            lambda: passwords(here, there, run),
            lambda: lost(here, there, server, run),
        ):
            start = time.monotonic()
            try:
                test()
                passed += 1
            except AssertionError as error:
                failed += 1
                line = error.__traceback__.tb_next.tb_next or error.__traceback__.tb_next
                print(f"two.py: {line.tb_frame.f_code.co_name}, line {line.tb_lineno}: {error}")
            print(f"two.py: {time.monotonic() - start:.1f} s")
        for service in (here, there):
            code = service.stop()
            if code:
                failed += 1
                print(f"two.py: a service ended with {code}")
        print(f"{passed} passed, {failed} failed")
        sys.exit(1 if failed else 0)


main()
