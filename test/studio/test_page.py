"""The studio in a real browser: a real server, the real networks, and visitors who click."""

import gc
import threading
import time
import weakref

import numpy as np
import pytest
import trimesh
from studio_tab import PATIENCE, Tab, start_browser

from diffh2o_ros.motion.interaction import Interaction

pytest.importorskip("viser", reason="viser is not installed")

MOST_BYTES, STEPS = 300_000, 4
MARKUP = "<img src=x onerror=alert(1)><b>**bold** [a](b)<!--.stl"


@pytest.fixture(scope="module")
def desk():
    from diffh2o_ros import Synthesizer
    from diffh2o_ros.studio.desk import Desk
    from diffh2o_ros.studio.panel import Offer
    from diffh2o_ros.synthesis.settings import SynthesisSettings

    synthesizer = Synthesizer(device="cpu", settings=SynthesisSettings(num_candidates=4))
    synthesizer.warm_up()
    found = Desk(Offer(synthesizer, {"steps": STEPS}, most_bytes=MOST_BYTES))
    yield found
    found.close()


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads):
    found = start_browser(downloads)
    yield found
    found.quit()


@pytest.fixture
def enter(browser, desk):
    """Lets visitors in, and sees them off."""
    tabs = []

    def open_():
        tab = Tab(browser, desk.url)
        tabs.append(tab)
        tab.wait_for_words("object", "mug: ", "triangles")
        tab.wait("return !button('Synthesize').disabled")
        return tab

    yield open_
    for tab in tabs:
        tab.close()
    wait_until(lambda: desk.visitors == 0 and desk.work == 0)


@pytest.fixture(scope="module")
def meshes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("meshes")
    box = trimesh.creation.box((0.05, 0.06, 0.12)).apply_translation((0, 0, 0.06))
    box.export(folder / "tin.stl")
    (folder / MARKUP).write_bytes((folder / "tin.stl").read_bytes())
    (folder / "cut short.stl").write_bytes((folder / "tin.stl").read_bytes()[:300])
    box.subdivide_loop(6).export(folder / "fine.stl")
    return folder


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, condition
        time.sleep(0.01)


def test_from_a_mesh_and_a_sentence_to_a_motion_that_loads_again(enter, meshes, downloads):
    tab = enter()
    tab.upload(meshes / "tin.stl")
    tab.wait_for_words("object", "tin.stl: 5.0 x 6.0 x 12.0 cm, 12 triangles")
    tab.type("Sentence", "pick up the tin with the left hand")
    tab.click("Synthesize")
    tab.wait_for_words("request", "1 motion in", "left hand")
    times = {tab.value("Time (s)")}
    while len(times) < 4:  # it plays
        times.add(tab.wait("const t = control('Time (s)').value; return t"))
    tab.choose("Format", "npz slim")
    tab.click("Download")
    tab.wait_for_words("download", "tin.npz")
    wait_until((downloads / "tin.npz").exists)
    motion = Interaction.load(downloads / "tin.npz")
    assert motion.text == "pick up the tin with the left hand" and list(motion.hands) == ["left"]
    host = tab.browser.current_url.split("/")[2]
    asked = [url for url in tab.requests() if not url.startswith(("data:", "blob:", "chrome:"))]
    assert asked and {url.split("/")[2] for url in asked} == {host}
    assert tab.errors() == []


def test_bad_meshes_and_sentences_are_said_where_they_arise(enter, meshes):
    tab = enter()
    tab.upload(meshes / "cut short.stl")
    said = tab.wait_for_words("object", "cut short.stl")
    assert said.startswith("cut short.stl cannot be read as STL:") and "\n" not in said
    tab.type("Sentence", "???")
    tab.click("Synthesize")
    tab.wait_for_words("request", "the task has no words")
    tab.type("Sentence", "fly to the moon with the mug")
    tab.click("Synthesize")  # the mug of before is still there
    said = tab.wait_for_words("request", "1 motion in", "guess")
    kinds = tab.script(
        "return [...words('request').querySelectorAll('div')].map(e => e.dataset.kind)"
    )
    assert kinds[0] == "plain" and kinds[-1] == "warning", said
    tab.choose("Hand", "left")
    tab.type("Sentence", "lift the mug with the right hand")
    tab.click("Synthesize")
    tab.wait_for_words("request", "names the right hand and the left hand was chosen")


def test_markup_in_a_name_is_text(enter, meshes):
    tab = enter()
    images = "return document.querySelectorAll('img[src=x], [data-name] b, [data-name] a').length"
    tab.upload(meshes / MARKUP)
    tab.wait_for_words("object", MARKUP, "12 triangles")
    assert tab.script(images) == 0
    tab.upload(meshes / "tin.stl")
    tab.wait_for_words("object", "tin.stl")
    assert tab.script(images) == 0 and tab.errors() == []


def test_an_upload_over_the_limit_and_the_next(enter, meshes):
    tab = enter()
    tab.upload(meshes / "fine.stl")
    said = tab.wait_for_words("object", "fine.stl: ")
    assert "MB is the most that is taken: simplify the mesh" in said
    tab.upload(meshes / "fine.stl", meshes / "tin.stl")  # both at once
    tab.wait_for_words("object", "tin.stl: ", "12 triangles")


@pytest.fixture
def slowly(desk):
    """Syntheses that are never over before they are cancelled."""
    desk._offer.options["steps"] = 1000
    yield
    desk._offer.options["steps"] = STEPS


def test_cancel(enter, desk, slowly):
    tab = enter()
    tab.click("Synthesize")
    tab.wait_for_words("request", " of ")
    tab.click("Cancel")
    tab.wait_for_words("request", "cancelled")
    tab.wait("return !button('Synthesize').disabled && button('Cancel').disabled")
    assert desk.work == 0


def panel_of(desk):
    (panel,) = desk._panels.values()
    return panel


def test_a_target_is_met_by_the_next_motion(enter, desk):
    tab = enter()
    tab.click("Synthesize")
    tab.wait_for_words("request", "1 motion in")
    tab.open("Target grasp")
    tab.click("Take from motion")
    tab.wait_for_words("target", "right hand: as in the motion shown")
    asked = panel_of(desk)._target.grasp
    tab.type("Seed", "5")
    tab.click("Synthesize")
    tab.wait_for_words("request", "target met within")
    (episode,) = panel_of(desk).visitor.episodes
    assert episode.interaction.quality["target_error_m"] < 0.02
    assert np.allclose(episode.target.transl, asked.transl, atol=1e-5)
    hand, frame = episode.interaction.hands["right"], episode.interaction.grasp_frame - 1
    assert np.linalg.norm(hand.transl[frame] - asked.transl) < 0.03
    tab.click("No target")
    tab.wait_for_words("target", "none")
    tab.click("Synthesize")
    tab.wait(
        "const said = words('request').innerText;"
        "return said.includes('1 motion in') && !said.includes('target met')"
    )


def test_a_wrist_is_dragged_to_where_it_should_hold(enter, desk):
    tab = enter()
    tab.open("Target grasp")
    tab.click("Place a wrist")
    tab.wait_for_words("target", "right wrist: drag it")
    panel = panel_of(desk)
    before = panel._target.grasp
    assert before.wrist_only
    (client,) = desk._server.get_clients().values()
    wrist = np.array(panel._target._gizmo.position)
    arrow = wrist + (0, 0, 0.075)  # the gizmo's z axis is the scene's
    tab.drag(tab.place(client.camera, arrow), tab.place(client.camera, arrow + (0, 0, 0.03)))
    wait_until(lambda: abs(panel._target.grasp.transl[2] - before.transl[2] - 0.03) < 0.005)
    moved = panel._target.grasp
    assert np.allclose(moved.transl[:2], before.transl[:2], atol=1e-4)
    tab.click("Synthesize")
    tab.wait_for_words("request", "1 motion in")
    (episode,) = panel.visitor.episodes
    assert np.allclose(episode.target.transl, moved.transl, atol=1e-5)


def test_samples_side_by_side_and_one_of_them(enter, desk):
    tab = enter()
    tab.type("Samples", "2")
    tab.click("Synthesize")
    tab.wait_for_words("request", "2 motions in", "2: ")
    display = panel_of(desk)._display
    assert tab.value("Show") == "all side by side" and len(display.figures) == 2
    tab.choose("Show", "motion 2")
    wait_until(lambda: len(display.figures) == 1)
    assert display.figures[0].motion is panel_of(desk).visitor.episodes[1].interaction


def test_two_visitors_at_once(enter, desk):
    first = enter()
    second = enter()
    second.type("Sentence", "lift the mug with the left hand")
    first.type("Samples", "2")
    before, go_on = desk._requests, threading.Event()
    before.ask(lambda turn: go_on.wait(PATIENCE))  # what a third has asked for
    first.click("Synthesize")
    first.wait_for_words("request", "waiting: 1 request is before yours")
    second.click("Synthesize")
    second.wait_for_words("request", "waiting: 2 requests are before yours")
    go_on.set()
    first.wait_for_words("request", "2 motions in", "right hand")
    second.wait_for_words("request", "1 motion in", "left hand")
    assert first.value("Sentence") == "drink from the mug with the right hand"
    assert first.value("Show") == "all side by side" and second.value("Show") == "motion 1"


def test_a_tab_closed_in_the_midst_leaves_nothing_behind(enter, desk, browser, slowly):
    stays = enter()
    leaves = Tab(browser, desk.url)
    leaves.wait_for_words("object", "triangles")
    newest = max(desk._panels)
    gone = [weakref.ref(of) for of in (desk._panels[newest], desk._panels[newest].visitor)]
    leaves.click("Synthesize")
    leaves.wait_for_words("request", " of ")
    leaves.close()
    wait_until(lambda: desk.visitors == 1 and desk.work == 0)
    desk._offer.options["steps"] = STEPS
    stays.click("Synthesize")  # and its turn comes
    stays.wait_for_words("request", "1 motion in")

    def forgotten():
        gc.collect()
        players = [t for t in threading.enumerate() if t.name == "player"]
        return not any(ref() for ref in gone) and len(players) == 1

    wait_until(forgotten)


def test_a_robot_does_it_in_simulation(enter, desk, meshes):
    tab = enter()
    tab.upload(meshes / "tin.stl")
    tab.wait_for_words("object", "tin.stl: ", "12 triangles")
    tab.type("Sentence", "pick up the tin")
    tab.click("Synthesize")
    tab.wait_for_words("request", "1 motion in")
    tab.click("Simulate")
    tab.wait_for_words("robot", "openhand tries motion 1")
    tab.click("Cancel")
    tab.wait_for_words("robot", "cancelled")
    tab.click("Simulate")
    tab.wait_for_words("robot", "openhand, motion 1: ", "done in simulation", "mm")
    assert tab.value("Show") == "robot of motion 1"
    (figure,) = panel_of(desk)._display.figures
    assert figure._ghost is not None and panel_of(desk).visitor.episodes[0].robot is not None
