"""A process of its own that answers one request, and says how long that took and what it held.

python -m diffh2o_ros.bench.first_answer --mesh M.ply --grasp G.json: a line of JSON at the first
answer, and another one with what it held after that, a guided request included.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path


def main() -> int:
    """Answers, guided by the grasp the second time."""
    begin = time.perf_counter()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mesh", type=Path, required=True)
    parser.add_argument("--grasp", type=Path, required=True)
    parser.add_argument("--task", required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--candidates", type=int, default=0, help="0: the default")
    parser.add_argument("--steps", type=int, default=0, help="0: the default")
    arguments = parser.parse_args()

    from diffh2o_ros import Synthesizer
    from diffh2o_ros.memory import resident_bytes
    from diffh2o_ros.motion.grasp import Grasp
    from diffh2o_ros.synthesis.settings import SynthesisSettings

    imported = time.perf_counter()
    settings = SynthesisSettings()
    if arguments.candidates:
        settings = replace(settings, num_candidates=arguments.candidates)
    synthesizer = Synthesizer(device=arguments.device, settings=settings)
    loaded = time.perf_counter()
    steps = arguments.steps or None
    synthesizer.synthesize(arguments.mesh, arguments.task, steps=steps)
    answered = time.perf_counter()
    times = {"import": imported - begin, "load": loaded - imported, "answer": answered - loaded}
    print(json.dumps(times), flush=True)

    grasp = Grasp.from_json(arguments.grasp)
    synthesizer.synthesize(arguments.mesh, arguments.task, grasp, steps=steps)
    held: dict[str, float] = {"host": resident_bytes()}
    if synthesizer.device.type == "cuda":
        import torch

        held["gpu"] = {
            "peak": torch.cuda.max_memory_reserved(),
            "in_use": torch.cuda.max_memory_allocated(),
        }
    print(json.dumps(held), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
