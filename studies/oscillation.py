"""What the interaction network keeps of oscillations: python -m studies.oscillation --data DIR

Shown shakes and wipes of a data set with noise added, as in training, a network that only knows
what is slow gives them back flat. The study prints how much of their peak-to-peak amplitude is left
in its estimate of the clean motion at each diffusion step, and how much in motions that it samples
for the same reaches and sentences. Beside them stand motions of other actions, which should not
come to oscillate. Amplitudes are those of the object's position less its mean over half a second,
over the frames of the action.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.cli.arguments import OneLineParser, whole_number
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import GRASP_FRAMES
from diffh2o_ros.diffusion.imputing import Impute
from diffh2o_ros.diffusion.prediction import predicted_x0
from diffh2o_ros.geometry.bps import basis_point_set
from diffh2o_ros.markdown import table
from diffh2o_ros.models.context import grasp_context
from diffh2o_ros.motion.features import GROUPS, to_features
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.stage import Stage, generator_of
from diffh2o_ros.synthesis.synthesizer import shipped_weights
from diffh2o_ros.text.registry import load_encoder
from studies.common import run_program

OSCILLATING, STEADY = ("shake", "wipe"), ("lift", "pass", "inspect")
STEPS = (999, 900, 700, 500, 300, 150, 50, 10)
#: Frames of the mean that is subtracted, and of either end of the action that are left out.
DETREND_FRAMES, ENDS = 15, 10


@dataclass(frozen=True)
class Example:
    """One sequence of a data set, as a network sees it."""

    encoded: Tensor  #: (T, D)
    num_frames: int
    sentence: str
    bps: Tensor  #: (points, 3)


def amplitude(position: np.ndarray, num_frames: int) -> float:
    """Largest peak-to-peak displacement over the axes, meters, less the moving mean, of an object's
    path (T, 3) from the grasp to the last of `num_frames`."""
    path = position[:num_frames]
    half = DETREND_FRAMES // 2
    padded = np.pad(path, ((half, half), (0, 0)), mode="edge")
    mean = np.stack(
        [np.convolve(a, np.full(DETREND_FRAMES, 1 / DETREND_FRAMES), "valid") for a in padded.T], 1
    )
    return float(np.ptp((path - mean)[GRASP_FRAMES + ENDS : num_frames - ENDS], axis=0).max())


class Diagnosis:
    """A trained interaction stage and the motions that it is shown."""

    def __init__(self, stage: Stage, examples: Sequence[Example]) -> None:
        self._stage, self._examples = stage, examples
        self._encoder = load_encoder(stage.text_encoder)
        self.true = np.array([self._amplitude(e.encoded[None], e) for e in examples])

    def kept(self, step: int) -> np.ndarray:
        """Amplitude (N,) of the clean motions estimated at a diffusion step, over the true one."""
        stage, found = self._stage, []
        for number, example in enumerate(self._examples):
            x0, t = example.encoded[None], torch.tensor([step])
            x_t = stage.schedule.add_noise(x0, stage.noise([generator_of(0, number, step)]), t)
            text = self._encoder.encode([example.sentence])
            context = grasp_context(x0, GRASP_FRAMES)
            with torch.no_grad():
                output = stage.model(x_t, t, text.tokens, text.mask, example.bps[None], context)
            hat = predicted_x0(stage.prediction, output, x_t, t, stage.schedule)
            found.append(self._amplitude(hat, example))
        return np.array(found) / self.true

    def sampled(self, settings: SynthesisSettings) -> np.ndarray:
        """Amplitude (N,) of sampled motions, over the true one."""
        stage, found = self._stage, []
        for number, example in enumerate(self._examples):
            x0 = example.encoded[None]
            mask = torch.zeros(len(example.encoded), 1)
            mask[:GRASP_FRAMES] = 1
            sample = stage.run(
                settings.temperature * stage.noise([generator_of(1, number, 0)]),
                self._encoder.encode([example.sentence]),
                example.bps,
                settings.num_steps,
                guidance_scale=settings.interaction_guidance_scale,
                guidance_until=settings.interaction_guidance_until,
                method="dpm++",
                timestep_spacing=settings.timestep_spacing,
                context=grasp_context(x0, GRASP_FRAMES),
                edit_x0=[Impute(x0, mask)],
            )
            found.append(self._amplitude(sample, example))
        return np.array(found) / self.true

    def _amplitude(self, encoded: Tensor, example: Example) -> float:
        position = self._stage.codec.decode(encoded)[0, :, GROUPS["object_position"]]
        return amplitude(position.numpy(), example.num_frames)


def examples_of(
    dataset: Dataset, stage: Stage, actions: Sequence[str], count: int, seen: bool
) -> list[Example]:
    """The first `count` sequences of some actions, of objects that training saw or did not see."""
    found = []
    for index, info in enumerate(dataset.infos):
        if info.action not in actions or (info.split == "train") != seen or len(found) == count:
            continue
        sequence = dataset[index]
        features = to_features(
            sequence.motion, sequence.distances, stage.codec.basis, "interaction"
        )
        rest = features[-1:].expand(stage.model.config.num_frames - len(features), -1)
        mesh = sequence.mesh
        found.append(
            Example(
                stage.codec.encode(torch.cat([features, rest])),
                info.num_frames,
                info.sentences[0],
                basis_point_set(mesh.vertices, mesh.faces, np.zeros(3)),
            )
        )
    return found


def main(words: Sequence[str]) -> None:
    arguments = _parser().parse_args(words)
    weights = arguments.weights or shipped_weights()
    device = torch.device("cpu")
    stage = Stage.load(Path(weights) / "interaction.safetensors", "interaction", device)
    dataset, settings = Dataset(arguments.data), SynthesisSettings()
    rows = []
    for name, actions, seen in (
        ("shake, wipe: trained on", OSCILLATING, True),
        ("shake, wipe: unseen objects", OSCILLATING, False),
        ("lift, pass, inspect: unseen objects", STEADY, False),
    ):
        examples = examples_of(dataset, stage, actions, arguments.num, seen)
        if not examples:
            continue
        diagnosis = Diagnosis(stage, examples)
        kept = [f"{np.median(diagnosis.kept(step)):.2f}" for step in STEPS]
        sampled = f"{np.median(diagnosis.sampled(settings)):.2f}"
        true = f"{100 * np.median(diagnosis.true):.1f} cm"
        rows.append([name, str(len(examples)), true, *kept, sampled])
    heads = ["motions", "number", "amplitude", *(f"kept at {s}" for s in STEPS)]
    print(table([*heads, f"sampled in {settings.num_steps} steps"], rows))


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m studies.oscillation", description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, metavar="DIR", help="a data set")
    parser.add_argument("--weights", metavar="DIR", help="networks (default: the package's)")
    parser.add_argument(
        "--num", type=whole_number(1, 1000), default=24, help="motions of a kind (default 24)"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(run_program(main))
