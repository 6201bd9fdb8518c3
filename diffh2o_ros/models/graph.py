"""A frozen denoiser as one TorchScript graph, for CPUs."""

from __future__ import annotations

import threading
import warnings

import torch
from torch import Tensor

from diffh2o_ros.models.denoiser import Denoiser


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
        self._graphs: dict[int, torch.jit.ScriptFunction] = {}
        self._recording = threading.Lock()

    def __call__(
        self, x: Tensor, t: Tensor, condition: Tensor, context: Tensor | None = None
    ) -> Tensor:
        """(B, T, D), arguments as of `Denoiser.denoise`."""
        if x.device.type != "cpu" or x.requires_grad:
            return self._model.denoise(x, t, condition, context)
        given = (x, t, condition) if context is None else (x, t, condition, context)
        with torch.no_grad(), torch.jit.optimized_execution(False):  # optimizing takes longer
            return self._graph(given)(*given)

    def _graph(self, given: tuple[Tensor, ...]) -> torch.jit.ScriptFunction:
        """For any number of rows, but padded as rows of this many frames need it."""
        frames = given[0].shape[1]
        with self._recording:
            if frames not in self._graphs:
                with warnings.catch_warnings():
                    # Deprecated, but what is to follow it needs a compiler where it runs; and the
                    # checks of sizes in Python, of which it warns, are the same for all rows.
                    for kind in (DeprecationWarning, torch.jit.TracerWarning):
                        warnings.simplefilter("ignore", kind)
                    self._graphs[frames] = torch.jit.trace(
                        lambda *inputs: self._model.denoise(*inputs), given, check_trace=False
                    )
            return self._graphs[frames]
