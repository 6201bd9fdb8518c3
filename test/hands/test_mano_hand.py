"""MANO through smplx, on files in its format that the tests write: the real ones stay out.

The synthetic hand has MANO's published joints and numbers of vertices and faces: a bulge of
vertices about every joint, and at the indices where MANO has fingertips, the tips.
"""

import builtins
import io
import pickle
import sys
import types

import numpy as np
import pytest
import roma
import scipy.sparse
import torch

from diffh2o_ros.hands import mano_file, skeleton
from diffh2o_ros.hands.mano_file import ManoError, find_mano_file, read_mano_file
from diffh2o_ros.hands.mirror import REST, REST_AXIAL, mirror, mirror_pose
from diffh2o_ros.hands.parametric.mano import TIP_VERTICES, ManoHand
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.sides import SIDES

pytest.importorskip("smplx", reason="smplx, an optional extra, is not installed")


def synthetic_mano(side: str) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    joints = skeleton.rest_joints("right").double().numpy()
    tips = joints[list(skeleton.TIP_JOINTS)] + skeleton.tip_offsets("right").double().numpy()
    vertices, owner = np.zeros((778, 3)), np.arange(778) % 16
    # Vertices come in pairs on either side of their joint, so that the pairs' mean is the joint.
    offsets = rng.normal(size=(778, 3)) * 0.004
    offsets[16:32] = -offsets[:16]
    vertices = joints[owner] + offsets
    vertices[list(TIP_VERTICES)] = tips
    owner[list(TIP_VERTICES)] = skeleton.TIP_JOINTS
    regressor = np.zeros((16, 778))
    regressor[np.arange(16), np.arange(16)] = 0.5
    regressor[np.arange(16), np.arange(16) + 16] = 0.5
    weights = np.full((778, 16), 0.0)
    weights[np.arange(778), owner] = 1.0
    shapedirs = rng.normal(size=(778, 3, 10)) * 0.001
    mirror = np.ones(3) if side == "right" else np.array([-1.0, 1, 1])
    faces = np.sort(rng.permuted(np.tile(np.arange(778), (1538, 1)), axis=1)[:, :3], axis=1)
    return {
        "v_template": vertices * mirror,
        "shapedirs": shapedirs * mirror[:, None],
        "posedirs": np.zeros((778, 3, 135)),
        "J_regressor": regressor,
        "kintree_table": np.array([[2**32 - 1, *skeleton.PARENTS[1:]], range(16)], np.uint32),
        "weights": weights,
        "f": faces.astype(np.uint32),
        "hands_components": np.eye(45),
        "hands_mean": rng.normal(size=45) * 0.3,
    }


def official_pickle(arrays: dict[str, np.ndarray], monkeypatch) -> bytes:
    """The arrays as the MANO project stores them: sparse regressor, chumpy shape directions."""

    class Ch:
        pass

    class Select(Ch):
        pass

    for kind, module in ((Ch, "chumpy.ch"), (Select, "chumpy.reordering")):
        kind.__module__, kind.__qualname__ = module, kind.__name__
        holder = types.ModuleType(module)
        setattr(holder, kind.__name__, kind)
        monkeypatch.setitem(sys.modules, module, holder)
    monkeypatch.setitem(sys.modules, "chumpy", types.ModuleType("chumpy"))
    directions, selection = Ch(), Select()
    twenty = np.concatenate([arrays["shapedirs"], np.ones((778, 3, 10))], axis=2)
    directions.__dict__ = {"x": twenty, "_dirty_vars": {"x"}, "_itr": None}
    selection.__dict__ = {
        "a": directions,
        "idxs": np.arange(twenty.size).reshape(twenty.shape)[..., :10].ravel(),
        "preferred_shape": (778, 3, 10),
    }
    content = dict(arrays)
    content["J_regressor"] = scipy.sparse.csc_matrix(arrays["J_regressor"])
    content["shapedirs"] = selection
    content |= {"bs_style": "lbs", "bs_type": "lrotmin", "J": np.zeros((16, 3))}
    data = pickle.dumps(content, protocol=2)
    for module in ("chumpy", "chumpy.ch", "chumpy.reordering"):
        monkeypatch.delitem(sys.modules, module)
    return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("mano")
    for side in SIDES:
        np.savez(path / f"MANO_{side.upper()}.npz", **synthetic_mano(side))
    return path


@pytest.fixture(scope="module")
def hands(folder):
    return {side: ManoHand(folder, side) for side in SIDES}


def parameters(*batch: int, seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    scales = ((3, 1.0), (3, 0.3), (45, 0.4), (10, 1.0))
    return [torch.randn(*batch, n, generator=generator) * scale for n, scale in scales]


@pytest.mark.parametrize("side", SIDES)
def test_joints_and_tips_are_the_published_skeletons(hands, side):
    """Poses of the mean hand agree with the embedded hand in joints, keypoints and rotations."""
    orient, transl, pose, _ = parameters(6)
    mano, ours = hands[side](orient, transl, pose), OpenHand(side)(orient, transl, pose)
    for name in ("joints", "keypoints", "rotations"):
        torch.testing.assert_close(getattr(mano, name), getattr(ours, name), atol=2e-6, rtol=0)
    assert mano.vertices.shape == (6, 778, 3)


def test_flat_hand_at_rest_ignores_the_files_mean_pose(hands):
    zero = torch.zeros(3)
    posed = hands["right"](zero, torch.tensor([0.1, 0.2, 0.3]), torch.zeros(45))
    rest = torch.as_tensor(synthetic_mano("right")["v_template"], dtype=torch.float32)
    torch.testing.assert_close(posed.vertices, rest + torch.tensor([0.1, 0.2, 0.3]))


def test_keypoint_order(hands):
    """Tips are the tip vertices; the others are MANO's joints in the published order."""
    posed = hands["right"](*parameters(2))
    torch.testing.assert_close(posed.keypoints[:, 4::4], posed.vertices[:, list(TIP_VERTICES)])
    torch.testing.assert_close(
        posed.keypoints[:, [0, 1, 5, 9, 13, 17]], posed.joints[:, [0, 13, 1, 4, 10, 7]]
    )


def test_global_orient_turns_about_the_wrist_joint(hands):
    orient, transl, pose, betas = parameters()
    still = hands["right"](torch.zeros(3), torch.zeros(3), pose, betas)
    turned = hands["right"](orient, transl, pose, betas)
    wrist = still.joints[0]
    expected = (still.vertices - wrist) @ roma.rotvec_to_rotmat(orient).T + wrist + transl
    torch.testing.assert_close(turned.vertices, expected, atol=1e-6, rtol=1e-5)


def test_left_is_the_mirror_of_right(hands):
    orient, transl, pose, betas = parameters(3)
    right = hands["right"](orient, transl, pose, betas)
    left = hands["left"](mirror(orient, REST_AXIAL), mirror(transl, REST), mirror_pose(pose), betas)
    torch.testing.assert_close(left.vertices, mirror(right.vertices, REST), atol=2e-6, rtol=0)
    assert hands["left"].side == "left" and hands["left"].name == "mano"


def test_leading_shapes_broadcast(hands):
    orient, transl, pose, _ = parameters(2, 3)
    betas = parameters()[3]
    posed = hands["right"](orient, transl, pose, betas)
    assert posed.vertices.shape == (2, 3, 778, 3) and posed.joints.shape == (2, 3, 16, 3)
    assert posed.keypoints.shape == (2, 3, 21, 3) and posed.rotations.shape == (2, 3, 16, 3, 3)
    one = hands["right"](orient[1, 2], transl[1, 2], pose[1, 2], betas)
    torch.testing.assert_close(one.vertices, posed.vertices[1, 2], atol=1e-6, rtol=1e-5)
    shared = hands["right"](orient[0, 0], transl, pose[0, 0])
    assert shared.keypoints.shape == (2, 3, 21, 3)


def test_gradients_reach_every_parameter(hands):
    values = [value.requires_grad_() for value in parameters(2)]
    posed = hands["right"](*values)
    (posed.vertices.square().sum() + posed.keypoints.sum()).backward()
    for value in values:
        assert torch.isfinite(value.grad).all() and value.grad.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in hands["right"].parameters())


def test_it_says_nothing_and_shares_the_interface(folder, capsys):
    hand = ManoHand(folder)
    assert capsys.readouterr().out == ""
    assert hand.side == "right"
    assert hand.faces.shape == (1538, 3) and hand.faces.dtype == torch.int64


@pytest.mark.parametrize("argument", range(4))
def test_wrong_lengths(hands, argument):
    values = parameters()
    values[argument] = torch.zeros(4)
    with pytest.raises(ValueError, match=r"must end in \d+ numbers, not shape \(4,\)"):
        hands["right"](*values)


def test_wrong_side(folder):
    with pytest.raises(ValueError, match="'left' or 'right', not 'both'"):
        ManoHand(folder, "both")


@pytest.mark.parametrize("side", SIDES)
def test_official_pickles_are_read_without_chumpy(tmp_path, monkeypatch, side):
    arrays = synthetic_mano(side)
    path = tmp_path / f"MANO_{side.upper()}.pkl"
    path.write_bytes(official_pickle(arrays, monkeypatch))
    read = read_mano_file(path)
    assert read.keys() == mano_file.SHAPES.keys()
    for name, array in read.items():
        np.testing.assert_array_equal(array, arrays[name])
    assert ManoHand(tmp_path, side).side == side
    assert "chumpy" not in sys.modules


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_pickles_of_plain_arrays(tmp_path, protocol):
    """What people make of the official files once they got rid of chumpy."""
    arrays = synthetic_mano("right")
    arrays["J_regressor"] = scipy.sparse.csr_matrix(arrays["J_regressor"])
    path = tmp_path / "MANO_RIGHT.pkl"
    path.write_bytes(pickle.dumps(arrays, protocol=protocol))
    np.testing.assert_array_equal(read_mano_file(path)["weights"], arrays["weights"])


class Bomb:
    def __init__(self, call, *arguments):
        self.reduced = call, arguments

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize(
    "bomb",
    [
        Bomb(exec, "import builtins; builtins.mano_was_here = True"),
        Bomb(__import__, "os"),
        Bomb(np.load, "somewhere"),
        Bomb(io.FileIO, "somewhere"),
        Bomb(getattr, "text", "upper"),
    ],
    ids=["exec", "import", "numpy", "file", "getattr"],
)
def test_code_in_a_pickle_is_refused(tmp_path, bomb, protocol):
    path = tmp_path / "MANO_RIGHT.pkl"
    path.write_bytes(pickle.dumps({**synthetic_mano("right"), "weights": bomb}, protocol=protocol))
    with pytest.raises(ManoError, match=r"asks for .*; it is not loaded") as error:
        ManoHand(tmp_path)
    assert "\n" not in str(error.value)
    assert not hasattr(builtins, "mano_was_here")


def test_object_arrays_in_npz_are_refused(tmp_path):
    arrays = {**synthetic_mano("right"), "weights": np.array([Bomb(exec, "1")], dtype=object)}
    np.savez(tmp_path / "MANO_RIGHT.npz", **arrays)
    with pytest.raises(ManoError, match="damaged or not a MANO hand model"):
        ManoHand(tmp_path)


@pytest.mark.parametrize("suffix", [".pkl", ".npz"])
@pytest.mark.parametrize("content", [b"", b"\x80\x02}q\x00(X", b"not a model" * 100])
def test_damaged_files(tmp_path, suffix, content):
    path = tmp_path / f"MANO_RIGHT{suffix}"
    path.write_bytes(content)
    with pytest.raises(ManoError, match="MANO_RIGHT") as error:
        ManoHand(tmp_path)
    assert "\n" not in str(error.value)


def test_truncated_pickle(tmp_path, monkeypatch):
    whole = official_pickle(synthetic_mano("right"), monkeypatch)
    (tmp_path / "MANO_RIGHT.pkl").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ManoError, match="damaged or not a MANO hand model; copy it again"):
        ManoHand(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": None}, "lacks weights"),
        ({"weights": np.zeros((6890, 24))}, r"weights has shape \(6890, 24\), not \(778, 16\)"),
        ({"weights": np.full((778, 16), "x")}, "where MANO has numbers"),
    ],
)
def test_other_models(tmp_path, change, message):
    arrays = {k: v for k, v in {**synthetic_mano("right"), **change}.items() if v is not None}
    np.savez(tmp_path / "MANO_RIGHT.npz", **arrays)
    with pytest.raises(ManoError, match=message):
        ManoHand(tmp_path)


def test_missing_files_say_where_to_get_them(tmp_path):
    for folder, message in (
        (None, "needs its model files"),
        (tmp_path / "none", "does not exist"),
        (tmp_path, r"holds no MANO_LEFT\.pkl"),
    ):
        with pytest.raises(ManoError, match=message) as error:
            ManoHand(folder, "left")
        text = str(error.value)
        assert "https://mano.is.tue.mpg.de" in text and "\n" not in text


@pytest.mark.parametrize("place", [".", "mano", "models", "mano_v1_2/models"])
def test_files_are_found_where_archives_put_them(tmp_path, place):
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    path = tmp_path / place / "MANO_LEFT.pkl"
    path.write_bytes(b"")
    assert find_mano_file(tmp_path, "left").samefile(path)


def test_missing_smplx(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "smplx", None)
    with pytest.raises(ManoError, match="pip install smplx"):
        ManoHand(folder)
