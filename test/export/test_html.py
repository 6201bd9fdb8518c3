"""Exported pages, in a real browser without a network."""

import json
import re
import shutil
import zlib
from base64 import b64decode
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.cli import main
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.formats import html as formats_html
from diffh2o_ros.export.formats.html import MOST_BYTES, MOST_SIDE_BY_SIDE, save_html
from diffh2o_ros.export.notebook import show
from diffh2o_ros.export.page.bodies import skin
from diffh2o_ros.export.page.packing import PackedArrays
from diffh2o_ros.export.page.sample import packed_sample
from diffh2o_ros.motion.grasp import Grasp

MARKUP = '</script><img src="https://example.com/x" onerror="alert(1)"><b>lift</b> {{arrays}} &amp;'
FLAGS = (
    *("--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader"),
    *("--enable-unsafe-swiftshader", "--host-resolver-rules=MAP * ~NOTFOUND"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
    *("--force-prefers-reduced-motion", "--window-size=700,560"),
)


def start_browser(*more):
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("chromium and its driver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, *more):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(chromedriver))


@pytest.fixture(scope="module")
def browser():
    found = start_browser()
    yield found
    found.quit()


class Page:
    """A page that is open."""

    def __init__(self, browser, path):
        self.browser = browser
        browser.get_log("performance"), browser.get_log("browser")  # those of pages before
        browser.get(path.as_uri())
        self.wait_for("root.dataset.ready")

    def script(self, code):
        return self.browser.execute_script(f"const root = document.documentElement; {code}")

    def value(self, expression):
        return self.script(f"return {expression}")

    def wait_for(self, condition):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.browser, 60, 0.02).until(lambda _: self.value(condition))

    def number(self, name):
        return int(self.value(f"root.dataset.{name}"))

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def seek(self, time):
        """Sets the seek bar as a hand does."""
        self.script(
            f"const seek = document.getElementById('seek'); seek.value = {time};"
            "seek.dispatchEvent(new Event('input'))"
        )
        self.wait_for(f"document.getElementById('clock').textContent.startsWith('{time:.2f}')")

    def picture(self):
        """(H, W, 3) of the scene, as it is drawn last."""
        from selenium.webdriver.common.by import By

        self.browser.execute_async_script(
            "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
        )
        png = self.browser.find_element(By.ID, "stage").screenshot_as_png
        return np.asarray(Image.open(BytesIO(png)).convert("RGB"), int)

    def requests(self):
        messages = [
            json.loads(e["message"])["message"] for e in self.browser.get_log("performance")
        ]
        return [
            m["params"]["request"]["url"]
            for m in messages
            if m["method"] == "Network.requestWillBeSent"
        ]

    def errors(self):
        return [e["message"] for e in self.browser.get_log("browser") if e["level"] == "SEVERE"]


@pytest.fixture
def lift(simple_interaction):
    """A ball touches a box from frame 20 of 61 on, and carries it up."""
    frames = np.arange(61)
    up = np.clip(frames - 20, 0, None)[:, None] / 40 * np.array([0, 0, 0.15])
    away = np.clip(20 - frames, 0, None)[:, None] / 20 * np.array([-0.2, 0, 0])
    motion = simple_interaction(up, up + away + np.array([-0.07, 0, 0.04]), grasp_frame=20)
    motion.warnings, motion.warning_codes = ["<i>a warning</i>"], [0]
    return motion


@pytest.fixture
def open_page(browser, tmp_path):
    def open_(*motions):
        path = tmp_path / "page.html"
        save_html(motions, path)
        return Page(browser, path)

    return open_


def yellow(picture):
    """Pixels in the color of contact."""
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    return int(((red > 150) & (green > 70) & (blue < 0.55 * green)).sum())


def test_it_plays_from_disk_and_asks_nobody(lift, open_page):
    page = open_page(lift)
    assert page.value("root.dataset.ready") == "drawn"
    assert page.value("root.dataset.playing") == "false"  # of who asked for less motion
    page.press(" ")
    seen = [page.number("frame")]
    while len(seen) < 4:  # frames advance
        page.wait_for(f"root.dataset.frame !== '{seen[-1]}'")
        seen.append(page.number("frame"))
    assert page.value("document.getElementById('play').ariaLabel") == "Pause"
    page.press(" ")
    page.wait_for("root.dataset.playing === 'false'")
    assert all(url.startswith("file:") for url in page.requests())
    assert page.errors() == []


def test_its_policy_lets_it_ask_nobody(lift, open_page):
    page = open_page(lift)
    refused = page.browser.execute_async_script(
        "const done = arguments[0];"
        "addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective));"
        "fetch('https://example.com/').catch(() => {})"
    )
    assert refused == "connect-src"


def test_the_seek_bar_and_the_keyboard(lift, open_page):
    from selenium.webdriver.common.keys import Keys

    page = open_page(lift)
    page.seek(1.0)
    assert page.number("frame") == 30
    for keys, frame in (
        ([Keys.ARROW_RIGHT], 31),
        ([Keys.ARROW_LEFT, Keys.ARROW_LEFT], 29),
        (["g"], 20),
        ([Keys.END], 60),
        ([Keys.HOME], 0),
    ):
        page.press(*keys)
        page.wait_for(f"root.dataset.frame === '{frame}'")
    for key, camera in (("1", "eyes"), ("3", "close"), ("2", "side")):
        page.press(key)
        chosen = "document.querySelector('[data-camera][aria-pressed=true]')?.dataset.camera"
        page.wait_for(f"{chosen} === '{camera}'")
    page.press("l", Keys.ARROW_DOWN)
    assert not page.value("document.getElementById('loop').checked")
    assert page.value("document.getElementById('speed').value") == "0.5"
    mark = page.value("document.querySelector('#marks b').style.left")
    assert "33.3333%" in mark
    page.press(Keys.END, " ")  # from the end on it begins anew, and ends there without the loop
    page.wait_for("root.dataset.playing === 'false' && root.dataset.frame === '60'")


def test_contacts_are_drawn_and_said(lift, open_page):
    page = open_page(lift)
    page.press("3")
    page.seek(0.0)
    assert "more than 100 mm away" in page.value("document.querySelector('.now').textContent")
    before = yellow(page.picture())
    page.seek(1.5)
    said = page.value("document.querySelector('.now').textContent")
    assert re.match(r"nearest 0\.[0-3] mm; \d in contact|nearest -0\.[1-3] mm", said), said
    touched = yellow(page.picture())
    assert before < 20 < 150 < touched
    page.press("c")
    assert yellow(page.picture()) < 20


def test_markup_in_sentences_and_names_stays_text(lift, open_page):
    lift.text = MARKUP
    page = open_page(Episode(lift, name=MARKUP), lift)
    assert page.value("document.querySelector('.card h2').textContent") == MARKUP
    assert page.value("document.querySelector('.card .name').textContent") == MARKUP
    assert page.value("document.querySelector('#labels div').textContent") == MARKUP
    assert page.value("document.title") == MARKUP
    assert page.value("document.querySelector('.card li').textContent") == "<i>a warning</i>"
    assert page.value("document.querySelectorAll('img, .card b, .card i').length") == 0
    assert all(url.startswith("file:") for url in page.requests())
    assert page.errors() == []


def test_side_by_side_each_has_its_view(lift, simple_interaction, open_page):
    still = np.zeros((30, 3))
    other = simple_interaction(still, still + (0, 0.09, 0.04), sides=("left",))
    page = open_page(Episode(lift, name="first"), Episode(other, name="second"))
    page.press("g")
    assert page.value("[...document.querySelectorAll('#labels div')].map(e => e.textContent)") == [
        "first",
        "second",
    ]
    assert page.value("document.querySelectorAll('.card').length") == 2
    picture = page.picture()
    is_object = picture[..., 2] - picture[..., 0] > 30
    wide = is_object.shape[1] > is_object.shape[0]
    for half in np.array_split(is_object, 2, axis=1 if wide else 0):
        assert half.sum() > 200


def test_a_target_grasp_is_a_ghost(lift, open_page):
    grasp = Grasp("right", np.zeros(3), np.array([-0.1, 0.1, 0.05]))
    tips = Grasp("right", fingertips=[(0.05, 0, 0.1), None, (0, 0.06, 0.1), None, None])
    page = open_page(Episode(lift, target=grasp), Episode(lift, target=tips))

    def green(picture):
        red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
        return int(((green - red > 25) & (green - blue > 15)).sum())

    shown = green(page.picture())
    page.press("t")
    assert green(page.picture()) < 20 < 200 < shown
    said = page.value("[...document.querySelectorAll('.card')].map(e => e.textContent)")
    assert "its fingers are free" in said[0] and "fingertips" in said[1]


@pytest.fixture
def robot(lift, openhand):
    """A robot hand beside the lift, half as fast; the object stays where it was."""
    from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory

    frames = lift.num_frames
    base = np.tile(np.eye(4), (frames, 1, 1))
    base[:, :3, 3] = (-0.2, 0, 0.1)
    joints = np.tile(openhand.neutral[7:], (frames, 1))
    names = openhand.joint_names
    hand = RobotHandMotion("openhand", names, joints, joints, base, base, (1.0, 4.0), joints, base)
    return RobotTrajectory(
        np.arange(frames) / 15,
        {"right": hand},
        lift.object_pose,
        lift.object_vertices,
        lift.object_faces,
        0.0,
        np.tile(np.eye(4), (frames, 1, 1)),
        success=False,
        position_error=0.15,
        rotation_error=0.1,
        robustness=0.5,
        interaction_frames=np.arange(frames),
        settings={"failure": "the object stays"},
    )


def test_the_robot_beside_the_human(lift, robot, open_page):
    page = open_page(Episode(lift, robot))
    card = page.value("document.querySelector('.card').textContent")
    assert "openhand (right)" in card and "not done: the object stays" in card
    assert "150 mm, 6°" in card and "50%" in card
    page.seek(2.0)
    assert page.number("frame") == 30
    assert "/ 4.00 s" in page.value("document.getElementById('clock').textContent")
    page.press("r")  # the human alone, at the same moment of its own time
    page.wait_for("document.getElementById('clock').textContent === '1.00 / 2.00 s'")
    assert page.value("document.getElementById('show-robot').checked") is False
    page.press("r")
    page.wait_for("document.getElementById('clock').textContent === '2.00 / 4.00 s'")
    assert page.errors() == []


def test_light_and_dark(lift, open_page):
    page = open_page(lift)

    def prefer(theme):
        feature = {"name": "prefers-color-scheme", "value": theme}
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    brightness = []
    for theme in ("light", "dark"):
        prefer(theme)
        page.wait_for(f"document.getElementById('theme').textContent !== '{theme.title()}'")
        brightness.append(page.value("getComputedStyle(document.body).backgroundColor"))
    page.script("document.getElementById('theme').click()")
    brightness.append(page.value("getComputedStyle(document.body).backgroundColor"))
    assert brightness[0] == brightness[2] != brightness[1]
    prefer("")


def test_it_fits_a_phone(lift, open_page):
    page = open_page(lift)
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    page.wait_for("innerWidth === 390 && document.getElementById('canvas').clientWidth <= 390")
    assert page.value("root.scrollWidth") <= 390
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_real_motion_fits(can_motion, open_page, tmp_path):
    page = open_page(can_motion)
    assert (tmp_path / "page.html").stat().st_size < MOST_BYTES / 2
    page.press("g")
    assert page.wait_for("document.querySelectorAll('.touches').length") >= 2
    assert page.errors() == []


def test_a_notebook_shows_it(lift, browser, tmp_path):
    path = tmp_path / "cell.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{show(lift)._repr_html_()}", "utf-8")
    browser.get(path.as_uri())
    browser.switch_to.frame(0)
    page = object.__new__(Page)
    page.browser = browser
    assert page.wait_for("root.dataset.ready") == "drawn"
    browser.switch_to.default_content()


def test_without_webgl_it_says_so(lift, tmp_path):
    save_html([lift], tmp_path / "page.html")
    browser = start_browser("--disable-3d-apis")
    try:
        page = Page(browser, tmp_path / "page.html")
        assert page.value("root.dataset.ready") == "no-webgl"
        assert "WebGL is missing" in page.value("document.getElementById('problem').innerText")
        assert "lift the box" in page.value("document.querySelector('.card').innerText")
    finally:
        browser.quit()


def unpacked(arrays):
    """The arrays, as the page reads them."""
    data = zlib.decompress(b64decode(arrays.text()))
    at, found = 0, []
    for entry in arrays.index:
        size = int(np.prod(entry["shape"]))
        planes = np.frombuffer(data, np.uint8, 4 * size, at).reshape(4, size).T
        zigzag = np.ascontiguousarray(planes).view("<u4")[:, 0].astype(np.int64)
        whole = np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2).reshape(entry["shape"])
        found.append((whole.cumsum(0) if entry["changes"] else whole) * entry["step"])
        at += 4 * size
    return found


def test_skin_is_kept_to_a_quarter_of_a_millimeter(can_motion):
    hand = can_motion.hands["right"]
    arrays = PackedArrays()
    body = skin(arrays, hand, np.zeros(3))
    values = unpacked(arrays)
    points = values[body["weights"]] @ values[body["shapes"]]
    points = points.reshape(len(points), -1, 3) + values[body["vertices"]]
    pose = hand.wrist_pose
    points = points @ pose[:, :3, :3].transpose(0, 2, 1) + values[body["positions"]][:, None]
    assert np.linalg.norm(points - hand.vertices, axis=2).max() < 2.5e-4


def test_distances_are_those_of_the_surfaces(lift):
    arrays = PackedArrays()
    contacts = packed_sample(arrays, Episode(lift))["human"]["contacts"]
    values = unpacked(arrays)
    nearest = values[contacts["distances"]].min(1)
    gap = np.clip(20 - np.arange(61), 0, None) / 20 * 0.2
    assert np.abs(nearest - np.minimum(gap, 0.1)).max() < 1e-3
    near = values[contacts["near"]]
    assert near.min(1)[0] == 15 and near.min(1)[40] == 0
    assert all(a >= b for a, b in pairwise(near.min(1)[:21]))


def refused(capsys, *arguments):
    assert main(["export", *map(str, arguments)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1, said
    return said.err


def test_what_a_page_cannot_hold(lift, robot, tmp_path, capsys, monkeypatch):
    out = tmp_path / "page.html"
    with pytest.raises(ExportError, match="1 to 9 motions side by side, not 10"):
        save_html([lift] * (MOST_SIDE_BY_SIDE + 1), out)
    path = tmp_path / "F.npz"
    lift.save(path)
    said = refused(capsys, path, "--to", "spider", "--grasp", path, "--out", tmp_path / "S")
    assert "--grasp goes with --to html" in said
    robot.hands["right"].robot = "no_such_robot"
    robot.save(tmp_path / "T.npz")
    files = [path, "--robot-trajectory", tmp_path / "T.npz"]
    assert "no robot no_such_robot" in refused(capsys, *files, "--to", "html", "--out", out)
    monkeypatch.setattr(formats_html, "MOST_BYTES", 500_000)
    with pytest.raises(ExportError, match="give fewer or shorter ones"):
        save_html([lift], out)
    assert not out.exists()


def test_the_command_writes_it(lift, tmp_path, capsys):
    lift.save(tmp_path / "F.npz")
    out = tmp_path / "page.html"
    assert main(["export", str(tmp_path / "F.npz"), "--to", "html", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert "https://" not in out.read_text("utf-8").split("<main>")[0].replace(
        "https://threejs", ""
    )
