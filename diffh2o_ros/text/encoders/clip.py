"""CLIP ViT-B/32's text tower (Radford et al. 2021), 512 numbers a token, through open_clip.

An optional extra. The weights are the file that the environment variable DIFFH2O_CLIP names (a
state dict of open_clip's model, .safetensors or .pt), or else downloaded by open_clip on first use.
"""

from __future__ import annotations

import os
import pickle
import re
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import torch
from safetensors import SafetensorError
from torch import Tensor

from diffh2o_ros.printable import shown
from diffh2o_ros.text.encoder import EncoderError, TextEncoder

# The architecture of the weights that OpenAI released; the plain name has another activation.
ARCHITECTURE = "ViT-B-32-quickgelu"

WEIGHTS_VARIABLE = "DIFFH2O_CLIP"
#: What loading raises where a file is missing, cut short, a pickle of code, or of another network.
_FAULTS = (
    *(OSError, RuntimeError, ValueError, TypeError, KeyError, EOFError, AttributeError),
    *(AssertionError, StopIteration, pickle.UnpicklingError, SafetensorError),
)
_NEEDED = "the text encoder CLIP needs open_clip; pip install open_clip_torch"
_declared: list[torch.library.Library] = []  # operators live as long as their library object


class ClipEncoder(TextEncoder):
    """CLIP's text features of every token, projected as CLIP projects its sentence embedding.

    The last token's row is CLIP's (unnormalised) embedding of the sentence; attention is causal.

    Args:
        device: where the network computes.
        pretrained: open_clip's tag of the weights or a path to them; None leaves the network
            untrained. Without it, the file that DIFFH2O_CLIP names, or else OpenAI's.

    Raises:
        EncoderError: open_clip is not installed, or the weights cannot be had.
    """

    name = "clip"
    dim = 512
    max_tokens = 77
    brings_weights = True
    remedy = f"set {WEIGHTS_VARIABLE} to the file that was used then"

    def __init__(self, device: str | torch.device = "cpu", pretrained: str | None = "") -> None:
        super().__init__()
        open_clip = _import_open_clip()
        if pretrained == "":
            pretrained = os.environ.get(WEIGHTS_VARIABLE) or "openai"
        try:
            if pretrained and _is_path(pretrained) and not Path(pretrained).is_file():
                raise FileNotFoundError("there is no such file")
            model = open_clip.create_model(ARCHITECTURE, pretrained=pretrained)
        except _FAULTS as error:
            raise EncoderError(_fault(pretrained, error)) from error
        self._tokenizer = open_clip.get_tokenizer(ARCHITECTURE)
        del model.visual  # two thirds of the weights, and no picture will come
        self._model = model.eval().requires_grad_(False).to(device)

    @staticmethod
    def installed() -> str:
        """Version of open_clip: see :class:`TextEncoder`."""
        if find_spec("open_clip") is None:
            raise EncoderError(_NEEDED)
        return f"open_clip {metadata.version('open_clip_torch')}"

    def _tokenize(self, sentence: str) -> list[int]:
        start, end = self._tokenizer.sot_token_id, self._tokenizer.eot_token_id
        return [start, *self._tokenizer.encode(sentence), end]

    def _embed(self, ids: Tensor, mask: Tensor) -> Tensor:
        # Attention is causal, so the padding after a sentence changes nothing in it.
        model = self._model
        ids = ids.to(model.positional_embedding.device)
        length = ids.shape[1]
        x = model.token_embedding(ids) + model.positional_embedding[:length]
        x = model.transformer(x, attn_mask=model.attn_mask[:length, :length])
        return model.ln_final(x) @ model.text_projection


def _is_path(weights: str) -> bool:
    return "/" in weights or weights.endswith((".safetensors", ".pt", ".bin", ".pth"))


def _fault(weights: str | None, error: BaseException) -> str:
    """One line: what is wrong with the weights, and how to mend it."""
    lines = (str(error).strip() or type(error).__name__).splitlines()
    if isinstance(error, pickle.UnpicklingError):
        reason = "it holds pickled objects, which could run code"
    elif isinstance(error, AssertionError) or re.search("size mismatch|state_dict", str(error)):
        reason = f"it is not of the architecture {ARCHITECTURE}"
    else:
        reason = lines[0][:120]
    remedy = f"set {WEIGHTS_VARIABLE} to a file with open_clip's state dict of {ARCHITECTURE}"
    if weights is not None and not _is_path(weights):
        remedy += ", connect to the network once"
    return (
        f"CLIP weights {shown(weights)} cannot be loaded ({reason}); "
        f"{remedy}, or use the text encoder minilm"
    )


def _import_open_clip() -> ModuleType:
    try:
        try:
            import open_clip
        except RuntimeError as error:
            # torchvision is built for one torch build (CUDA, say) and stops at its own missing
            # operators beside another. Nothing here calls them: declaring them is enough.
            if "torchvision::" not in str(error):
                raise
            for name in [n for n in sys.modules if n.partition(".")[0] == "torchvision"]:
                del sys.modules[name]
            library = torch.library.Library("torchvision", "DEF")
            library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
            library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
            _declared.append(library)
            import open_clip
    except ImportError as error:
        raise EncoderError(_NEEDED) from error
    return open_clip
