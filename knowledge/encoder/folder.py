"""Opens a sentence-transformers folder directly when it is a plain BERT with mean pooling."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer

from knowledge.encoder.bert import Bert

# Typical texts that show which channels carry outliers, and that int8 keeps the vectors.
_PROBES = (
    "高龄津贴怎么申请，要带什么材料",
    "身份证丢了在哪里补办？",
    "我家楼上漏水，物业一直不管，该找谁",
    "小区电梯坏了三天没人修",
    "2026年孩子上小学怎么报名",
    "医保卡里的钱可以给家里人用吗",
    "今天天气怎么样",
    "你好",
    "WiFi密码忘了",
    "停电了，什么时候来电？",
    "老人满80周岁，一般就可以到户籍所在的社区申请高龄津贴，家人也能代办，不收费。从几岁起发、"
    "每月发多少，各地规定不同，以社区公布为准。",
)
_BATCH_TOKENS = 2048


@dataclass(frozen=True)
class PlainBert:
    """A tokenizer and a Bert: `encode` turns texts, prefixes included, into unit vectors."""

    tokenizer: Tokenizer
    bert: Bert

    @property
    def dimensions(self) -> int:
        return self.bert.dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (n, d) float32, in the order of `texts`."""
        rows = [self.tokenizer.encode(text).ids for text in texts]
        result = np.empty((len(rows), self.dimensions), np.float32)
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        while order:
            # Texts of like length together, so that attention pads little.
            size = max(1, _BATCH_TOKENS // len(rows[order[-1]]))
            batch, order = order[-size:], order[:-size]
            result[batch] = self.bert([rows[number] for number in batch]).numpy()
        return result


def read_prompts(folder: Path) -> dict[str, str]:
    """The prompts that a sentence-transformers folder defines, by name; often none."""
    path = folder / "config_sentence_transformers.json"
    prompts = _read(path).get("prompts") if path.exists() else None
    return {name: text for name, text in (prompts or {}).items() if text}


def open_plain_bert(folder: Path, prefixes: Sequence[str], quick: bool) -> PlainBert | None:
    """The folder's model, in int8 where that is `quick` and faithful; None if it is no plain BERT.

    `prefixes` are the prompts that texts will carry, for the probes.
    """
    needed = ("config.json", "modules.json", "model.safetensors", "tokenizer.json")
    if not all((folder / name).exists() for name in needed):
        return None
    config, options = _read(folder / "config.json"), _options(folder)
    if options is None or not _is_plain(config):
        return None
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    longest = options.get("max_seq_length") or config["max_position_embeddings"]
    tokenizer.enable_truncation(min(longest, config["max_position_embeddings"]))
    weights = {name.removeprefix("bert."): w.float() for name, w in _weights(folder).items()}
    bert = Bert(
        weights,
        config["num_hidden_layers"],
        config["num_attention_heads"],
        config.get("layer_norm_eps", 1e-12),
    )
    if quick:
        bert.quantise(
            [tokenizer.encode(prefix + text).ids for prefix in prefixes for text in _PROBES]
        )
    return PlainBert(tokenizer, bert)


def _weights(folder: Path) -> dict[str, Any]:
    return load_file(folder / "model.safetensors")


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _is_plain(config: Mapping[str, Any]) -> bool:
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act", "gelu") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


def _options(folder: Path) -> dict[str, Any] | None:
    """Options of the Transformer module, if only mean pooling and normalising follow it."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    if modules[0]["path"]:
        return None
    pooling = _read(folder / modules[1]["path"] / "config.json")
    modes = {
        name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True
    }
    if pooling.get("pooling_mode", "mean") != "mean" or not modes <= {"pooling_mode_mean_tokens"}:
        return None
    if not pooling.get("include_prompt", True):
        return None
    path = folder / "sentence_bert_config.json"
    options = _read(path) if path.exists() else {}
    return None if options.get("do_lower_case") else options
