"""Fixtures that several rooms share: an interaction made of simple bodies, with known answers, and
files that add to what can be chosen by name."""

import dataclasses
import importlib
import signal
import sys
from textwrap import dedent

import igl
import numpy as np
import pytest
import trimesh

# What is started in the background by a script ignores Ctrl-C, and so would all commands and nodes
# that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def simple_interaction():
    """Builds an interaction between a box object and a ball of a 'hand'.

    The box (edge 8 cm) rests with its bottom at z = 0 and moves with `object_path` (T, 3). The
    ball (radius 3 cm) is centered at `ball_path` (T, 3); the five fingertips are its points towards
    +-x, +-y and +z, every other keypoint is its center.
    """
    from diffh2o_ros.motion.interaction import HandMotion, Interaction

    def build(object_path, ball_path, grasp_frame=0, sides=("right",), fps=30.0, subdivisions=3):
        frames = len(object_path)
        box = trimesh.creation.box((0.08, 0.08, 0.08)).apply_translation((0, 0, 0.04))
        ball = trimesh.creation.icosphere(subdivisions=subdivisions, radius=0.03)
        pose = np.tile(np.eye(4), (frames, 1, 1))
        pose[:, :3, 3] = object_path
        ball_path = np.asarray(ball_path, dtype=float)
        joints = np.repeat(ball_path[:, None], 21, axis=1)
        directions = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1)]
        joints[:, [4, 8, 12, 16, 20]] += 0.03 * np.array(directions)
        hands = {
            side: HandMotion(
                side=side,
                global_orient=np.zeros((frames, 3)),
                transl=ball_path,
                hand_pose=np.zeros((frames, 45)),
                betas=np.zeros(10),
                joints=joints,
                vertices=ball_path[:, None] + ball.vertices,
                faces=ball.faces,
            )
            for side in sides
        }
        return Interaction(
            fps=fps,
            text="lift the box",
            grasp_frame=grasp_frame,
            hands=hands,
            object_pose=pose,
            object_vertices=box.vertices,
            object_faces=box.faces,
            quality={"penetration_mm": 1.5},
        )

    return build


@pytest.fixture(scope="session")
def one_view():
    """What a depth camera gives of an object: the surface seen from one place, and no more."""

    def see(mesh, towards, distance=0.8, pixels=96, noise=0.0):
        """The surface of a mesh as it is seen from one side.

        Args:
            towards: (3,) from the object to the camera.
            distance: to the camera, meters.
            pixels: along each side of the picture.
            noise: standard deviation of depth, meters.

        Returns:
            Vertices (V, 3) and faces (F, 3), which face the camera; cut where depth jumps.
        """
        vertices, faces = np.array(mesh.vertices, float), np.array(mesh.faces, np.int64)
        center = (vertices.min(0) + vertices.max(0)) / 2
        back = np.array(towards, float) / np.linalg.norm(towards)
        radius = np.linalg.norm(vertices - center, axis=1).max()
        right = np.cross([0, 0, 1] if abs(back[2]) < 0.99 else [1, 0, 0], back)
        right /= np.linalg.norm(right)
        span = np.linspace(-1, 1, pixels) * radius / np.sqrt(distance**2 - radius**2)
        up, aside = np.meshgrid(span, span, indexing="ij")
        rays = aside[..., None] * right + up[..., None] * np.cross(back, right) - back
        rays = rays.reshape(-1, 3)
        eye = center + distance * back
        tree = igl.AABB()
        tree.init(vertices, faces)
        eyes = np.tile(eye, (len(rays), 1))
        hit, depth, _ = tree.intersect_ray_first(vertices, faces, eyes, rays)
        error = noise * np.random.default_rng(0).normal(size=len(rays))
        depth = np.where(hit >= 0, depth + error, 0)
        at = np.arange(pixels**2).reshape(pixels, pixels)
        a, b, c, d = at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]
        found = np.concatenate([np.stack(f, -1).reshape(-1, 3) for f in ((a, b, c), (b, d, c))])
        jump = 6 * radius / pixels + 3 * noise
        whole = (hit[found] >= 0).all(1) & (np.ptp(depth[found], axis=1) < jump)
        used, found = np.unique(found[whole], return_inverse=True)
        return (eye + rays * depth[:, None])[used], found.reshape(-1, 3)

    return see


LETTERS = """
    import torch
    from diffh2o_ros.text.encoder import TextEncoder

    class LetterEncoder(TextEncoder):
        name, dim, max_tokens = "letters", 128, 100

        def __init__(self, device="cpu"):
            super().__init__()

        @staticmethod
        def installed():
            return "ASCII"

        def _tokenize(self, sentence):
            return list(sentence.encode("ascii", "replace"))

        def _embed(self, ids, mask):
            return torch.nn.functional.one_hot(ids, self.dim)
"""


@pytest.fixture
def add_to_registry(tmp_path_factory, monkeypatch):
    """Puts a file into the package of a registry, by one more folder on the package's path."""
    folder = tmp_path_factory.mktemp("added")

    def add(registry, name, code):
        package = importlib.import_module(registry.package)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
        (folder / f"{name}.py").write_text(dedent(code))
        importlib.invalidate_caches()
        # Known for this test only: what is imported under this name is forgotten after it.
        monkeypatch.setitem(sys.modules, f"{registry.package}.{name}", None)
        del sys.modules[f"{registry.package}.{name}"]

    return add


@pytest.fixture
def add_letter_encoder(add_to_registry):
    """Adds a text encoder of 128 numbers a token, the class LetterEncoder with name = "letters"."""
    from diffh2o_ros.text.registry import ENCODERS

    return lambda name="letters": add_to_registry(ENCODERS, name, LETTERS)


@pytest.fixture(scope="session")
def can_motion():
    """A right hand reaches for a can, lifts it and puts it back, by the real networks."""
    from diffh2o_ros import Synthesizer
    from diffh2o_ros.data.objects.catalog import sample_object

    can = sample_object(np.random.default_rng(6), "can")
    task = "lift the can with the right hand and put it back"
    return (
        Synthesizer(device="cpu").synthesize(can.mesh, task, seed=0, hold="rigid").interactions[0]
    )


@pytest.fixture(scope="session")
def openhand():
    """The built-in right robot hand."""
    pytest.importorskip("mujoco")
    from diffh2o_ros.retargeting.robots import load_robot

    return load_robot("openhand", "right")


@pytest.fixture(scope="session")
def mano_dir(tmp_path_factory):
    """A folder of files as MANO's, of a hand that is none: OpenHand's skin with as many vertices,
    and pose blend shapes of some millimeters about every joint."""
    pytest.importorskip("smplx")
    folder = tmp_path_factory.mktemp("mano")
    for side in ("right", "left"):
        np.savez(folder / f"MANO_{side.upper()}.npz", **_like_mano(side))
    return folder


def _like_mano(side):
    from diffh2o_ros.hands import skeleton
    from diffh2o_ros.hands.parametric.mano import TIP_VERTICES
    from diffh2o_ros.hands.parametric.openhand import OpenHand

    hand, rng = OpenHand(side), np.random.default_rng(0)
    skin, faces = hand.template.double().numpy(), hand.faces.numpy()
    vertices, faces, *_ = igl.decimate(skin, faces, 2 * 778 - 4)
    assert len(vertices) == 778
    joints = skeleton.rest_joints(side).double().numpy()
    tips = joints[list(skeleton.TIP_JOINTS)] + skeleton.tip_offsets(side).double().numpy()
    order = np.arange(778)  # the vertices at the tips get the numbers that MANO's have
    for number, tip in zip(TIP_VERTICES, tips, strict=True):
        place = int(np.linalg.norm(vertices[order] - tip, axis=1).argmin())
        order[[number, place]] = order[[place, number]]
    vertices, faces = vertices[order], np.argsort(order)[faces]
    nearest = np.linalg.norm(vertices[:, None] - skin, axis=-1).argmin(1)
    weights = hand.skin_weights.double().numpy()[nearest]
    whole = np.concatenate([weights[:, :1], weights[:, 1:16] + weights[:, 16:]], 1)
    near = np.exp(-0.5 * (np.linalg.norm(vertices[:, None] - joints[1:], axis=-1) / 0.012) ** 2)
    directions = rng.normal(size=(3, 15, 9)) * 0.003
    return {
        "v_template": vertices,
        "shapedirs": 0.02 * rng.normal(size=(1, 1, 10)) * vertices[..., None],
        "posedirs": np.einsum("vj,cjk->vcjk", near, directions).reshape(778, 3, 135),
        "J_regressor": np.linalg.lstsq(vertices.T, joints.T, rcond=None)[0].T,
        "kintree_table": np.array([[2**32 - 1, *skeleton.PARENTS[1:]], range(16)], np.uint32),
        "weights": whole,
        "f": faces[:1538].astype(np.uint32),
        "hands_components": np.eye(45),
        "hands_mean": np.zeros(45),
    }


@pytest.fixture(scope="session")
def mano_motion(can_motion, mano_dir):
    """`can_motion` with the hand of `mano_dir`."""
    import torch

    from diffh2o_ros.hands.loading import load_hand
    from diffh2o_ros.motion.hand_motion import HandMotion

    hand = can_motion.hands["right"]
    model = load_hand("mano", "right", mano_dir)
    given = {name: getattr(hand, name) for name in ("global_orient", "transl", "hand_pose")}
    with torch.no_grad():
        output = model(**{name: torch.as_tensor(values) for name, values in given.items()})
    posed = HandMotion(
        "right",
        **given,
        betas=np.zeros(10),
        joints=output.keypoints.numpy(),
        vertices=output.vertices.numpy(),
        faces=model.faces.numpy(),
    )
    return dataclasses.replace(can_motion, hands={"right": posed})
