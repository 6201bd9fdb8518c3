"""The studio's page as a visitor uses it, in a real headless Chromium."""

import json
import shutil
import time

import numpy as np
import pytest

FLAGS = (
    *("--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader"),
    *("--enable-unsafe-swiftshader", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
    *("--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding"),
    *("--disable-background-timer-throttling", "--disable-dev-shm-usage"),
)
PATIENCE = 240  #: seconds after which what is waited for will not come


def start_browser(downloads, size=(1000, 700), scale=0.25):
    """A Chromium that saves what it downloads in a folder; where there is none, skips."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("chromium and its driver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        *FLAGS,
        f"--window-size={size[0]},{size[1]}",
        f"--force-device-scale-factor={scale}",
    ):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(chromedriver))


# Controls are found by what is written beside them, as people find them.
FIND = """
const control = (label) => {
  for (const found of document.querySelectorAll('label')) {
    if (found.textContent === label) {
      const row = found.parentElement.parentElement.parentElement;
      return row.querySelector('input:not([type=hidden]), textarea');
    }
  }
  return null;
};
const button = (label) => [...document.querySelectorAll('button')].find(
  (found) => found.textContent.trim() === label);
const words = (name) => document.querySelector(`[data-name="${name}"]`);
"""


class Tab:
    """One visitor's tab of a browser."""

    def __init__(self, browser, url, downloads=None):
        self.browser, self.downloads = browser, downloads
        browser.switch_to.new_window("window")
        self.handle = browser.current_window_handle
        browser.get(url)

    def script(self, code, *arguments):
        if self.browser.current_window_handle != self.handle:
            self.browser.switch_to.window(self.handle)
        return self.browser.execute_script(FIND + code, *arguments)

    def settle(self):
        """Waits until what was changed last is sent: viser sends one change in 50 ms, of several
        the last alone, whichever controls they are of. Its timer was set before this one."""
        self.script("return 1")
        self.browser.execute_async_script("setTimeout(arguments[0], 60)")

    def wait(self, code, *arguments):
        """What a script returns, once that is true."""
        end = time.monotonic() + PATIENCE
        while not (found := self.script(code, *arguments)):
            assert time.monotonic() < end, (code, arguments, self.all_words())
            time.sleep(0.02)
        return found

    def all_words(self):
        return self.script(
            "return [...document.querySelectorAll('[data-name]')].map("
            "(e) => `${e.dataset.name}: ${e.innerText}`)"
        )

    def words(self, name):
        return self.script("return words(arguments[0])?.innerText ?? ''", name)

    def wait_for_words(self, name, *parts):
        """The words of a place, once they hold all parts."""
        return self.wait(
            "const said = words(arguments[0])?.innerText ?? '';"
            "return arguments[1].every((part) => said.includes(part)) ? said : null",
            name,
            parts,
        )

    def open(self, folder):
        self.script(
            "const found = [...document.querySelectorAll('button, div, span, p')].filter("
            "(e) => e.textContent.trim() === arguments[0]).pop(); found.click()",
            folder,
        )

    def click(self, label):
        """Clicks a button, once it can be clicked."""
        self.settle()
        self.wait(
            "const found = button(arguments[0]);"
            "if (!found || found.disabled) return false; found.click(); return true",
            label,
        )

    def enabled(self, label):
        return self.script("const b = button(arguments[0]); return !!b && !b.disabled", label)

    def value(self, label):
        return self.script("return control(arguments[0])?.value", label)

    def type(self, label, text):
        """Types text in place of what a control holds."""
        from selenium.webdriver.common.keys import Keys

        self.settle()
        field = self.wait("return control(arguments[0])", label)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text, Keys.TAB)
        self.wait("return control(arguments[0]).value === arguments[1]", label, text)

    def choose(self, label, option):
        """Chooses an option of a list, which is open only where its control is in view."""
        self.settle()
        self.wait(
            """
            const found = control(arguments[0]);
            if (!found || found.disabled || !found.offsetParent) return false;
            found.scrollIntoView({block: 'center'});
            if (found.ariaExpanded !== 'true') {
              found.click();
              return false;
            }
            const option = [...document.querySelectorAll('[role=option]')].find(
              (e) => e.textContent === arguments[1] && e.offsetParent);
            option?.click();
            return Boolean(option);
            """,
            *(label, option),
        )
        self.wait("return control(arguments[0]).value === arguments[1]", label, option)

    def upload(self, *paths):
        field = self.wait("return document.querySelector('input[type=file]')")
        for path in paths:
            field.send_keys(str(path))

    def drag(self, start, stop):
        """Drags from one place of the page to another, (x, y) pixels each."""
        from selenium.webdriver.common.action_chains import ActionChains

        self.settle()
        chain = ActionChains(self.browser)
        mouse = chain.w3c_actions.pointer_action
        mouse.move_to_location(*start).pointer_down()
        for part in (1, 2, 3):
            mouse.move_to_location(
                *(round(a + (b - a) * part / 3) for a, b in zip(start, stop, strict=True))
            )
        mouse.pointer_up()
        chain.perform()

    def place(self, camera, point):
        """(x, y) pixels of the page where a camera of viser's sees a point (3,)."""
        width, height = self.script("return [innerWidth, innerHeight]")
        ahead = camera.look_at - camera.position
        ahead /= np.linalg.norm(ahead)
        right = np.cross(ahead, (0, 0, 1))
        right /= np.linalg.norm(right)
        seen = point - camera.position
        scale = height / 2 / np.tan(camera.fov / 2) / (seen @ ahead)
        up = np.cross(right, ahead)
        return round(width / 2 + scale * (seen @ right)), round(height / 2 - scale * (seen @ up))

    def close(self):
        self.script("return 1")
        self.browser.close()
        self.browser.switch_to.window(self.browser.window_handles[0])

    def requests(self):
        """What was asked of the network, by all tabs that this browser has shown."""
        messages = [
            json.loads(e["message"])["message"] for e in self.browser.get_log("performance")
        ]
        return [
            m["params"].get("url") or m["params"]["request"]["url"]
            for m in messages
            if m["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated")
        ]

    def errors(self):
        return [e["message"] for e in self.browser.get_log("browser") if e["level"] == "SEVERE"]
