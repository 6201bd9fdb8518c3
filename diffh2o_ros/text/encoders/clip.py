"""CLIP ViT-B/32's text tower (Radford et al. 2021), 512 numbers a token, through open_clip.

An optional extra: the weights are downloaded by open_clip on first use.
"""

from __future__ import annotations

import sys
from importlib import metadata
from importlib.util import find_spec
from types import ModuleType

import torch
from torch import Tensor

from diffh2o_ros.text.encoder import EncoderError, TextEncoder

# The architecture of the weights that OpenAI released; the plain name has another activation.
ARCHITECTURE = "ViT-B-32-quickgelu"

_NEEDED = "the text encoder CLIP needs open_clip; pip install open_clip_torch"
_declared: list[torch.library.Library] = []  # operators live as long as their library object


class ClipEncoder(TextEncoder):
    """CLIP's text features of every token, projected as CLIP projects its sentence embedding.

    The last token's row is CLIP's (unnormalised) embedding of the sentence; attention is causal.

    Args:
        device: where the network computes.
        pretrained: open_clip's tag of the weights or a path to them; None leaves the network
            untrained.

    Raises:
        EncoderError: open_clip is not installed, or the weights cannot be had.
    """

    name = "clip"
    dim = 512
    max_tokens = 77

    def __init__(
        self, device: str | torch.device = "cpu", pretrained: str | None = "openai"
    ) -> None:
        super().__init__()
        open_clip = _import_open_clip()
        try:
            model = open_clip.create_model(ARCHITECTURE, pretrained=pretrained)
        except (OSError, RuntimeError, ValueError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0][:120]
            raise EncoderError(
                f"CLIP weights {pretrained!r} cannot be loaded ({reason}); "
                "connect to the network once, or use the text encoder minilm"
            ) from error
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
