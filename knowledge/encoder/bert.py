"""A BERT sentence encoder without a framework around it: one short question in a few milliseconds.

Linear layers run in int8 where the processor has VNNI instructions. Per-tensor activations alone
lose too much (cosine 0.990 to float32 for multilingual-e5-small); moving outliers of single
channels into the weights first, as SmoothQuant does (arXiv 2211.10438), keeps 0.999.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

Linear = Callable[[Tensor], Tensor]

# How far outliers move from activations into weights; 0.6 agreed best of 0.4, 0.5 … 0.9.
_SMOOTHING = 0.6
_SMALLEST = 1e-4
_AGREEMENT = 0.995


class _Float:
    """A linear layer in float32 that, while watched, remembers the largest input of each channel."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight, self.bias = weight, bias
        self.peak: Tensor | None = None

    def __call__(self, x: Tensor) -> Tensor:
        if self.peak is not None:
            self.peak = torch.maximum(self.peak, x.abs().amax(0))
        return functional.linear(x, self.weight, self.bias)

    def watch(self) -> None:
        self.peak = torch.zeros(self.weight.shape[1])

    def in_int8(self) -> Linear:
        """The same layer in int8: per-channel weights, activations scaled as they come."""
        assert self.peak is not None, "watch the layer first"
        from_input = self.peak.clamp(min=_SMALLEST) ** _SMOOTHING
        from_weight = self.weight.abs().amax(0).clamp(min=_SMALLEST) ** (1 - _SMOOTHING)
        shift = from_input / from_weight
        shift = shift / shift.median()
        weight = (self.weight * shift).contiguous()
        scales = weight.abs().amax(1).clamp(min=1e-8) / 127
        zeros = torch.zeros(len(scales), dtype=torch.long)
        with warnings.catch_warnings():
            # Announced to go some day; `quantise` then leaves the layers in float32.
            warnings.simplefilter("ignore")
            quantised = torch.quantize_per_channel(weight, scales.double(), zeros, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(quantised, self.bias)
        dynamic, inverse = torch.ops.quantized.linear_dynamic.default, 1 / shift

        def run(x: Tensor) -> Tensor:
            # VNNI adds in 32 bits, so the whole int8 range is safe.
            result: Tensor = dynamic(x * inverse, packed, False)
            return result

        return run


class Bert:
    """Token ids to unit sentence vectors: post-norm BERT, exact GELU, mean pooling."""

    def __init__(self, weights: Mapping[str, Tensor], layers: int, heads: int, eps: float) -> None:
        """`weights` carry the names of transformers' BertModel; raises KeyError if one lacks."""

        def linear(*names: str) -> _Float:
            parts = [(weights[f"{name}.weight"], weights[f"{name}.bias"]) for name in names]
            return _Float(torch.cat([w for w, _ in parts]), torch.cat([b for _, b in parts]))

        def norm(name: str) -> Linear:
            weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
            shape = list(weight.shape)
            return lambda x: torch.layer_norm(x, shape, weight, bias, eps)

        self._words = weights["embeddings.word_embeddings.weight"]
        positions = weights["embeddings.position_embeddings.weight"]
        self._positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = norm("embeddings.LayerNorm")
        self._heads = heads
        self._linears: list[Linear] = []
        self._norms: list[Linear] = []
        for prefix in (f"encoder.layer.{number}" for number in range(layers)):
            inner = f"{prefix}.attention.self"
            self._linears += [
                linear(f"{inner}.query", f"{inner}.key", f"{inner}.value"),
                linear(f"{prefix}.attention.output.dense"),
                linear(f"{prefix}.intermediate.dense"),
                linear(f"{prefix}.output.dense"),
            ]
            self._norms += [
                norm(f"{prefix}.attention.output.LayerNorm"),
                norm(f"{prefix}.output.LayerNorm"),
            ]

    @property
    def dimensions(self) -> int:
        return self._words.shape[1]

    @torch.inference_mode()
    def quantise(self, probes: Sequence[Sequence[int]]) -> bool:
        """Turns the layers to int8 if the processor is made for it and the vectors stay put.

        `probes` are token ids of a few typical texts. False, and nothing changes, where the
        processor has no AVX-512 VNNI or a probe's cosine to float32 would fall below 0.995.
        """
        made_for_it = torch.cpu.get_capabilities().get("avx512_vnni", False)
        if not made_for_it or not hasattr(torch, "quantize_per_channel"):
            return False
        floats = [layer for layer in self._linears if isinstance(layer, _Float)]
        for layer in floats:
            layer.watch()
        exact = self(probes)
        self._linears = [layer.in_int8() for layer in floats]
        if bool(((self(probes) * exact).sum(1) >= _AGREEMENT).all()):
            return True
        self._linears = list(floats)
        for layer in floats:
            layer.peak = None
        return False

    @torch.inference_mode()
    def __call__(self, batch: Sequence[Sequence[int]]) -> Tensor:
        """Unit vectors, shape (n, d) float32, of n lists of token ids."""
        lengths = [len(ids) for ids in batch]
        ids = torch.tensor([number for row in batch for number in row])
        places = torch.cat([self._positions[:length] for length in lengths])
        x = self._norm(functional.embedding(ids, self._words) + places)
        attend = self._alone if len(batch) == 1 else Ragged(lengths, self._heads)
        for number in range(0, len(self._linears), 4):
            qkv, attended, up, down = self._linears[number : number + 4]
            x = self._norms[number // 2](x + attended(attend(qkv(x))))
            x = self._norms[number // 2 + 1](x + down(functional.gelu(up(x))))
        if len(batch) == 1:
            pooled = x.mean(0, keepdim=True)
        else:
            pooled = torch.stack([part.mean(0) for part in x.split_with_sizes(lengths)])
        return functional.normalize(pooled, dim=1)

    def _alone(self, qkv: Tensor) -> Tensor:
        """Attention within one text: (t, 3d) to (t, d)."""
        tokens, width = qkv.shape
        q, k, v = qkv.view(1, tokens, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(q, k, v)
        return attended.transpose(1, 2).reshape(tokens, width // 3)


class Ragged:
    """Attention within each of several texts whose tokens lie one after another.

    Only attention needs padding; the linear layers never see it.
    """

    def __init__(self, lengths: list[int], heads: int) -> None:
        self._texts, self._longest, self._heads = len(lengths), max(lengths), heads
        real = torch.arange(self._longest) < torch.tensor(lengths)[:, None]
        self._slots = real.flatten().nonzero().squeeze(1)
        self._mask = None if bool(real.all()) else real[:, None, None, :]

    def __call__(self, qkv: Tensor) -> Tensor:
        """(t, 3d) to (t, d), t the tokens of all texts together."""
        width = qkv.shape[1]
        padded = qkv.new_zeros(self._texts * self._longest, width)
        padded[self._slots] = qkv
        shaped = padded.view(self._texts, self._longest, 3, self._heads, -1)
        q, k, v = shaped.permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(q, k, v, attn_mask=self._mask)
        flat = attended.transpose(1, 2).reshape(-1, width // 3)
        return flat[self._slots]
