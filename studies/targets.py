"""Annotated grasps as targets, as they are and spoilt as perception spoils them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.evaluation.cases import Case, noise_seed
from diffh2o_ros.evaluation.mesh_folder import object_name
from diffh2o_ros.evaluation.targets import grasp_keypoints, read_grasps
from diffh2o_ros.motion.grasp import Grasp


def chosen_grasps(
    file: Path, meshes: Sequence[Path], per_mesh: int, refinements: Sequence[bool]
) -> list[Case]:
    """Cases of up to `per_mesh` grasps of each mesh, taken evenly from its list.

    The sentence names the grasp's hand, so that runs without a target can be held against them.
    Raises CommandError where the file has none for these meshes.
    """
    grasps = read_grasps(file)
    cases = []
    for mesh in meshes:
        found = grasps.get(mesh.stem, [])
        for at in np.unique(np.linspace(0, len(found) - 1, per_mesh).round().astype(int)):
            if 0 <= at < len(found):
                side = found[at].side
                task = f"pick up the {object_name(mesh.stem)} with the {side} hand"
                cases += [
                    Case(
                        mesh.stem,
                        task,
                        "lift",
                        side,
                        noise_seed(0, mesh.stem, str(at)),
                        refined,
                        "full",
                        int(at),
                    )
                    for refined in refinements
                ]
    if not cases:
        raise CommandError(f"{file} has no grasp for any mesh of this name")
    return cases


def translated(grasp: Grasp, meters: float, rng: np.random.Generator) -> Grasp:
    """The grasp moved into a random direction."""
    return replace(grasp, transl=grasp.transl + meters * _direction(rng))


def rotated(grasp: Grasp, degrees: float, rng: np.random.Generator) -> Grasp:
    """The grasp rotated about its wrist, around a random axis."""
    rotation = Rotation.from_rotvec(np.deg2rad(degrees) * _direction(rng))
    orient = rotation * Rotation.from_rotvec(grasp.global_orient)
    return replace(grasp, global_orient=orient.as_rotvec())


def mirrored(grasp: Grasp, center: np.ndarray) -> Grasp:
    """The grasp on the other side of the object's `center` (3,), its orientation kept: the back of
    the hand is to the object."""
    middle = grasp_keypoints(grasp).mean(0)
    return replace(grasp, transl=grasp.transl + 2 * (center - middle))


def generator(seed: int, case: Case) -> np.random.Generator:
    """Randomness of its own for each grasp, the same however far it is displaced."""
    return np.random.default_rng([seed, zlib.crc32(case.mesh.encode()), case.grasp or 0])


def _direction(rng: np.random.Generator) -> np.ndarray:
    direction = rng.normal(size=3)
    return direction / np.linalg.norm(direction)
