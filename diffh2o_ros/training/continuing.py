"""Training that begins with a trained network: on more data, or for longer.

The network brings its feature codec and pose basis along: features have to mean what they meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from diffh2o_ros.models.checkpoint import Checkpoint, CheckpointError, load_checkpoint
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.printable import shown
from diffh2o_ros.training.recipes import Recipe

#: What a network was made for; all else of a recipe may change.
_STRUCTURE = (
    "stage",
    "prediction",
    "grasp_frame",
    "pre_emphasis",
    "backward",
    "num_diffusion_steps",
)


def load_start(path: str | Path, recipe: Recipe, text_encoder: str) -> Checkpoint:
    """The checkpoint at `path`, to train on from by a recipe.

    Raises CheckpointError where it is of another stage, text encoder or kind of network.
    """
    checkpoint = load_checkpoint(path)
    encoder = checkpoint.meta.get("text_encoder")
    if encoder != text_encoder:
        raise CheckpointError(
            f"{shown(path)} reads sentences with {encoder}: give --text-encoder {encoder}"
        )
    own = checkpoint.meta.get("recipe")
    if own is None:
        raise CheckpointError(f"{shown(path)} does not say what recipe it was trained by")
    theirs, ours = _structure(Recipe.from_dict(own)), _structure(recipe)
    for name, value in theirs.items():
        if value != ours[name]:
            raise CheckpointError(
                f"{shown(path)} has {name} {value}, the recipe {ours[name]}: choose the recipe "
                "that it was trained by, or train from the beginning"
            )
    return checkpoint


def _structure(recipe: Recipe) -> dict[str, object]:
    found = {name: getattr(recipe, name) for name in _STRUCTURE} | vars(recipe.network)
    del found["text_dim"]  # the encoder's
    return found


def continued_recipe(recipe: Recipe, before: Mapping[str, Any]) -> Recipe:
    """The recipe of a network that has a `story`: with a seed of its own, so that nothing is drawn
    a second time, and without the lesson that the network has had."""
    seed, past = recipe.seed, before
    while past:
        seed, past = seed + past["step"], past.get("continues")
    return replace(recipe, seed=seed, text_pretraining=0)


def story(start: Checkpoint) -> dict[str, Any]:
    """What a checkpoint tells of the one that it was trained on from."""
    known = ("step", "sequences", "validation_mse", "continues")
    return {name: start.meta[name] for name in known if name in start.meta}


def codec_of(checkpoint: Checkpoint) -> FeatureCodec:
    """How the network of a checkpoint sees features."""
    return FeatureCodec.from_state(checkpoint.codec)


def joined_ranges(
    one: Mapping[str, Mapping[str, float]], other: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """`shape_ranges` of the objects of both."""
    return {
        name: {
            key: (min if key in ("min", "p01") else max)(value, other[name][key])
            for key, value in found.items()
        }
        for name, found in one.items()
    }
