#!/usr/bin/env python3
"""Asks two other readers, PyPI `icalendar` and libical 3, what they say of each collected file.

Usage: peers.py [--into DIR]

Reads DIR/files.tsv, which fetch.py wrote, and writes DIR/verdicts.jsonl, a line for each distinct file;
README.md tells its fields. Peers run in processes of their own: one that dies or takes longer than
PATIENCE is started afresh, and the file's verdict is `fails`.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import select
import subprocess
import sys
import threading

import packages
from fetch import DEFAULT, HERE

# What the environment holds; icalendar's own requirements too, so that verdicts do not move with them.
REQUIREMENTS = ["icalendar==7.3.0", "python-dateutil==4.0.0", "typing_extensions==4.16.0", "tzdata==2026.6"]

# Seconds that a peer may take over one file, many times what one takes.
PATIENCE = 300
PROCESSES = 2


class Peer:
    """A program that answers paths, one a line, with one line of JSON each."""

    def __init__(self, *command):
        self.command = [str(word) for word in command]
        self.process = None

    def ask(self, path):
        """The program's answer, or None where it gave none."""
        if self.process is None:
            # Zones come from the pinned package, not from this machine.
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=dict(os.environ, PYTHONTZPATH=""),
            )
        try:
            self.process.stdin.write(f"{path}\n".encode())
            self.process.stdin.flush()
            if select.select([self.process.stdout], [], [], PATIENCE)[0]:
                return json.loads(self.process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            pass
        self.stop(kill=True)
        return None

    def stop(self, kill=False):
        if self.process is not None:
            if kill:
                self.process.kill()
            self.process.communicate()
            self.process = None


def answers(command, paths):
    """Each path's answer, in the order of the paths, from several processes."""
    mine = threading.local()
    started = []

    def ask(path):
        if not hasattr(mine, "peer"):
            mine.peer = Peer(*command)
            started.append(mine.peer)
        return mine.peer.ask(path)

    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        found = list(pool.map(ask, paths))
    for peer in started:
        peer.stop()
    return found


def verdict(answer):
    """The word for an answer, and the reasons given."""
    if answer is None:
        return "fails", [f"no answer within {PATIENCE} s"]
    if answer["components"] is None:
        return "rejects", answer["why"]
    if answer["components"] == 0:
        return "rejects", ["no component"]
    return "accepts", answer["why"]


def row(digest, icalendar, libical):
    icalendar_says, icalendar_why = verdict(icalendar)
    libical_says, libical_why = verdict(libical)
    if libical_says == "accepts" and libical["errors"]:
        libical_says = "rejects"
    return {
        "hash": digest,
        "icalendar": icalendar_says,
        "icalendar_errors": icalendar["errors"] if icalendar else 0,
        "icalendar_why": icalendar_why,
        "libical": libical_says,
        "libical_restrictions": libical["restrictions"] if libical else 0,
        "libical_why": libical_why,
    }


def build(into):
    """The program that asks libical, built again when its source is newer."""
    packages.install("libical-dev", "gcc", "libc6-dev")
    program, text = into / "libical", HERE / "peers" / "libical.c"
    if not program.exists() or program.stat().st_mtime < text.stat().st_mtime:
        packages.call("gcc", "-std=c11", "-Wall", "-Wextra", "-O1", "-o", program, text, "-lical")
    return program


def kind(reason):
    """A reason without what is particular to one file, for counting."""
    return re.sub(r"(?<![a-z])['\"].*?(?:['\"](?![a-z])|$)|[+-]?\d[\dTZ:.]*", "~", reason.split("\n")[0])[:72]


def report(rows):
    for peer in ("icalendar", "libical"):
        words = collections.Counter(row[peer] for row in rows)
        print(f"{peer}: " + ", ".join(f"{words[word]} {word}" for word in sorted(words)))
        reasons = collections.Counter(kind(row[f"{peer}_why"][0]) for row in rows if row[peer] != "accepts")
        for reason, count in reasons.most_common(12):
            print(f"  {count:4} {reason}")
    either = sum(row["icalendar"] != "accepts" or row["libical"] != "accepts" for row in rows)
    errors = sum(row["icalendar"] == "accepts" and row["icalendar_errors"] > 0 for row in rows)
    restrictions = sum(row["libical"] == "accepts" and row["libical_restrictions"] > 0 for row in rows)
    print(f"{either} of {len(rows)} files rejected by one or both; accepted with errors kept by icalendar: "
          f"{errors}; accepted with restrictions broken by libical's table: {restrictions}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--into", type=pathlib.Path, default=DEFAULT, metavar="DIR")
    into = arguments.parse_args().into.resolve()
    files = [line.split("\t") for line in (into / "files.tsv").read_text().splitlines()]
    python = packages.venv(into, *REQUIREMENTS) / "bin" / "python"
    program = build(into)

    sources = [into / "files.tsv", HERE / "peers.py", *sorted((HERE / "peers").glob("*.*"))]
    made_from = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    stamp, output = into / "verdicts.sha256", into / "verdicts.jsonl"
    if not (output.exists() and stamp.exists() and stamp.read_text() == made_from):
        paths = [into / path for _, _, path, _ in files]
        icalendar = answers([python, HERE / "peers" / "icalendar_says.py"], paths)
        libical = answers([program], paths)
        rows = [row(digest, *said) for (digest, *_), *said in zip(files, icalendar, libical, strict=True)]
        output.write_text("".join(json.dumps(row) + "\n" for row in rows))
        stamp.write_text(made_from)
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    if len(rows) != len(files):
        sys.exit(f"{len(rows)} verdicts for {len(files)} files")
    report(rows)


if __name__ == "__main__":
    main()
