"""Turns a plain BERT folder of sentence-transformers into one ONNX graph: token ids to a unit vector.

Linear layers run in 8 bits where outliers of single channels have moved from the activations into
the weights, as SmoothQuant does (arXiv 2211.10438). Weights keep 7 bits: eight can overflow on
processors without VNNI instructions, and the vectors shall be the same on all of them.
"""

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Text

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from nlu.components.sentence_vectors import open_session

# Of the operators that ONNX Runtime adds: fused attention, layer norms, dynamic 8 bits.
_FUSED = "com.microsoft"
_OPSET, _IR = 17, 8
# How far outliers move; of 0.4 … 0.6 this one kept the vectors closest to float32 (0.999).
_SMOOTHING = 0.55
_SMALLEST = 1e-4
_TOP = 63


class UnfitEncoder(ValueError):
    """The folder holds no plain BERT with mean pooling."""


def quantised_graph(folder: Path, probes: Sequence[Sequence[int]]) -> bytes:
    """The serialised graph: `ids`, int64 (1, t), to `vector`, float32 (1, d) of length 1.

    `probes` are token ids of typical texts; they show which channels carry outliers.
    Raises UnfitEncoder.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act", "gelu") != "gelu":
        raise UnfitEncoder(f"{folder}: only a plain BERT can be turned into a graph")
    weights = {
        name.removeprefix("bert."): values
        for name, values in load_file(folder / "model.safetensors").items()
    }
    exact = _Graph(weights)
    inputs = _build(exact, config)
    session = open_session(exact.serialised(inputs))
    peaks: List[np.ndarray] = [np.zeros(1, dtype=np.float32)] * len(inputs)
    for ids in probes:
        seen = session.run(inputs, {"ids": np.array([ids], dtype=np.int64)})
        largest = (np.abs(x[0]).max(axis=0) for x in seen)
        peaks = [np.maximum(*pair) for pair in zip(peaks, largest, strict=True)]
    small = _Graph(weights, peaks)
    _build(small, config)
    return small.serialised([])


class _Graph:
    """Nodes and constants under construction; with `peaks` its linear layers run in 8 bits."""

    def __init__(
        self, weights: Dict[Text, np.ndarray], peaks: Optional[List[np.ndarray]] = None
    ) -> None:
        self._weights = weights
        self._peaks = peaks
        self._nodes: List[Any] = []
        self._constants: List[Any] = []
        # What each linear layer reads, in order.
        self.inputs: List[Text] = []

    def serialised(self, shown: List[Text]) -> bytes:
        """The model, with the inner values `shown` among its outputs."""
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
            for name in ("vector", *shown)
        ]
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "t"])
        graph = helper.make_graph(self._nodes, "encoder", [ids], outputs, self._constants)
        versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=_IR)
        serialised: bytes = model.SerializeToString()
        return serialised

    def weight(self, name: Text) -> np.ndarray:
        return self._weights[name].astype(np.float32)

    def constant(self, values: np.ndarray) -> Text:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: Text, inputs: List[Text], outputs: List[Text], **options: Any) -> None:
        self._nodes.append(helper.make_node(kind, inputs, outputs, **options))

    def then(self, kind: Text, *inputs: Text, **options: Any) -> Text:
        """The name of the one value that this operation gives."""
        name = f"value_{len(self._nodes)}"
        self.add(kind, list(inputs), [name], **options)
        return name

    def linear(self, x: Text, *layers: Text) -> Text:
        """Layers that read the same, as one."""
        weight = np.concatenate([self.weight(f"{layer}.weight") for layer in layers])
        bias = np.concatenate([self.weight(f"{layer}.bias") for layer in layers])
        number = len(self.inputs)
        self.inputs.append(x)
        if self._peaks is None:
            product = self.then("MatMul", x, self.constant(weight.T))
            return self.then("Add", product, self.constant(bias))
        shift = _shift(self._peaks[number], weight)
        weight = weight * shift
        scales = np.maximum(np.abs(weight).max(axis=1), 1e-8) / _TOP
        rounded = np.round(weight / scales[:, None]).astype(np.int8)
        return self.then(
            "DynamicQuantizeMatMul",
            self.then("Mul", x, self.constant(1 / shift)),
            self.constant(rounded.T),
            self.constant(scales),
            "",
            self.constant(bias),
            domain=_FUSED,
        )

    def sum_and_norm(self, x: Text, y: Text, layer: Text, eps: float) -> Text:
        gain = self.constant(self.weight(f"{layer}.weight"))
        bias = self.constant(self.weight(f"{layer}.bias"))
        return self.then("SkipLayerNormalization", x, y, gain, bias, domain=_FUSED, epsilon=eps)


def _shift(peak: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What each input channel is divided by, and its weights multiplied with."""
    from_input = np.maximum(peak, _SMALLEST) ** _SMOOTHING
    from_weight = np.maximum(np.abs(weight).max(axis=0), _SMALLEST) ** (1 - _SMOOTHING)
    shift: np.ndarray = from_input / from_weight
    return (shift / np.median(shift)).astype(np.float32)


def _build(graph: _Graph, config: Dict[Text, Any]) -> List[Text]:
    """Post-norm BERT with exact GELU and mean pooling; what its linear layers read."""
    eps = config.get("layer_norm_eps", 1e-12)
    x = _embedded(graph, eps)
    for prefix in (f"encoder.layer.{n}" for n in range(config["num_hidden_layers"])):
        attention, output = f"{prefix}.attention.self", f"{prefix}.attention.output"
        parts = [f"{attention}.{part}" for part in ("query", "key", "value")]
        read = graph.linear(x, *parts)
        graph.add("Split", [read], parts, axis=2)
        heads = config["num_attention_heads"]
        seen = graph.then("MultiHeadAttention", *parts, domain=_FUSED, num_heads=heads)
        seen = graph.linear(seen, f"{output}.dense")
        x = graph.sum_and_norm(x, seen, f"{output}.LayerNorm", eps)
        wide = graph.linear(x, f"{prefix}.intermediate.dense")
        narrow = graph.linear(graph.then("Gelu", wide, domain=_FUSED), f"{prefix}.output.dense")
        x = graph.sum_and_norm(x, narrow, f"{prefix}.output.LayerNorm", eps)
    mean = graph.then("ReduceMean", x, axes=[1], keepdims=0)
    graph.add("LpNormalization", [mean], ["vector"], axis=1, p=2)
    return graph.inputs


def _embedded(graph: _Graph, eps: float) -> Text:
    """Words and places, added and normalised; words stay in 16 bits until they are looked up."""
    words = graph.constant(graph.weight("embeddings.word_embeddings.weight").astype(np.float16))
    looked_up = graph.then("Cast", graph.then("Gather", words, "ids"), to=TensorProto.FLOAT)
    places = graph.weight("embeddings.position_embeddings.weight")
    places = places + graph.weight("embeddings.token_type_embeddings.weight")[0]
    length = graph.then("Shape", "ids", start=1)
    first = graph.constant(np.array([0]))
    used = graph.then("Slice", graph.constant(places), first, length, first)
    return graph.sum_and_norm(
        looked_up, graph.then("Unsqueeze", used, first), "embeddings.LayerNorm", eps
    )
