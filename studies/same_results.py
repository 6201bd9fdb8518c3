"""Whether a change left results as they were: what 40 requests give, stored and compared.

    python -m studies.same_results store scans/ before.npz
    python -m studies.same_results compare before.npz after.npz
    python -m studies.same_results time scans/

`time` prints how long four kinds of requests take; for a change, run this file in turn with the
packages before and after it first in PYTHONPATH.

`scans/` holds meshes/*.ply and grasps.json (see docs/studies/README.md). Requests: each scan with
one hand, free and pulled to a grasp that a person annotated; and, of some, both hands, hand-overs,
several samples, ranked ones, and none refined.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros import Grasp, Synthesizer

#: How far results may differ, metres and radians.
MOST_SHIFT, MOST_ROTATION = 1e-4, 1e-3


def requests(scans: Path) -> Iterator[tuple[str, Path, str, dict]]:
    """(name, mesh, task, further arguments of `synthesize`) of each request."""
    grasps = json.loads((scans / "grasps.json").read_text())
    meshes = sorted((scans / "meshes").glob("*.ply"))
    for i, mesh in enumerate(meshes):
        thing = mesh.stem.split("_", 1)[-1].replace("_", " ")
        side = ("right", "left")[i % 2]
        yield f"free/{mesh.stem}", mesh, f"pick up the {thing} with the {side} hand", {"seed": i}
        first = grasps[mesh.stem][0]
        fields = {name: first[name] for name in ("global_orient", "transl", "hand_pose")}
        target = Grasp(side="right", **{k: np.asarray(v, np.float32) for k, v in fields.items()})
        yield f"target/{mesh.stem}", mesh, f"lift the {thing}", {"seed": i, "grasp": target}
    both = "lift the {} with both hands"
    over = "pass the {} from the right hand to the left hand"
    for kind, sentence, which, options in (
        ("both", both, (0, 5, 9), {}),
        ("over", over, (1, 6, 11), {}),
        ("samples", "drink from the {}", (2, 8), {"num_samples": 3}),
        ("ranked", "inspect the {}", (4,), {"num_samples": 3, "ranked": True}),
        ("raw", "pour from the {} with the right hand", (3, 7, 12), {"refine": False}),
    ):
        for i in which:
            mesh = meshes[i]
            thing = mesh.stem.split("_", 1)[-1].replace("_", " ")
            yield f"{kind}/{mesh.stem}", mesh, sentence.format(thing), {"seed": 100 + i} | options


def store(scans: Path, out: Path) -> None:
    """Writes what every request gives."""
    synthesizer = Synthesizer(device="cpu")
    arrays = {}
    for name, mesh, task, options in requests(scans):
        for number, result in enumerate(synthesizer.synthesize(mesh, task, **options)):
            key = f"{name}/{number}"
            arrays[f"{key}/object_pose"] = result.object_pose
            arrays[f"{key}/warnings"] = np.array(result.warnings, dtype=np.str_)
            arrays[f"{key}/quality"] = np.array([*result.quality.values()])
            for side, hand in result.hands.items():
                arrays[f"{key}/{side}_joints"] = hand.joints
                arrays[f"{key}/{side}_global_orient"] = hand.global_orient
                arrays[f"{key}/{side}_hand_pose"] = hand.hand_pose
        print(name, flush=True)
    np.savez_compressed(out, **arrays)


def measure(scans: Path, repeats: int) -> None:
    """Prints mean seconds of a request, by the clock and of CPU time, once everything is warm."""
    synthesizer = Synthesizer(device="cpu")
    synthesizer.warm_up()
    meshes = sorted((scans / "meshes").glob("*.ply"))
    wall, cpu = [], []
    for seed in range(-1, repeats):
        for sentence, options in (
            ("lift it with the right hand", {}),
            ("lift it with both hands", {}),
            ("pass it from the right hand to the left hand", {}),
            ("inspect it", {"num_samples": 3}),
        ):
            begin = time.perf_counter(), time.process_time()
            synthesizer.synthesize(meshes[2], sentence, seed=seed % 1000, **options)
            wall.append(time.perf_counter() - begin[0])
            cpu.append(time.process_time() - begin[1])
    print(f"{np.mean(wall[4:]):.3f} s by the clock, {np.mean(cpu[4:]):.3f} s of CPU time")


def compare(before: Path, after: Path) -> int:
    """Prints how far results are from one another, the farthest last; 1 where it is too far."""
    with np.load(before) as old, np.load(after) as new:
        rows = {}
        for key in old.files:
            name, field = key.rsplit("/", 1)
            distance, rotation = rows.get(name, (0.0, 0.0))
            if key not in new.files or old[key].shape != new[key].shape:
                distance = rotation = np.inf
            elif field == "warnings":
                if list(old[key]) != list(new[key]):
                    print(f"{name}: warnings {list(old[key])} -> {list(new[key])}")
            elif field.endswith("joints"):
                distance = max(distance, float(np.linalg.norm(old[key] - new[key], axis=-1).max()))
            elif field == "object_pose":
                gap = np.linalg.norm(old[key][:, :3, 3] - new[key][:, :3, 3], axis=-1)
                distance = max(distance, float(gap.max()))
                rotation = max(rotation, _angle(old[key][:, :3, :3], new[key][:, :3, :3]))
            elif field.endswith(("orient", "pose")):
                pair = (Rotation.from_rotvec(a[key].reshape(-1, 3)) for a in (old, new))
                rotation = max(rotation, _angle(*(r.as_matrix() for r in pair)))
            rows[name] = distance, rotation
    for name, (distance, rotation) in sorted(rows.items(), key=lambda row: row[1]):
        print(f"{name:45s} {distance:.2e} m  {rotation:.2e} rad")
    far = [name for name, row in rows.items() if row[0] > MOST_SHIFT or row[1] > MOST_ROTATION]
    print(
        f"{len(rows) - len(far)} of {len(rows)} results within {MOST_SHIFT} m, {MOST_ROTATION} rad"
    )
    return 1 if far else 0


def _angle(one: np.ndarray, other: np.ndarray) -> float:
    """The largest angle between rotations (N, 3, 3), radians."""
    # |R1 - R2| in the Frobenius norm is 2 sqrt(2) sin(angle / 2): exact for small angles.
    gap = np.linalg.norm((one - other).reshape(len(one), -1), axis=-1)
    return float(2 * np.arcsin(np.clip(gap / 8**0.5, 0, 1)).max())


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("store")
    one.add_argument("scans", type=Path)
    one.add_argument("out", type=Path)
    times = commands.add_parser("time")
    times.add_argument("scans", type=Path)
    times.add_argument("--repeats", type=int, default=4)
    two = commands.add_parser("compare")
    two.add_argument("before", type=Path)
    two.add_argument("after", type=Path)
    args = parser.parse_args(argv)
    if args.command == "store":
        store(args.scans, args.out)
        return 0
    if args.command == "time":
        measure(args.scans, args.repeats)
        return 0
    return compare(args.before, args.after)


if __name__ == "__main__":
    sys.exit(main())
