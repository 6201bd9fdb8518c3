"""GRAB from its files to a data set: sentences, what is skipped, the command, a training step."""

import csv
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from grab_scene import FRAMES, grab_content, scene

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.data.checks import faults
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.grab.importer import import_grab
from diffh2o_ros.data.grab.models import GrabError
from diffh2o_ros.data.grab.names import swap_sides
from diffh2o_ros.hands.mano_file import ManoError
from diffh2o_ros.models.checkpoint import load_checkpoint
from diffh2o_ros.training.loop import Budget, train
from diffh2o_ros.training.prepare import fit_codec, prepare_arrays, stage_arrays
from diffh2o_ros.training.recipes import recipe


def test_sentences_of_people(grab, tmp_path):
    grab.add(scene())
    grab.add(scene(), "s10/block_lift")
    table = tmp_path / "annotations.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows(
            [
                ["s1_block_pick_all", "The person lifts the block with their Right hand"],
                ["s1/block_lift", "turns it left"],
            ]
        )
        csv.writer(file).writerow(["s2/block_lift", "Their left hand lifts it."])
    grab.add(scene(), "s2/block_lift")
    report, data = grab.read(annotations=table)
    infos = {info.name: info for info in data.infos}
    assert infos["s1/block_lift"].sentences[1] == "turns it left"
    assert infos["s1/block_lift_mirrored"].sentences[1] == "turns it right"
    assert infos["s1/block_lift_mirrored"].sentences[0].endswith("with their Left hand")
    # The left hand does nothing here: what people say of it is of no use.
    assert report.overruled == 1 and "1 with composed sentences" in str(report)
    assert not any("left" in text for text in infos["s2/block_lift"].sentences)
    assert infos["s10/block_lift"].split == "unseen_instance"
    assert len(infos["s10/block_lift"].sentences) >= 4

    for content, message in (
        (b"s1/block_lift\n", "row 1: two columns"),
        (b"sequence,text\ns1/block_lift,\n", "row 2: two columns"),
        (b"\xff\xfe\x00", "not a CSV file in UTF-8"),
    ):
        table.write_bytes(content)
        with pytest.raises(GrabError, match=message):
            import_grab(grab.folder, grab.mano, tmp_path / "other", annotations=table)


def still(world):
    return SimpleNamespace(
        **{
            **vars(world),
            "turn": world.turn[:1].repeat(FRAMES, 0),
            "place": world.place[:1].repeat(FRAMES, 0),
        }
    )


def test_what_cannot_be_used_is_skipped_and_said(grab):
    """One good sequence among the broken ones: it is imported, the others are named."""
    world = scene()
    grab.add(world, "s1/block_lift")
    grab.add(world, "s2/block_lift", rhand={"params": {}})
    cut_short = grab.add(world, "s2/block_pass_1")
    cut_short.write_bytes(cut_short.read_bytes()[:5000])
    nan = grab_content(world)["object"]
    nan["params"]["transl"][77, 1] = np.nan
    grab.add(world, "s3/block_lift", object=nan)
    gone = grab_content(world)["object"] | {"object_mesh": "tools/../../secret.ply"}
    grab.add(world, "s3/block_pass_1", object=gone)
    grab.add(still(world), "s4/block_lift")
    grab.add(scene(acting=()), "s5/block_lift")
    grab.add(scene(acting=()), "s5/block_pass_1", labels=False)
    (grab.folder / "grab" / "s5" / "block_use_1.npz").mkdir()
    report, data = grab.read(mirror=False)
    assert [info.name for info in data.infos] == ["s1/block_lift"]
    assert report.found == 9 and report.imported == 1
    assert report.skipped == {
        "something is missing": 1,
        "damaged": 2,
        "NaN or infinite numbers": 1,
        "no object mesh": 1,
        "no motion": 1,
        "no contact": 2,
    }
    assert len(grab.skipped) == 8 and not any("\n" in line for line in grab.skipped)
    assert "skipped s3/block_lift.npz: NaN or infinite numbers: transl of object" in grab.skipped
    assert str(report).startswith("1 of 9 sequences imported, 1 written; skipped: 2 ")


class Bomb:
    def __reduce__(self):
        return __import__("os").system, ("touch grab_was_here",)


def test_nothing_to_import(grab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    grab.add(scene(), body=Bomb())
    with pytest.raises(GrabError, match=r"could be imported: 0 of 1 .* skipped: 1 refused"):
        grab.read()
    assert "asks for" in grab.skipped[0] and "system" in grab.skipped[0]
    assert not grab.out.exists() and not (tmp_path / "grab_was_here").exists()


def test_folders_that_are_none(grab, tmp_path):
    with pytest.raises(GrabError, match="has no sequences"):
        grab.read()
    grab.add(scene())
    with pytest.raises(GrabError, match="has no folder 'grab'"):
        import_grab(grab.folder / "grab", grab.mano, grab.out)
    with pytest.raises(ManoError, match=r"holds no MANO_LEFT\.pkl"):
        import_grab(grab.folder, grab.folder, grab.out)
    assert not grab.out.exists()
    grab.read()
    with pytest.raises(GrabError, match="holds a data set already"):
        grab.read()


def test_command(grab, capsys):
    words = ["dataset", "import-grab", "--grab", grab.folder, "--mano", grab.mano]
    words = [str(word) for word in [*words, "--out", grab.out]]
    assert main(words) == BAD_INPUT
    assert capsys.readouterr().err.endswith("unpack GRAB's archives there\n")
    grab.add(scene())
    grab.add(scene(), "s1/block_pass_1").write_bytes(b"")
    assert main(words) == 0
    captured = capsys.readouterr()
    assert "1 of 2 sequences imported, 2 written; skipped: 1 damaged; mean hands" in captured.out
    assert "skipped s1/block_pass_1.npz: damaged" in captured.err
    assert len(Dataset(grab.out)) == 2
    assert main(["dataset", "validate", str(grab.out), "--workers", "1"]) == 0
    stats = ["dataset", "stats", str(grab.out), "--num", "1", "--hold", "0", "--workers", "1"]
    assert main(stats) == 0
    assert "| source | grab 2 |" in capsys.readouterr().out


def test_what_is_done_is_said_truly(grab):
    """A hand-over that shows one hand only is a lift; deeds of no name here are told plainly."""
    grab.add(scene(), "s1/block_offhand_1")
    grab.add(scene(("left", "right")), "s2/block_offhand_1")
    grab.add(scene(), "s3/block_takepicture_2")
    _, data = grab.read()
    infos = {info.name: info for info in data.infos}
    assert (infos["s1/block_offhand_1"].action, infos["s1/block_offhand_1"].hand) == (
        "lift",
        "right",
    )
    assert infos["s2/block_offhand_1"].action == "offhand"
    hands = [infos[f"s2/block_offhand_1{end}"].hand for end in ("", "_mirrored")]
    assert sorted(hands) == ["left", "right"]
    picture = infos["s3/block_takepicture_2_mirrored"]
    assert picture.action == "takepicture"
    assert "take a picture with the block with the left hand" in picture.sentences


def test_one_hand_after_the_other_is_not_both(grab):
    """Composed sentences then say nothing of hands; where both hold it at once, they may."""
    for subject, first, second in (
        ("s1", slice(150, 300), slice(280, 420)),
        ("s2", slice(150, 420), slice(150, 420)),
    ):
        labels = np.zeros((FRAMES, 40), np.int8)
        labels[first, 0], labels[second, 1] = 44, 30
        for name in ("block_lift", "block_fly_1"):
            grab.add(scene(("left", "right")), f"{subject}/{name}", contact={"object": labels})
    _, data = grab.read()
    for info in data.infos:
        assert info.hand == "both" and info.sentences
        together = info.name.startswith("s2")
        assert any("hands" in text for text in info.sentences) == together
        assert len(info.sentences) >= (4 if info.action == "lift" or together else 1)


def test_sides_are_swapped_in_every_form():
    told = "Their LEFT-handed, counterclockwise turn; upright, leftmost, clockwise. Right."
    swapped = "Their RIGHT-handed, clockwise turn; upright, rightmost, counterclockwise. Left."
    assert swap_sides(told) == swapped and swap_sides(swapped) == told


@pytest.mark.parametrize("acting", [("right",), ("left", "right")])
def test_what_is_imported_keeps_the_promises_of_the_format(grab, acting):
    """Though markers tremble: by .3 mm and .1 degrees here."""
    world, rng = scene(acting), np.random.default_rng(0)
    stored = grab_content(world)["object"]
    for name, noise in (("transl", 3e-4), ("global_orient", 2e-3)):
        stored["params"][name] = stored["params"][name] + noise * rng.normal(size=(FRAMES, 3))
    grab.add(world, object=stored)
    grab.add(world, "s2/block_offhand_1", object=stored, labels=False)
    _, data = grab.read()
    assert len(data) == 4
    assert [fault for sequence in data for fault in faults(sequence)] == []


def test_a_training_step(grab):
    """What was imported trains: features, encodings and sentences come from it."""
    for name in ("s1/block_lift", "s1/block_pass_1", "s10/block_lift"):
        grab.add(scene(), name)
    grab.read()
    arrays, basis = prepare_arrays(grab.out, workers=1)
    assert arrays.split.tolist() == [0, 0, 0, 0, 1, 1] and np.isfinite(arrays.features).all()
    for stage in ("grasp", "interaction"):
        seen, tiny = stage_arrays(arrays, stage), recipe(stage, "tiny")
        network = replace(tiny.network, num_frames=seen.features.shape[1])
        tiny = replace(tiny, network=network)
        path = train(
            tiny,
            seen,
            fit_codec(seen, basis, tiny),
            grab.out / f"{stage}.safetensors",
            Budget(steps=1),
            quiet=True,
        )
        assert load_checkpoint(path).meta["step"] == 1
