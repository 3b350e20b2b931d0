"""A device: a folder that vdirsyncer keeps like a calendar on the server."""

import pathlib
import subprocess

import packages
from server import place

REQUIREMENTS = ["vdirsyncer==0.21.0"]

CONFIG = """\
[general]
status_path = "{folder}/status"

[pair calendars]
a = "here"
b = "there"
collections = [["one", "one", "{segment}"]]
conflict_resolution = {resolution}
metadata = ["displayname", "color"]

[storage here]
type = "filesystem"
path = "{folder}/calendars"
fileext = ".ics"

[storage there]
type = "caldav"
url = "{url}"
username = "{user}"
password = "{password}"
"""


class Device:
    """`resolution` is vdirsyncer's own word: `null`, `"a wins"` (the device) or `"b wins"` (the server)."""

    def __init__(self, server, folder, calendar, resolution="null"):
        self.program = packages.venv(place("vdirsyncer"), *REQUIREMENTS) / "bin" / "vdirsyncer"
        self.folder, self.here = pathlib.Path(folder), pathlib.Path(folder) / "calendars" / "one"
        self.here.mkdir(parents=True)
        self.config = self.folder / "config"
        self.config.write_text(CONFIG.format(
            folder=folder, segment=calendar.rstrip("/").rsplit("/", 1)[1], resolution=resolution,
            url=server.url, user=server.user, password=server.password,
        ))

    def run(self, *words):
        """Exit code and output of a command; whatever it asks is answered with yes."""
        command = [self.program, "--config", self.config, *words]
        done = subprocess.run([str(word) for word in command], input="y\n" * 20, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def discover(self):
        return self.run("discover", "calendars")

    def sync(self):
        return self.run("sync")

    def texts(self):
        """The texts of all files, by name."""
        return {path.name: path.read_bytes().decode() for path in self.here.glob("*.ics")}

    def write(self, name, text):
        """Writes a file beside and moves it into place, as editors do, with a time that vdirsyncer notices."""
        part = self.folder / "part"
        part.write_bytes(text.encode())
        part.rename(self.here / name)
