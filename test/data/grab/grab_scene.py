"""A small GRAB that the tests write themselves, and how everything in it really is.

A person stands somewhere in the world, a hand or both go to a block on a table, lift it while it
turns by 30 degrees to the left, and put it back. What is true of it is computed on its own: with
GRAB's vertices posed as rows, `v @ R + t`, and MANO's kinematics.
"""

from types import SimpleNamespace

import numpy as np
import torch
import trimesh
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.grab.importer import import_grab
from diffh2o_ros.data.grab.segments import STILL
from diffh2o_ros.hands import skeleton
from diffh2o_ros.hands.sides import SIDES

FRAMES, TOUCH, MOVES, LIFTED, BACK, GONE = 560, 150, 168, 300, 420, 540
TABLE = 0.82
EXTENTS = np.array([0.16, 0.05, 0.12])
#: The block stands turned by 40 degrees; the person looks at it along `VIEW`.
STANDS, PLACE, VIEW = np.deg2rad(40), np.array([1.3, -0.7, TABLE + 0.06]), np.deg2rad(100)


def about_z(angle):
    return Rotation.from_rotvec(np.multiply.outer(angle, [0.0, 0.0, 1.0]))


def block():
    """A block with one corner drawn out, so that no mirror image or turn of it looks the same."""
    mesh = trimesh.creation.box(EXTENTS).subdivide().subdivide()
    mesh.vertices[np.argmax(mesh.vertices @ [1, 1, 1])] += [0.012, 0.004, 0.008]
    return mesh


def synthetic_mano(side):
    """MANO's published joints in a cloud of vertices, of which the first sixteen are the joints."""
    vertices = np.resize(skeleton.rest_joints(side).double().numpy(), (778, 3))
    return {
        "v_template": vertices,
        "shapedirs": np.zeros((778, 3, 10)),
        "posedirs": np.zeros((778, 3, 135)),
        "J_regressor": np.eye(16, 778),
        "kintree_table": np.array([[2**32 - 1, *skeleton.PARENTS[1:]], range(16)], np.uint32),
        "weights": np.full((778, 16), 1 / 16),
        "f": np.zeros((1538, 3), np.uint32),
        "hands_components": np.eye(45),
        "hands_mean": np.full(45, 0.3),
    }


def ease(frame, start, end):
    share = np.clip((frame - start) / (end - start), 0, 1)
    return share**3 * (10 - 15 * share + 6 * share**2)


def scene(acting=("right",), scale=1.0):
    """World poses of everything, usual convention: `turn` (T, 3, 3), `place` (T, 3) of the block,
    and of each hand `orient`, `wrist`, `pose`, besides its subject's rest `joints`."""
    frame = np.arange(FRAMES)
    share = ease(frame, MOVES, LIFTED) - ease(frame, LIFTED, BACK)
    turn = about_z(STANDS + np.deg2rad(30) * share).as_matrix()
    place = PLACE + share[:, None] * [0, 0, 0.2]
    hands = {}
    for side in SIDES:
        mirror = 1 if side == "left" else -1
        joints = scale * skeleton.rest_joints(side).double().numpy()
        home = PLACE + about_z(VIEW).apply([-0.5, mirror * 0.25, 0.0])
        # Laid flat against a broad face, the palm to it; the left hand on the other side.
        at_block = about_z(np.pi).as_matrix() if side == "left" else np.eye(3)
        lies = np.array([0.05, EXTENTS[1] / 2 + 0.011, 0.0]) @ at_block.T
        lies[0] *= -1 if side == "left" else 1
        if side == "left":
            at_block = at_block @ np.diag([-1.0, 1.0, -1.0])
        holds = np.einsum("tij,j->ti", turn, lies) + place
        stays = (ease(frame, 60, TOUCH) - ease(frame, BACK, GONE)) * (side in acting)
        hands[side] = SimpleNamespace(
            orient=turn @ at_block,
            wrist=home + stays[:, None] * (holds - home),
            pose=(1 + stays[:, None]) * np.random.default_rng(0).normal(size=45) * 0.03,
            joints=joints,
        )
    return SimpleNamespace(turn=turn, place=place, hands=hands, acting=acting)


def grab_content(world, contact=True):
    """The scene as GRAB stores it."""
    content = {
        "gender": "female",
        "sbj_id": "s1",
        "obj_name": "block",
        "motion_intent": "lift",
        "framerate": 120.0,
        "n_frames": FRAMES,
        "n_comps": 24,
    }
    for side, hand in world.hands.items():
        content[f"{side[0]}hand"] = {
            "params": {
                "global_orient": Rotation.from_matrix(hand.orient).as_rotvec().astype(np.float32),
                "transl": (hand.wrist - hand.joints[0]).astype(np.float32),
                "fullpose": hand.pose.astype(np.float32),
                "hand_pose": np.zeros((FRAMES, 24), np.float32),
            },
            "vtemp": f"tools/subject_meshes/female/s1_{side[0]}hand.ply",
        }
    # A row times R must be the column turned by `turn`: R is its transpose.
    stored = Rotation.from_matrix(world.turn.transpose(0, 2, 1)).as_rotvec().astype(np.float32)
    content["object"] = {
        "params": {"global_orient": stored, "transl": world.place.astype(np.float32)},
        "object_mesh": "tools/object_meshes/contact_meshes/block.ply",
    }
    content["table"] = {
        "params": {
            "global_orient": np.zeros((FRAMES, 3), np.float32),
            "transl": np.tile(np.float32([1.3, -0.7, TABLE]), (FRAMES, 1)),
        },
        "table_mesh": "tools/object_meshes/contact_meshes/table.ply",
    }
    if contact:
        labels = np.zeros((FRAMES, 40), np.int8)
        for side in world.acting:
            labels[TOUCH:BACK, 3 if side == "left" else 7] = 30 if side == "left" else 44
        content["contact"] = {"object": labels, "body": np.zeros((FRAMES, 9), np.int8)}
    return content


class Grab:
    """A GRAB folder and a MANO folder."""

    def __init__(self, folder):
        self.folder, self.mano, self.out = folder / "GRAB", folder / "mano", folder / "out"
        meshes = self.folder / "tools" / "object_meshes" / "contact_meshes"
        for path in (meshes, self.folder / "grab", self.mano):
            path.mkdir(parents=True)
        block().export(meshes / "block.ply")
        trimesh.creation.box((1.0, 0.8, 0.0)).export(meshes / "table.ply")
        for side in SIDES:
            np.savez(self.mano / f"MANO_{side.upper()}.npz", **synthetic_mano(side))

    def add(self, world, name="s1/block_lift", labels=True, **changes):
        path = self.folder / "grab" / f"{name}.npz"
        path.parent.mkdir(exist_ok=True)
        np.savez(path, **{**grab_content(world, labels), **changes})
        return path

    def add_template(self, scale):
        folder = self.folder / "tools" / "subject_meshes" / "female"
        folder.mkdir(parents=True)
        for side in SIDES:
            vertices = scale * synthetic_mano(side)["v_template"]
            faces = np.arange(777).reshape(-1, 3)
            trimesh.Trimesh(vertices, faces, process=False).export(folder / f"s1_{side[0]}hand.ply")

    def read(self, **options):
        self.skipped = []
        report = import_grab(
            self.folder, self.mano, self.out, on_skip=self.skipped.append, **options
        )
        return report, Dataset(self.out)


def grasp_frame(world):
    """The last frame in which the block stands still."""
    corners = np.einsum("tij,nj->tni", world.turn, block().vertices) + world.place[:, None]
    moved = np.linalg.norm(corners - corners[0], axis=-1).max(-1)
    return int(np.argmax(moved > STILL)) - 1


def real_keypoints(world, frames):
    """(N, 2, 16, 3) joints of the subject's hands in the mesh's frame, and the same of the mesh's
    vertices, from the stored numbers and GRAB's rule."""
    found = []
    for side in SIDES:
        hand = world.hands[side]
        _, joints = skeleton.forward_kinematics(
            *(
                torch.as_tensor(a)
                for a in (
                    hand.joints,
                    Rotation.from_matrix(hand.orient).as_rotvec(),
                    hand.wrist - hand.joints[0],
                    hand.pose,
                )
            )
        )
        offset = joints[frames].numpy() - world.place[frames][:, None]
        found.append(np.einsum("tji,tnj->tni", world.turn[frames], offset))
    return np.stack(found, 1)
