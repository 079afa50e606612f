"""The model under training: a BertModel whose linear layers never see padding."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

from knowledge.encoder.bert import Ragged

_LONGEST = 64


class Student:
    """Weights from a sentence-transformers folder, and its tokenizer."""

    def __init__(self, folder: Path) -> None:
        self.model = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype="float32")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids, at most 64 a text."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def __call__(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Unit vectors (n, d) of n lists of token ids, with gradients."""
        lengths = [len(row) for row in rows]
        embeddings = self.model.embeddings
        ids = torch.tensor([number for row in rows for number in row])
        places = torch.cat([torch.arange(length) for length in lengths])
        x = embeddings.word_embeddings(ids) + embeddings.position_embeddings(places)
        x = embeddings.LayerNorm(x + embeddings.token_type_embeddings.weight[0])
        attend = Ragged(lengths, self.model.config.num_attention_heads)
        layers: Any = self.model.encoder.layer
        for layer in layers:
            inner = layer.attention.self
            qkv = torch.cat([inner.query(x), inner.key(x), inner.value(x)], dim=1)
            attended = layer.attention.output.dense(attend(qkv))
            x = layer.attention.output.LayerNorm(x + attended)
            raised = functional.gelu(layer.intermediate.dense(x))
            x = layer.output.LayerNorm(x + layer.output.dense(raised))
        owner = torch.repeat_interleave(torch.arange(len(rows)), torch.tensor(lengths))
        total = x.new_zeros(len(rows), x.shape[1]).index_add(0, owner, x)
        return functional.normalize(total / torch.tensor(lengths)[:, None], dim=1)

    @torch.no_grad()
    def blend(self, other: Path, share: float) -> None:
        """Moves all weights by `share` towards those in `other`: what tuning cost comes back.

        As WiSE-FT does it (arXiv 2109.01903).
        """
        theirs = load_file(other / "model.safetensors")
        for name, value in self.model.state_dict().items():
            value.lerp_(theirs[name], share)

    def save(self, folder: Path, dtype: torch.dtype) -> None:
        """Writes the weights alone into `folder`."""
        weights = {
            name: value.to(dtype).contiguous() for name, value in self.model.state_dict().items()
        }
        file = folder / "model.safetensors"
        save_file(weights, file, metadata={"format": "pt"})
        file.chmod(0o644)
