"""A client of evolution-data-server. A line of standard input is one thing to do, of words with tabs between them; each is
answered by a line: `done ...`, or what went wrong.
"""

import os
import sys
import time

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402

# Seconds, many times what anything here takes.
PATIENCE = 600
MASTER = ECal.ObjModType.ALL
PLAIN = ECal.OperationFlags.NONE

state = {}


def open_calendar():
    registry = EDataServer.SourceRegistry.new_sync(None)
    source = registry.ref_source("conform")
    secret = EDataServer.NamedParameters.new()
    secret.set("username", os.environ["USER"])
    secret.set("password", os.environ["PASSWORD"])
    # It does not wait to be connected: that wants the password first.
    client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 0xFFFFFFFF, None)
    source.invoke_authenticate_sync(secret, None)
    state.update(registry=registry, source=source, client=client)
    until(lambda: source.get_connection_status() == EDataServer.SourceConnectionStatus.CONNECTED, "connected")
    until(lambda: not client.is_readonly(), "writable")
    client.refresh_sync(None)
    until(lambda: summaries(), "filled")


def until(holds, what):
    """Lets events come in until something holds."""
    end, context = time.monotonic() + PATIENCE, GLib.MainContext.default()
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not {what} within {PATIENCE} s")
        context.iteration(False)
        time.sleep(0.05)


def summaries():
    _, found = state["client"].get_object_list_sync("#t", None)
    return [one.get_summary() for one in found]


def create(uid, summary):
    text = (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260303T090000Z\r\n"
            f"DTEND:20260303T100000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n")
    state["client"].create_object_sync(ICalGLib.Component.new_from_string(text), PLAIN, None)


def rename(uid, summary):
    _, component = state["client"].get_object_sync(uid, None, None)
    component.set_summary(summary)
    state["client"].modify_object_sync(component, MASTER, PLAIN, None)


def remove(uid):
    state["client"].remove_object_sync(uid, None, MASTER, PLAIN, None)


def refresh(wanted):
    state["client"].refresh_sync(None)
    until(lambda: wanted in summaries(), f"refreshed: {wanted}")


VERBS = {"open": open_calendar, "list": summaries, "create": create, "rename": rename, "remove": remove, "refresh": refresh}

for line in sys.stdin:
    verb, *words = line.rstrip("\n").split("\t")
    try:
        print("done", VERBS[verb](*words), flush=True)
    except Exception as fault:  # whatever it is, the one who asked is told
        print(type(fault).__name__, str(fault).replace("\n", " "), flush=True)
