"""A teacher small enough to train on within a test: random weights, a real Unigram tokenizer."""

import json
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
CHARACTERS = "电梯坏了怎么办高龄津贴申请物业费多少钱路灯不亮找谁修"
WORDS = ["电梯", "怎么", "怎么办", "▁电梯", "津贴", "申请", "物业费", "路灯", "abcd", "▁", "a", "3"]


def tiny_teacher(folder: Path, layers: int = 4) -> Path:
    """Writes a sentence-transformers folder like the one that the build makes, prompts included."""
    pieces = [*SPECIALS, *dict.fromkeys(CHARACTERS), *WORDS, "q", ":"]
    scores = [0.0] * 4 + [-5.0 - len(pieces) / 100 - 3.0 / len(piece) for piece in pieces[4:]]
    tokenizer = Tokenizer(Unigram(list(zip(pieces, scores, strict=True)), 3, False))
    tokenizer.add_special_tokens(SPECIALS)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=layers, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=128, pad_token_id=1, initializer_range=0.2,
    )  # fmt: skip
    parts = folder / "parts"
    BertModel(config, add_pooling_layer=False).save_pretrained(parts)
    tokenizer.save(str(parts / "tokenizer.json"))
    (parts / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "pad_token": "<pad>",
                "unk_token": "<unk>",
                "model_max_length": 128,
            }
        ),
        encoding="utf-8",
    )
    target = folder / "teacher"
    SentenceTransformer(str(parts), device="cpu", prompts={"query": "q: "}).save(str(target))
    return target
