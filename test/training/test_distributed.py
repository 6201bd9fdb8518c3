"""Training in several processes, started by torchrun, on the CPU."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from diffh2o_ros.models.checkpoint import load_checkpoint
from diffh2o_ros.synthesis.device import DeviceError
from diffh2o_ros.training.batches import batch_rows, draw
from diffh2o_ros.training.distributed import Processes, device_of_process, is_first_process

WORKER = Path(__file__).with_name("worker.py")


def started(processes, *words):
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    done = subprocess.run(
        [sys.executable, *(torchrun if processes > 1 else []), str(WORKER), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return done.returncode, done.stderr


def losses(out):
    with out.with_suffix(".csv").open() as file:
        return [
            [float(row[name]) for name in ("step", "loss", "mse", "validation_mse")]
            for row in csv.DictReader(file)
        ]


@pytest.fixture
def arrays(make_arrays, tmp_path):
    make_arrays(sequences=30, frames=200, dim=117).save(tmp_path / "arrays")
    return tmp_path / "arrays"


def test_two_processes_train_as_one_does(arrays, tmp_path):
    outs = [tmp_path / "one.safetensors", tmp_path / "two.safetensors"]
    for processes, out in zip((1, 2), outs, strict=True):
        code, said = started(processes, arrays, out)
        assert code == 0, said
    one, two = (torch.tensor(losses(out)) for out in outs)
    assert one.shape == (2, 4)
    # Rounding is all that differs; 20 steps of Adam let it grow.
    torch.testing.assert_close(one, two, rtol=2e-3, atol=0)
    weights = [load_checkpoint(out).model.state_dict() for out in outs]
    apart = sum((weights[0][name] - weights[1][name]).square().sum() for name in weights[0])
    norm = sum(value.square().sum() for value in weights[0].values())
    assert apart < 1e-4 * norm


def test_processes_stop_together_when_time_is_up(arrays, tmp_path):
    out = tmp_path / "two.safetensors"
    code, said = started(2, arrays, out, "--minutes", "0.02")
    assert code == 0, said
    assert losses(out)[-1][0] >= 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_shares_make_up_the_batch(make_arrays):
    arrays, shape = make_arrays(), (8, 50, 108)
    rows = batch_rows(arrays.rows(0), 3, 8, seed=0)

    def step(share):
        draws = draw(shape, 1000, 0.5, 0.5, 0, 3)
        batch = arrays.batch(rows, draws.rng, share)
        draws = draws.of(share)
        return [batch["features"], batch["text_mask"].sum(1), draws.t, draws.noise, draws.drop_bps]

    whole = step(slice(None))
    parts = [step(Processes(rank, 4).rows(8)) for rank in range(4)]
    for expected, *found in zip(whole, *parts, strict=True):
        assert torch.equal(expected, torch.cat(found))


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(DeviceError, match="a batch of 64 cannot be shared by 3 processes"):
        Processes(1, 3).rows(64)


def test_every_process_has_its_own_gpu(monkeypatch):
    assert is_first_process() and device_of_process("cpu") == torch.device("cpu")
    for name, value in {"RANK": "5", "LOCAL_RANK": "1", "WORLD_SIZE": "8"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert not is_first_process()
    for name in ("auto", "cuda"):
        assert device_of_process(name) == torch.device("cuda:1")
    assert device_of_process("cpu") == torch.device("cpu")
    with pytest.raises(DeviceError, match="every process has a GPU of its own"):
        device_of_process("cuda:0")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(DeviceError, match="there are 1 CUDA GPUs"):
        device_of_process("auto")
