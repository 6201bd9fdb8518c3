"""A frozen denoiser as one TorchScript graph, for CPUs."""

from __future__ import annotations

import threading
import warnings

import torch
from torch import Tensor

from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig

#: TorchScript keeps what it recorded for as long as the process lives: graphs take their weights as
#: inputs, so that those can go, and networks of one shape share them. By shape and frames.
_graphs: dict[tuple[DenoiserConfig, int], torch.jit.ScriptFunction] = {}
_recording = threading.Lock()


class DenoiserGraph:
    """`Denoiser.denoise`, to the last bit, without Python between its operations.

    Hundreds of small operations are a forward pass of few rows. Called from Python they take turns
    at the interpreter's lock: two threads with half a batch each were no quicker than one with all
    of it. Of a graph, the threads know nothing of one another. Where gradients are asked for, or on
    a GPU, the network itself is called.
    """

    def __init__(self, model: Denoiser) -> None:
        """model: frozen."""
        self._model = model
        self._weights = tuple(model.parameters())

    def __call__(
        self, x: Tensor, t: Tensor, condition: Tensor, context: Tensor | None = None
    ) -> Tensor:
        """(B, T, D), arguments as of `Denoiser.denoise`."""
        if x.device.type != "cpu" or x.requires_grad:
            return self._model.denoise(x, t, condition, context)
        given = (x, t, condition) if context is None else (x, t, condition, context)
        with torch.no_grad(), torch.jit.optimized_execution(False):  # optimizing takes longer
            return self._graph(given)(self._weights, *given)

    def _graph(self, given: tuple[Tensor, ...]) -> torch.jit.ScriptFunction:
        """For any number of rows, but padded as rows of this many frames need it."""
        key = self._model.config, given[0].shape[1]
        with _recording:
            if key not in _graphs:
                _graphs[key] = _record(self._model, self._weights, given)
            return _graphs[key]


def _record(
    model: Denoiser, weights: tuple[Tensor, ...], given: tuple[Tensor, ...]
) -> torch.jit.ScriptFunction:
    """(weights, *given) -> (B, T, D)."""
    models = [model]
    with warnings.catch_warnings():
        # Deprecated, but what is to follow it needs a compiler where it runs; and the checks of
        # sizes in Python, of which it warns, are the same for all rows.
        for kind in (DeprecationWarning, FutureWarning, torch.jit.TracerWarning):
            warnings.simplefilter("ignore", kind)
        # The weights that the network finds are the very tensors that are given here, by which
        # they are known to be inputs.
        graph = torch.jit.trace(
            lambda _, *inputs: models[0].denoise(*inputs), (weights, *given), check_trace=False
        )
    models.clear()  # the graph keeps the function that it was recorded of
    return graph
