"""Checkpoint files: one safetensors file holds a denoiser, its feature codec and its story.

Nothing in such a file is executed when it is read. Weights are stored in half precision and used
in single; the codec, which fixes units, keeps its precision. The header carries the format
version, the network's configuration and free metadata as JSON.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig

FORMAT = "diffh2o_ros.denoiser"
VERSION = "1"
_MODEL = "model."
_CODEC = "codec."


class CheckpointError(Diffh2oError):
    """A checkpoint cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """model: in evaluation mode, its parameters frozen. codec: `FeatureCodec.state()`.

    meta: how it was trained, and what sampling needs: "prediction" ("x0", "epsilon" or "v"),
    "schedule" ("cosine") and "num_diffusion_steps".
    """

    model: Denoiser
    codec: dict[str, Tensor]
    meta: dict[str, Any]


def save_checkpoint(
    path: str | Path, model: Denoiser, codec: Mapping[str, Tensor], meta: Mapping[str, Any]
) -> None:
    """Writes `path` atomically; `codec` and `meta` as in `Checkpoint`.

    Raises CheckpointError for weights that half precision cannot hold.
    """
    tensors = {}
    for name, weight in model.state_dict().items():
        half = weight.to(torch.float16)
        if not half.isfinite().all():
            raise CheckpointError(f"weight {name} is not finite in half precision: not saved")
        tensors[_MODEL + name] = half
    tensors |= {_CODEC + name: value for name, value in codec.items()}
    config = dataclasses.asdict(model.config)
    write_safetensors(path, tensors, FORMAT, VERSION, config=config, meta=dict(meta))


def write_safetensors(
    path: str | Path,
    tensors: Mapping[str, Tensor],
    format_name: str,
    version: str,
    **header: object,
) -> None:
    """Writes a safetensors file so that `path` is at any time whole: the old one or the new.

    header: anything JSON can hold, beside the name and version of the format.
    """
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    texts = {name: json.dumps(value) for name, value in header.items()}
    with whole_file(path) as partial:
        save_file(tensors, partial, {"format": format_name, "version": version} | texts)
        partial.chmod(0o644)  # safetensors makes files that only their owner can read


def read_safetensors(
    path: str | Path, format_name: str, version: str
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(tensors on the CPU, header) as `write_safetensors` was given them.

    Raises CheckpointError when it is missing, damaged, of another format or version.
    """
    path = Path(path)
    if not path.is_file():
        raise CheckpointError(f"no checkpoint at {path}: check the path")
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path} is damaged or not a safetensors file ({error}): fetch or train it again"
        ) from error
    if header.get("format") != format_name:
        raise CheckpointError(f"{path} is a safetensors file, but not a {format_name} file")
    if header.get("version") != version:
        raise CheckpointError(
            f"{path} has format version {header.get('version')}, this program reads {version}: "
            "use a matching version of diffh2o_ros or train it again"
        )
    try:
        texts = [name for name in header if name not in ("format", "version")]
        return tensors, {name: json.loads(header[name]) for name in texts}
    except ValueError as error:
        raise CheckpointError(f"{path} does not describe its network ({error})") from error


def named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those whose names begin with `prefix`, by what follows."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def load_checkpoint(path: str | Path, device: str | torch.device = "cpu") -> Checkpoint:
    """Reads what `save_checkpoint` wrote. Raises CheckpointError for any other file."""
    tensors, header = read_safetensors(path, FORMAT, VERSION)
    try:
        # The weights that it draws are replaced by the file's: nobody's random numbers are spent.
        with torch.random.fork_rng(devices=[]):
            model = Denoiser(DenoiserConfig(**header["config"]))
        meta = dict(header["meta"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} does not describe its network ({error})") from error
    weights = {name: value.float() for name, value in named(_MODEL, tensors).items()}
    check_weights(path, model, weights)
    model.load_state_dict(weights, assign=True)  # in single precision, whatever torch's default
    codec = {name: value.to(device) for name, value in named(_CODEC, tensors).items()}
    return Checkpoint(model.frozen(device), codec, meta)


def check_weights(path: str | Path, model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Raises CheckpointError where the file at `path` does not hold the weights of `model`."""
    expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in weights.items()}
    names = expected.keys() | found.keys()
    wrong = sorted(name for name in names if expected.get(name) != found.get(name))
    if wrong:
        name = wrong[0]
        raise CheckpointError(
            f"{path} holds another architecture than it says: {len(wrong)} weights differ, first "
            f"{name}: {found.get(name, 'absent')}, should be {expected.get(name, 'absent')}"
        )
    damaged = [name for name, value in weights.items() if not value.isfinite().all()]
    if damaged:
        raise CheckpointError(f"{path} is damaged: weight {damaged[0]} is not finite")
