import numpy as np
import pytest
import torch


@pytest.fixture(scope="session")
def recognizer_file(tmp_path_factory):
    """A recognizer of four actions that nobody trained."""
    from diffh2o_ros.models.recognizer import RecognizerConfig, RecognizerNetwork, save_recognizer

    file = tmp_path_factory.mktemp("recognizer") / "recognizer.safetensors"
    config = RecognizerConfig(("lift", "pass", "inspect", "place"), width=8)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = RecognizerNetwork(
            config, torch.zeros(config.channels), torch.ones(config.channels)
        )
    diversity = {"sample": {"lift": 0.1, "pass": 0.2}, "overall": 0.3}
    save_recognizer(file, network, {"diversity": diversity})
    return file


@pytest.fixture
def rows():
    """Builds rows of an evaluation: two meshes, two actions, two seeds, refined and raw, and two
    guided runs of which one is refused."""
    from diffh2o_ros.evaluation.cases import Case
    from diffh2o_ros.evaluation.judging import Row
    from diffh2o_ros.evaluation.summary import PAPER, STRICT

    def build():
        generator = np.random.default_rng(0)
        made = []
        for mesh in ("a", "b"):
            for action, hand in (("lift", "left"), ("pass", "right")):
                for seed in (0, 1):
                    for refined in (True, False):
                        case = Case(mesh, f"{action} the {mesh}", action, hand, seed, refined)
                        noise = generator.random(len(STRICT) + len(PAPER))
                        names = [measure.name for measure in (*STRICT, *PAPER)]
                        figures = dict(zip(names, noise.tolist(), strict=True))
                        figures["penetration_mm"] = (seed + 1.0) * (1 if refined else 10)
                        figures |= {"success": 1.0, "hand_choice": float(mesh == "a")}
                        figures["recognition"] = float(action == "lift")
                        seconds = {"grasp_stage": 2.0 + seed, "total": 3.0 + seed}
                        made.append(Row(case, figures, seconds, [hand], "lift"))
        for number in (0, 1):
            made.append(Row(Case("a", "pick up the a", "lift", "right", 0, True, "full", number)))
        made[-2].figures = {"grasp_error_m": 0.015, "hand_choice": 1.0, "penetration_mm": 1.0}
        made[-1].refused = "it lies out of reach"
        return made

    return build
