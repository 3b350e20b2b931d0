"""Runs python-dateutil's own recurrence tests and records what they ask for.

Usage: dateutil_cases.py TEST_RRULE_PY

Prints a line of JSON for each list of instances that a test expects, in the shape that README.md tells, and
at the end a line {"tests", "left_out": {reason: [test, ...]}}.

The classes of dateutil.rrule are replaced by ones that remember how they were made; the tests then run as
they are, and each comparison of a list made from a rule with an expected list is a case.
"""

import ast
import builtins
import collections
import contextlib
import datetime
import inspect
import json
import re
import sys
import types
import unittest

import dateutil.rrule as engine
from dateutil import tz

FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
LISTS = ["bymonth", "byweekno", "byyearday", "bymonthday", "byhour", "byminute", "bysecond", "bysetpos"]
SIGNATURE = inspect.signature(engine.rrule.__init__)


class LeftOut(Exception):
    """Why what a test asks for is no case."""


class Rule(engine.rrule):
    """A rule that remembers its arguments."""

    def __init__(self, *positional, **named):
        given = SIGNATURE.bind(self, *positional, **named).arguments
        self.given = {key: value for key, value in given.items() if value is not None}
        super().__init__(*positional, **named)


class RuleSet(engine.rruleset):
    """A set that remembers what was put into it."""

    def __init__(self, cache=False):
        super().__init__(cache)
        self.given = collections.defaultdict(list)

    def rrule(self, rule):
        self.given["rrules"].append(rule)
        super().rrule(rule)

    def exrule(self, rule):
        self.given["exrules"].append(rule)
        super().exrule(rule)

    def rdate(self, date):
        self.given["rdate"].append(date)
        super().rdate(date)

    def exdate(self, date):
        self.given["exdate"].append(date)
        super().exdate(date)


class Listed(list):
    """A list that remembers the rule or set whose instances it holds."""

    def __init__(self, source=()):
        super().__init__(source)
        self.rule = getattr(source, "rule", None) if isinstance(source, Listed) else source


def values(given, key):
    value = given.get(key, ())
    return value if isinstance(value, (tuple, list, range)) else (value,)


def weekday(day):
    if isinstance(day, int):
        return DAYS[day]
    return f"{day.n or ''}{DAYS[day.weekday]}"


def rule_text(given):
    """The rule as RRULE's value."""
    if "byeaster" in given:
        raise LeftOut("byeaster is dateutil's own")
    parts = [("FREQ", FREQUENCIES[given["freq"]])]
    if "until" in given:
        until = given["until"]
        if isinstance(until, datetime.datetime) and until.tzinfo:
            until = f"{until.astimezone(tz.UTC):%Y%m%dT%H%M%SZ}"
        else:
            # dateutil reads a date as its midnight, so it is written as that.
            until = f"{until:%Y%m%dT%H%M%S}"
        parts.append(("UNTIL", until))
    parts += [(key.upper(), given[key]) for key in ("count", "interval") if key in given]
    for key in LISTS:
        if key in given:
            parts.append((key.upper(), ",".join(map(str, values(given, key)))))
    if "byweekday" in given:
        parts.append(("BYDAY", ",".join(map(weekday, values(given, "byweekday")))))
    if "wkst" in given:
        parts.append(("WKST", weekday(given["wkst"])))
    return ";".join(f"{key}={value}" for key, value in parts)


class Recorder:
    """What the tests of one file asked for."""

    def __init__(self, text):
        self.rows = []
        self.left_out = {}
        self.test = None
        # The zones that the tests name, by their IANA names.
        names = sorted(set(re.findall(r"[A-Z][A-Za-z]+/[A-Z]\w+", text)))
        self.zones = {"UTC": tz.UTC} | {name: zone for name in names if (zone := tz.gettz(name))}

    def zone(self, moment):
        if getattr(moment, "tzinfo", None) is None:
            return None
        for name, zone in self.zones.items():
            if zone is moment.tzinfo or zone == moment.tzinfo:
                return name
        raise LeftOut("a zone that has no IANA name")

    def moment(self, moment, form):
        """A date or time in basic form, by the form of DTSTART."""
        if form == "date":
            if isinstance(moment, datetime.datetime) and moment.time() != datetime.time():
                raise LeftOut("times of a set that starts with a date")
            return f"{moment:%Y%m%d}"
        return f"{moment:%Y%m%dT%H%M%S}" + ("Z" if self.zone(moment) == "UTC" else "")

    def row(self, rule, expected):
        sets = rule.given if isinstance(rule, RuleSet) else {"rrules": [rule]}
        rules = [*sets.get("rrules", ()), *sets.get("exrules", ())]
        starts = [start for each in rules for start in [each.given.get("dtstart")]]
        if None in starts:
            raise LeftOut("DTSTART is the clock's time")
        starts = starts or sets.get("rdate", [])[:1]
        if len(set(starts)) != 1:
            raise LeftOut("rules with several starts, or none")
        start, text = starts[0], getattr(rule, "text", None)
        form = "date" if not isinstance(start, datetime.datetime) or "VALUE=DATE:" in (text or "") else "time"
        return {
            "id": None,
            "source": "python-dateutil 4.0.0 tests/test_rrule.py",
            "test": self.test,
            "dtstart": self.moment(start, form),
            "tzid": self.zone(start),
            "rrules": [rule_text(each.given) for each in sets.get("rrules", ())],
            "exrules": [rule_text(each.given) for each in sets.get("exrules", ())],
            "rdate": [self.moment(each, form) for each in sets.get("rdate", ())],
            "exdate": [self.moment(each, form) for each in sets.get("exdate", ())],
            "expected": sorted({self.moment(each, form) for each in expected}),
            "truncated": False,
            "horizon": None,
        }

    def record(self, rule, expected):
        try:
            if not isinstance(rule, (Rule, RuleSet)) or not all(
                    isinstance(each, datetime.date) for each in expected):
                raise LeftOut("not a list of a rule's instances")
            row = self.row(rule, expected)
            row["id"] = f"dateutil-{self.test}"
            same = [each for each in self.rows if each["test"] == self.test]
            if same:
                row["id"] += f"-{len(same) + 1}"
            self.rows.append(row)
        except LeftOut as reason:
            self.left_out.setdefault(self.test, str(reason))


class Ignored:
    """Stands for what the tests take from pytest and freezegun: decorators that here change nothing."""

    def __getattr__(self, name):
        return self

    def __call__(self, *positional, **named):
        decorated = positional and (inspect.isfunction(positional[0]) or inspect.isclass(positional[0]))
        return positional[0] if decorated else self


@contextlib.contextmanager
def raises(*_, **__):
    with contextlib.suppress(Exception):
        yield


class Asserts(ast.NodeTransformer):
    """Turns `assert a == b` in a method into a call that can be recorded."""

    def visit_Assert(self, node):
        test = node.test
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
            return node
        call = ast.Call(func=ast.Attribute(value=ast.Name(id="self", ctx=ast.Load()), attr="assertEqual",
                                           ctx=ast.Load()),
                        args=[test.left, test.comparators[0]], keywords=[])
        return ast.copy_location(ast.fix_missing_locations(ast.Expr(value=call)), node)


def load(text):
    """The tests' module, with everything of dateutil.rrule that it imports replaced."""
    pytest = types.ModuleType("pytest")
    pytest.mark = pytest.fixture = pytest.param = Ignored()
    pytest.raises = pytest.warns = raises
    freezegun = types.ModuleType("freezegun")
    freezegun.freeze_time = Ignored()
    sys.modules |= {"pytest": pytest, "freezegun": freezegun}
    read = engine.rrulestr
    engine.rrule, engine.rruleset = Rule, RuleSet

    def rrulestr(text, **named):
        rule = read(text, **named)
        rule.text = text
        return rule

    engine.rrulestr = rrulestr
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            Asserts().visit(node)
    # `list(rule)` is how the tests ask for instances.
    module = {"__name__": "test_rrule", "__builtins__": builtins, "list": Listed}
    exec(compile(tree, "test_rrule.py", "exec"), module)
    return module


def run(module, recorder):
    """Runs each test of the two classes that expect instances; returns how many."""
    def equal(case, first, second, message=None):
        rule = getattr(first, "rule", None)
        if rule is None:
            # `rule[:]` and the like: a plain list.
            recorder.left_out.setdefault(recorder.test, "asks something else than the list of instances")
        else:
            recorder.record(rule, list(second))
        unittest.TestCase.assertEqual(case, first, second, message)

    def reverse(_case, rule):
        # The test compares a rule with its own text read again; what it expects is the rule's instances.
        recorder.record(rule, list(rule))

    for name in ("RRuleTest", "RRuleSetTest"):
        tests = module[name]
        tests.assertEqual = equal
        tests._rrulestr_reverse_test = reverse
        for test in unittest.TestLoader().getTestCaseNames(tests):
            recorder.test = test
            before = len(recorder.rows)
            result = tests(test).run()
            if not result.wasSuccessful():
                trouble = [*result.failures, *result.errors][0][1].strip().splitlines()[-1]
                sys.exit(f"python-dateutil's {test} does not pass here: {trouble}")
            if len(recorder.rows) == before:
                recorder.left_out.setdefault(test, "asks for an error, a type or a text")
            else:
                recorder.left_out.pop(test, None)


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    recorder = Recorder(text)
    run(load(text), recorder)
    tests = [node.name for node in ast.walk(ast.parse(text))
             if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
    seen = {row["test"] for row in recorder.rows} | set(recorder.left_out)
    for test in tests:
        if test not in seen:
            recorder.left_out[test] = "about dateutil's caches, copies, weekdays and clock"
    left_out = collections.defaultdict(list)
    for test, reason in recorder.left_out.items():
        left_out[reason].append(test)
    for row in recorder.rows:
        print(json.dumps(row))
    print(json.dumps({"tests": len(tests), "left_out": left_out}))


if __name__ == "__main__":
    main()
