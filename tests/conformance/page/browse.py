"""A person at the page: signs in, looks at the week, gives a phone a password and takes it back; by keyboard alone, without script.

Arguments: the program, and the folder for what is fetched and for pictures. Run by `run`.
"""

import base64
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import packages  # noqa: E402

SELENIUM = "selenium==4.51.0"
AXE = "axe-core@4.14.1"
PASSWORD = "correct horse battery"
# A Wednesday, on which it stays: no week ends meanwhile.
NOW = "2026-03-25T10:30:00Z"
# So many seconds has a page, or what runs in it: many times what any takes.
PATIENCE = 600


class Tally:
    """What held, and what did not."""

    def __init__(self):
        self.passed = self.failed = 0

    def holds(self, what, is_so, more=""):
        if is_so:
            self.passed += 1
        else:
            self.failed += 1
            print(f"page: does not hold: {what} {more}", flush=True)


class Service:
    """`kalends serve` over a store of its own, with Ann in it."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        place = pathlib.Path(self.folder.name)
        (place / "kalends.toml").write_text("")
        self.environment = dict(
            os.environ, TZ="Europe/Vienna", KALENDS_DATA=str(place / "store"), KALENDS_CONFIG=str(place / "kalends.toml"),
            KALENDS_NOW=NOW)
        self.program = program
        self.call("admin", "user", "add", "ann", "--display", "Ann Lindqvist", "--password-stdin", said=PASSWORD + "\n")
        self.call("calendar", "make", "Work")
        self.call("add", "--calendar", "Personal", "Rehearsal", "today", "19:00", "for", "2", "h", "at", "Town", "Hall")
        self.call("add", "--calendar", "Work", "Standup", "every", "weekday", "9:15", "for", "15", "min")
        command = [program, "serve", "--http", "127.0.0.1:0", "--log", "warn", "--test-clock"]
        self.child = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        self.address = self.child.stdout.readline().strip()

    def call(self, *words, said=""):
        subprocess.run([self.program, *words], env=self.environment, input=said, text=True, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def finds_principal(self, password):
        """The status of a program's first question."""
        request = urllib.request.Request(self.address, method="PROPFIND", headers={
            "Depth": "0", "Authorization": "Basic " + base64.b64encode(f"ann:{password}".encode()).decode()})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def end(self):
        self.child.terminate()
        self.child.wait()
        self.folder.cleanup()


class Browser:
    """A browser as a person has it: so wide, by day or by night, with script or without."""

    def __init__(self, into, width=1280, height=800, scheme="light", script=True):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service as Driver
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
            options.add_argument(word)
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.driver = webdriver.Chrome(options=options, service=Driver("/usr/bin/chromedriver"))
        self.driver.command_executor.client_config.timeout = PATIENCE
        self.driver.set_script_timeout(PATIENCE)
        self.driver.set_page_load_timeout(PATIENCE)
        self.into, self.width, self.height = into, width, height
        self.does("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.does("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def does(self, what, **how):
        return self.driver.execute_cdp_cmd(what, how)

    def one(self, selector):
        return self.driver.find_element("css selector", selector)

    def text(self, selector="main"):
        return self.one(selector).text

    def press(self, selector):
        """Activates a button or a link, and waits until another page is there."""
        self.leave(self.one(selector).click)

    def leave(self, act):
        from selenium.webdriver.support.ui import WebDriverWait
        from selenium.common.exceptions import (
            NoSuchElementException, StaleElementReferenceException, WebDriverException)
        page = self.driver.find_element("css selector", "html")
        act()

        def is_gone(driver):
            try:
                page.is_enabled()
                return False
            except (StaleElementReferenceException, NoSuchElementException):
                return bool(driver.find_elements("css selector", "footer"))
            except WebDriverException as error:
                # What Chrome says of a node whose page goes at this very moment; the next look finds it gone.
                if "does not belong to the document" not in str(error):
                    raise
                return False
        WebDriverWait(self.driver, PATIENCE).until(is_gone)

    def sign_in(self, address):
        self.driver.get(address)
        self.one("#login").send_keys("ann")
        self.one("#password").send_keys(PASSWORD)
        self.press("main button")

    def picture(self, name):
        size = self.does("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": self.width, "height": min(size["height"], 4000), "scale": 1}
        taken = self.does("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        (self.into / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))
        return size["width"] <= self.width

    def focus(self):
        """What has the focus, in words."""
        return self.driver.execute_script(
            "const e = document.activeElement; return (e.id || e.textContent || e.tagName).trim()")

    def type(self, *keys):
        from selenium.webdriver import ActionChains
        ActionChains(self.driver).send_keys(*keys).perform()

    def skip(self):
        """Goes by the link for that to the content, and waits until the browser is there."""
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.support.ui import WebDriverWait
        self.type(Keys.ENTER)
        WebDriverWait(self.driver, PATIENCE).until(lambda driver: driver.execute_script("return location.hash") == "#main")


def with_a_mouse(tally, service, into, axe):
    """A phone gets a password, uses it, and loses it again; each page in each dress."""
    for width, scheme, dress in ((1280, "light", "light"), (1280, "dark", "dark"), (390, "light", "phone")):
        browser = Browser(into, width=width, scheme=scheme)
        try:
            def look(page):
                tally.holds(f"{page} fits, {dress}", browser.picture(f"{page}-{dress}"))
                browser.driver.execute_script(axe)
                found = browser.driver.execute_async_script("const done = arguments[0]; axe.run(document, {runOnly: "
                    "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r => done(r.violations))")
                tally.holds(f"axe finds nothing amiss: {page}, {dress}", not found, [
                    (one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found])

            browser.driver.get(service.address)
            look("sign-in")
            browser.one("#login").send_keys("ann")
            browser.one("#password").send_keys("wrong")
            browser.press("main button")
            tally.holds("a wrong password is told", "The name or the password is wrong" in browser.text())
            look("wrong")
            browser.sign_in(service.address)
            tally.holds("the week is there", "Rehearsal" in browser.text() and "19:00 – 21:00" in browser.text())
            look("week")
            browser.press(".weeks li:last-child a")
            tally.holds("so is the next", "Standup" in browser.text() and "Rehearsal" not in browser.text())
            browser.driver.get(service.address + "app-passwords")
            browser.one("#label").send_keys(f"phone {dress}")
            browser.press("main form button")
            secret = browser.text("#secret")
            tally.holds("a password is shown", len(secret) == 31, secret)
            look("made")
            tally.holds("it is good for CalDAV", service.finds_principal(secret) == 207)
            browser.driver.get(service.address + "app-passwords")
            tally.holds("it is listed and not shown", f"phone {dress}" in browser.text() and secret not in browser.driver.page_source)
            browser.one("summary").click()
            look("app-passwords")
            browser.press("details button")
            tally.holds("it is not listed any more", "None yet." in browser.text())
            tally.holds("it is good for nothing any more", service.finds_principal(secret) == 401)
            browser.driver.get(service.address + "connect")
            tally.holds("how to connect is told", "Thunderbird" in browser.text())
            look("connect")
            browser.press(".leave button")
            tally.holds("who signs out is out", "Sign in" in browser.text("h1"))
        finally:
            browser.driver.quit()


def by_keyboard(tally, service, into):
    """The same with no mouse: Tab, Enter and letters."""
    from selenium.webdriver.common.keys import Keys
    browser = Browser(into)
    try:
        browser.driver.get(service.address)
        browser.type(Keys.TAB)
        tally.holds("the first stop skips to the content", browser.focus() == "Skip to the content", browser.focus())
        outline = browser.driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
        tally.holds("the focus is seen", outline == "solid", outline)
        browser.skip()
        browser.type(Keys.TAB)
        tally.holds("the name is behind it", browser.focus() == "login", browser.focus())
        browser.leave(lambda: browser.type("ann", Keys.TAB, PASSWORD, Keys.ENTER))
        tally.holds("Enter signs in", "Times are those of" in browser.text())
        browser.leave(lambda: browser.type(*[Keys.TAB] * 4, Keys.ENTER))
        tally.holds("the fourth stop is App passwords", browser.text("h1") == "App passwords", browser.text("h1"))
        browser.type(Keys.TAB)
        browser.skip()
        browser.type(Keys.TAB)
        tally.holds("skipped to the form", browser.focus() == "label", browser.focus())
        browser.leave(lambda: browser.type("by keyboard", Keys.ENTER))
        secret = browser.text("#secret")
        tally.holds("Enter makes one", service.finds_principal(secret) == 207, secret)
        browser.driver.get(service.address + "app-passwords")
        browser.type(Keys.TAB)
        browser.skip()
        browser.type(*[Keys.TAB] * 3)
        tally.holds("behind the form is what revokes", browser.focus().startswith("Revoke"), browser.focus())
        browser.type(Keys.ENTER, Keys.TAB)
        browser.leave(lambda: browser.type(Keys.ENTER))
        tally.holds("Enter revokes", service.finds_principal(secret) == 401)
    finally:
        browser.driver.quit()


def without_script(tally, service, into):
    """The same where no script may run."""
    browser = Browser(into, script=False)
    try:
        browser.driver.get("data:text/html,<p id=p>still</p><script>document.getElementById('p').textContent='ran'</script>")
        tally.holds("no script runs", browser.text("p") == "still", browser.text("p"))
        browser.sign_in(service.address)
        tally.holds("one signs in", "Rehearsal" in browser.text())
        browser.driver.get(service.address + "app-passwords")
        browser.one("#label").send_keys("without script")
        browser.press("main form button")
        secret = browser.text("#secret")
        tally.holds("makes one", service.finds_principal(secret) == 207)
        browser.driver.get(service.address + "app-passwords")
        browser.one("summary").click()
        browser.press("details button")
        tally.holds("and takes it back", service.finds_principal(secret) == 401)
    finally:
        browser.driver.quit()


def main(program, into):
    place = packages.venv(into, SELENIUM)
    if pathlib.Path(sys.prefix).resolve() != place.resolve():
        packages.install("chromium", "chromium-driver")
        os.execv(place / "bin" / "python", [str(place / "bin" / "python"), __file__, program, str(into)])
    if shutil.which("npm") is None:
        packages.install("npm")
    packages.fetch("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", into, AXE)
    axe = (into / "node_modules/axe-core/axe.min.js").read_text()
    tally, service = Tally(), Service(program)
    try:
        with_a_mouse(tally, service, into, axe)
        by_keyboard(tally, service, into)
        without_script(tally, service, into)
    finally:
        service.end()
    print(f"suite page: {tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
