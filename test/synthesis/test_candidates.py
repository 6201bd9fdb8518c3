"""Which of the candidates for a reach is kept."""

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros import Synthesizer
from diffh2o_ros.errors import OptionError
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.stage import generator_of

TASK = "pick up the can with the right hand"


@pytest.fixture(scope="module")
def synthesizer():
    return Synthesizer(device="cpu", settings=SynthesisSettings(num_steps=4, num_candidates=4))


@pytest.fixture(scope="module")
def can():
    shape = trimesh.creation.cylinder(radius=0.033, height=0.11, sections=40).subdivide()
    return Mesh(np.asarray(shape.vertices, float), np.asarray(shape.faces, np.int64))


def reach(synthesizer, can, **settings):
    """Joints (T, 21, 3) up to the grasp."""
    chosen = SynthesisSettings(num_steps=4, **settings)
    other = Synthesizer(device="cpu", settings=chosen, models=synthesizer.models)
    found = other.synthesize(can, TASK, seed=2)[0]
    return found.hands["right"].joints[: found.grasp_frame]


def test_within_the_margin_the_first_candidate_is_kept(synthesizer, can):
    first = reach(synthesizer, can, num_candidates=1)
    best = reach(synthesizer, can, num_candidates=4)
    any_is_good = reach(synthesizer, can, num_candidates=4, cost_margin=1e9)
    other = np.abs(best - first).max()
    assert other > 0.01
    assert np.abs(any_is_good - first).max() < other / 2  # of four, sums round otherwise


def test_what_the_network_finds_likely_may_decide(synthesizer, can):
    plain = reach(synthesizer, can, num_candidates=4)
    likely = reach(synthesizer, can, num_candidates=4, likelihood=1e4)
    again = reach(synthesizer, can, num_candidates=4, likelihood=1e4)
    assert np.array_equal(likely, again)
    assert np.abs(likely - plain).max() > 0.01


def test_a_network_finds_its_own_samples_likelier_than_others(synthesizer, can):
    """Also than the same motions an inch further left."""
    models = synthesizer.models
    stage, bps = models.grasp_stage, Scene.of(can).bps
    text = models.text.encode([TASK])
    noise = stage.noise([generator_of(0, number, 0) for number in range(6)])
    own = stage.run(noise, text, bps, 8, timestep_spacing=2.0)
    features = stage.codec.decode(own)
    features[..., [1, 4]] += 0.025
    for other in (stage.codec.encode(features), noise):
        errors = [stage.denoising_error(x, text, bps, (500, 300)) for x in (own, other)]
        assert errors[0].shape == (6,) and torch.isfinite(errors[1]).all()
        assert errors[0].mean() < errors[1].mean()


@pytest.mark.parametrize("name", ["likelihood", "cost_margin"])
def test_weights_of_candidates_are_no_negative_numbers(name):
    with pytest.raises(OptionError, match=f"{name} must be at least 0, not -1"):
        SynthesisSettings(**{name: -1.0})
