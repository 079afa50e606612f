"""The student before training: some of the teacher's layers and the pieces that Chinese needs."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

_SPACE = "▁"
_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
# How the folder's parts are put together: as in the teacher's, where it has such a file.
_COPIED = (
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
    "2_Normalize/config.json",
)


@dataclass(frozen=True)
class Plan:
    """What of the teacher stays: which layers, and how many pieces of the vocabulary."""

    layers: Sequence[int] = (0, 2, 4, 6, 8, 11)
    pieces: int = 13_000


def cut(teacher: Path, folder: Path, texts: Iterable[str], plan: Plan) -> None:
    """Writes the untrained student into `folder`, a sentence-transformers folder in float32.

    Its tokenizer puts no space in front of a text and it takes no prompt: both only cost time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = json.loads((teacher / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary: list[list[Any]] = tokenizer["model"]["vocab"]
    tokenizer["pre_tokenizer"]["prepend_scheme"] = "never"
    tokenizer["decoder"]["prepend_scheme"] = "never"
    counts = _counts(Tokenizer.from_str(json.dumps(tokenizer)), texts)
    kept = _kept([piece for piece, _ in vocabulary], counts, plan.pieces)
    _renumber(tokenizer, kept)
    _write(folder / "tokenizer.json", tokenizer)
    weights = load_file(teacher / "model.safetensors")
    save_weights(_weights(weights, kept, plan.layers), folder)
    config = json.loads((teacher / "config.json").read_text(encoding="utf-8"))
    config |= {"vocab_size": len(kept), "num_hidden_layers": len(plan.layers), "dtype": "float32"}
    _write(folder / "config.json", config)
    for name in filter(lambda name: (teacher / name).exists(), _COPIED):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(teacher / name, folder / name)
    _write(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine"})


def save_weights(weights: Mapping[str, Any], folder: Path) -> None:
    """Puts numpy weights, named as transformers' BertModel names them, into the folder."""
    save_file(dict(weights), folder / "model.safetensors", metadata={"format": "pt"})


def _counts(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(tokenizer.encode(text).ids)
    return counts


def _kept(pieces: Sequence[str], counts: Mapping[int, int], limit: int) -> list[int]:
    """Old ids, ascending: the special ones, every single character, then what is met most."""
    needed = [n for n, p in enumerate(pieces) if p in _SPECIALS or (len(p) == 1 and _single(p))]
    others = sorted(set(counts) - set(needed), key=lambda n: (-counts[n], n))
    return sorted([*needed, *others[: limit - len(needed)]])


def _single(piece: str) -> bool:
    """Whether any text may need this character; simplified or common traditional ones may."""
    if piece == _SPACE or piece.isascii():
        return True
    return any(_encodes(piece, charset) for charset in ("gb2312", "big5"))


def _encodes(piece: str, charset: str) -> bool:
    try:
        piece.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _renumber(tokenizer: dict[str, Any], kept: Sequence[int]) -> None:
    place = {old: new for new, old in enumerate(kept)}
    model = tokenizer["model"]
    model["vocab"] = [model["vocab"][old] for old in kept]
    model["unk_id"] = place[model["unk_id"]]
    for token in tokenizer["added_tokens"]:
        token["id"] = place[token["id"]]
    for special in tokenizer["post_processor"]["special_tokens"].values():
        special["ids"] = [place[old] for old in special["ids"]]


def _weights(
    teacher: Mapping[str, np.ndarray[Any, Any]], kept: Sequence[int], layers: Sequence[int]
) -> dict[str, np.ndarray[Any, Any]]:
    words = "embeddings.word_embeddings.weight"
    chosen = {name: value for name, value in teacher.items() if name.startswith("embeddings.")}
    chosen[words] = np.ascontiguousarray(teacher[words][list(kept)])
    for new, old in enumerate(layers):
        theirs = f"encoder.layer.{old}."
        for name, value in teacher.items():
            if name.startswith(theirs):
                chosen[f"encoder.layer.{new}.{name.removeprefix(theirs)}"] = value
    return chosen


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
