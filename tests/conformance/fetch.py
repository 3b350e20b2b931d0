#!/usr/bin/env python3
"""Fetches the public collections named in collections.toml and lists their iCalendar files.

Usage: fetch.py [--into DIR]

Each package is fetched once, held against its SHA-256 and unpacked under DIR/collections. DIR/files.tsv
has a line for each distinct file: SHA-256, collection, path from DIR, and what is special about it:
`vcalendar1` (version 1.0), `content` (known by its first line, not by its name), or `-`.
"""

import argparse
import fnmatch
import hashlib
import pathlib
import re
import shutil
import sys
import tarfile
import tomllib

import packages

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT = HERE.parents[1] / "target" / "conformance"

# Fewer distinct files than this, counted by name, and a collection has gone missing.
LEAST = 1800

EXTENSIONS = {".ics", ".vcs", ".ifb", ".ical"}
OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:V(CALENDAR|EVENT|TODO|JOURNAL|FREEBUSY|TIMEZONE)\s*[\r\n]",
                     re.IGNORECASE)
VERSION_1 = re.compile(rb"^VERSION:\s*1\.0\s*$", re.IGNORECASE | re.MULTILINE)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def archive(collection, into):
    """The package's file, fetched unless it is there already, with the hash that was pinned."""
    target = into / "archives" / collection["file"]
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and sha256(target.read_bytes()) == collection["sha256"]:
        return target
    target.unlink(missing_ok=True)
    match collection["from"]:
        case "cargo":
            packages.crate(collection["name"], collection["version"], target, into)
        case "pip":
            packages.sdist(collection["name"], collection["version"], target, into)
        case "apt":
            packages.source(collection["package"], target, into)
    found = sha256(target.read_bytes())
    if found != collection["sha256"]:
        target.rename(target.with_name(target.name + ".refused"))
        sys.exit(f"{collection['file']} has the hash {found}, pinned is {collection['sha256']}")
    return target


def unpack(collection, tarball, into):
    """The package's regular files, in a folder of their own."""
    folder = into / "collections" / collection["name"]
    stamp = folder / ".sha256"
    if stamp.exists() and stamp.read_text() == collection["sha256"]:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(tarball) as tar:
        for member in tar:
            # The folder that all is in has the version in its name.
            path = pathlib.PurePosixPath(*pathlib.PurePosixPath(member.name).parts[1:])
            if not member.isfile() or ".." in path.parts or path.is_absolute():
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tar.extractfile(member).read())
    stamp.write_text(collection["sha256"])
    return folder


def calendars(folder, leave):
    """Each iCalendar file of a folder: path, bytes, and whether its name says what it is."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or any(fnmatch.fnmatch(path.name, pattern) for pattern in leave):
            continue
        named = path.suffix.lower() in EXTENSIONS
        with path.open("rb") as file:
            if named or OPENING.match(file.read(256)):
                file.seek(0)
                yield path, file.read(), named


def marks(data, named):
    found = []
    if VERSION_1.search(data):
        found.append("vcalendar1")
    if not named:
        found.append("content")
    return ",".join(found) or "-"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--into", type=pathlib.Path, default=DEFAULT, metavar="DIR")
    into = arguments.parse_args().into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    collections = tomllib.loads((HERE / "collections.toml").read_text())["collection"]

    rows = {}
    for collection in collections:
        folder = unpack(collection, archive(collection, into), into)
        by_name = by_content = new = 0
        for path, data, named in calendars(folder, collection.get("leave", [])):
            by_name += named
            by_content += not named
            row = (collection["name"], str(path.relative_to(into)), marks(data, named))
            if rows.setdefault(sha256(data), row) is row:
                new += 1
        print(f"{collection['name']} {collection['version']}: {by_name} files by name, "
              f"{by_content} by content, {new} not seen before")
        if by_name != collection["files"]:
            sys.exit(f"{collection['name']} has {by_name} files by name, expected {collection['files']}")

    distinct = sum("content" not in row[2] for row in rows.values())
    lines = [f"{digest}\t{collection}\t{path}\t{mark}\n" for digest, (collection, path, mark) in rows.items()]
    (into / "files.tsv").write_text("".join(lines))
    old = sum("vcalendar1" in row[2] for row in rows.values())
    print(f"{len(rows)} distinct files ({distinct} by name, {len(rows) - distinct} by content; "
          f"{old} of them vCalendar 1.0)")
    if distinct < LEAST:
        sys.exit(f"{distinct} distinct files, expected at least {LEAST}")


if __name__ == "__main__":
    main()
