"""Any sentence-transformers model encodes; the quick way keeps the vectors."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from knowledge.encoder.encoder import Encoder, UnusableEncoder

QUESTIONS = [
    "老人卡在哪里办理",
    "孩子上户口要带什么",
    "楼上半夜总是搬东西，吵得睡不着怎么办",
    "物业费可以不交吗？",
    "停车位被别人占了",
    "今天天气真好",
    "公积金提取",
    "离婚冷静期是多少天，从哪一天开始算",
]


def test_vectors_are_unit_rows_of_the_stated_length(quick: Encoder) -> None:
    for vectors in (quick.encode_queries(QUESTIONS), quick.encode_passages(QUESTIONS)):
        assert vectors.shape == (len(QUESTIONS), quick.dimensions)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert quick.encode_queries([]).shape == (0, quick.dimensions)


def test_the_quick_way_agrees_with_float32_alone_and_in_a_batch(
    quick: Encoder, exact: Encoder
) -> None:
    truth = exact.encode_passages(QUESTIONS)
    alone = np.concatenate([quick.encode_passages([text]) for text in QUESTIONS])
    assert (alone * truth).sum(1).min() >= 0.995
    assert (quick.encode_passages(QUESTIONS) * truth).sum(1).min() >= 0.995


def test_a_batch_in_float32_gives_what_each_text_gives_alone(exact: Encoder) -> None:
    alone = np.concatenate([exact.encode_passages([text]) for text in QUESTIONS])
    assert np.allclose(exact.encode_passages(QUESTIONS), alone, atol=1e-5)


def test_a_repeated_question_keeps_its_vector_and_its_place(quick: Encoder) -> None:
    first = quick.encode_queries(["低保怎么申请"])[0]
    vectors = quick.encode_queries(["路灯不亮", "低保怎么申请", "路灯不亮"])
    assert np.array_equal(vectors[1], first)
    assert np.array_equal(vectors[0], vectors[2])


def test_threads_may_ask_at_once(exact: Encoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: exact.encode_queries([text])[0], QUESTIONS * 3))
    assert np.allclose(rows[: len(QUESTIONS)], rows[-len(QUESTIONS) :], atol=1e-5)


def test_a_very_long_text_is_cut_not_refused(quick: Encoder) -> None:
    assert quick.encode_passages(["小区的电梯又坏了，" * 400]).shape == (1, quick.dimensions)


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """A random BERT saved by the library itself, with prompts of its own."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys("".join(QUESTIONS)), "问", ":"]
    tokenizer = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    parts = tmp_path / "parts"
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(parts)
    tokenizer.save(str(parts / "tokenizer.json"))
    (parts / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "pad_token": "[PAD]",
                "unk_token": "[UNK]",
                "model_max_length": 64,
            }
        ),
        encoding="utf-8",
    )
    folder = tmp_path / "tiny"
    SentenceTransformer(str(parts), device="cpu", prompts={"query": "问:"}).save(str(folder))
    return folder


def test_any_folder_loads_with_the_prompts_it_defines(tiny_folder: Path) -> None:
    library = SentenceTransformer(str(tiny_folder), device="cpu")
    theirs = library.encode(QUESTIONS, prompt_name="query", normalize_embeddings=True)
    ours = Encoder.load(str(tiny_folder))
    assert ours.dimensions == 32
    assert (ours.encode_queries(QUESTIONS) * theirs).sum(1).min() >= 0.995
    bare = library.encode(QUESTIONS, prompt="", normalize_embeddings=True)
    assert (ours.encode_passages(QUESTIONS) * bare).sum(1).min() >= 0.995


def test_a_model_that_is_no_plain_bert_goes_through_the_library(tiny_folder: Path) -> None:
    pooling = tiny_folder / "1_Pooling" / "config.json"
    content = json.loads(pooling.read_text(encoding="utf-8"))
    content["pooling_mode"] = "cls"
    pooling.write_text(json.dumps(content), encoding="utf-8")
    library = SentenceTransformer(str(tiny_folder), device="cpu")
    theirs = library.encode(QUESTIONS, prompt_name="query", normalize_embeddings=True)
    ours = Encoder.load(str(tiny_folder))
    assert np.allclose(ours.encode_queries(QUESTIONS), theirs, atol=1e-5)


def test_a_broken_model_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(UnusableEncoder, match=str(tmp_path)):
        Encoder.load(str(tmp_path))
