"""The encoder that the project ships: small, ours, the default, and any other by setting."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from knowledge.encoder.encoder import Encoder
from knowledge.encoder.folder import open_plain_bert
from knowledge.settings import SHIPPED_ENCODER, Settings
from tests.knowledge.encoder.distil.tiny import tiny_teacher

TEXTS = ["高龄津贴怎么申请", "小区电梯坏了３天没人修！", "WiFi连不上", "戶口簿丟了怎麼補辦"]


def test_it_is_the_default_and_stands_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENCODER", raising=False)
    assert Path(Settings(_env_file=None).encoder_path) == SHIPPED_ENCODER
    assert (SHIPPED_ENCODER / "README.md").is_file()


def test_another_one_by_setting_is_really_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODER", str(tiny_teacher(tmp_path)))
    encoder = Encoder.load(Settings(_env_file=None).encoder_path)
    assert encoder.dimensions == 32
    library = SentenceTransformer(str(tmp_path / "teacher"), device="cpu")
    theirs = library.encode(["电梯坏了"], prompt_name="query", normalize_embeddings=True)
    assert float((encoder.encode_queries(["电梯坏了"]) * theirs).sum()) >= 0.995


def test_the_folder_is_at_most_40_megabytes() -> None:
    size = sum(file.stat().st_size for file in SHIPPED_ENCODER.rglob("*") if file.is_file())
    assert size <= 40e6


def test_sentence_transformers_opens_it_as_it_is(exact: Encoder) -> None:
    library = SentenceTransformer(str(SHIPPED_ENCODER), device="cpu")
    theirs = library.encode(TEXTS, show_progress_bar=False)
    assert theirs.dtype == np.float32
    assert (theirs * exact.encode_queries(TEXTS)).sum(1).min() >= 0.9999


def test_it_takes_the_way_without_a_framework() -> None:
    assert open_plain_bert(SHIPPED_ENCODER, [""], quick=False) is not None


def test_every_common_character_is_a_known_piece() -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED_ENCODER / "tokenizer.json"))
    # The first level of GB 2312: the 3,755 characters of everyday writing.
    codes = [bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    common = [code.decode("gb2312") for code in codes if code < b"\xd7\xfa"]
    assert len(common) == 3755
    unknown = [sign for sign in common if "<unk>" in tokenizer.encode(sign).tokens]
    assert unknown == []


def test_a_wording_is_nearer_to_its_question_than_to_a_neighbouring_one(quick: Encoder) -> None:
    asked = ["老人家满八十岁有没有补贴拿", "电动车能不能推上楼充电", "孩子出生后户口怎么上"]
    titles = ["高龄津贴怎么领", "电动自行车在楼道充电有什么规定", "新生儿怎么办户口登记"]
    others = ["老年人公交卡怎么办", "电动汽车充电桩怎么装", "户口本丢了怎么补办"]
    vectors = quick.encode_queries(asked)
    right = (vectors * quick.encode_queries(titles)).sum(1)
    assert (right > (vectors @ quick.encode_queries(others).T).max(1)).all()
