"""Search finds what residents mean, and knows what it does not know."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

from knowledge.encoder.encoder import Encoder
from knowledge.search import shard as shard_module
from knowledge.search import vectors as vectors_module
from knowledge.search.calibration import Calibration
from knowledge.search.decide import Decision, decide
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed, Vectors
from knowledge.settings import PROJECT_ROOT
from tests.knowledge.search.questions import NOT_OURS, PARAPHRASES

_VOICES_FILE = PROJECT_ROOT / "knowledge" / "search" / "asked.yaml"
_PARAPHRASE_FILE = Path(__file__).with_name("paraphrases.yml")


class CountingEncoder:
    """The real encoder, counting the texts that it is given."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.lines: list[str] = []
        self.leads: list[str] = []

    def encode_queries(self, texts: list[str]) -> Vectors:
        self.lines += texts
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: list[str]) -> Vectors:
        self.leads += texts
        return self._encoder.encode_passages(texts)


def voices() -> dict[str, list[str]]:
    """The questions that search is fitted to, by entry."""
    return dict(yaml.safe_load(_VOICES_FILE.read_text(encoding="utf-8")))


def asked(index: SearchIndex, encoder: Encoder | None, text: str) -> Decision:
    vector = None
    if encoder is not None:
        vector = encoder.encode_queries([index.text.normalise(text)])[0]
    return decide(index.search(text, 3, vector), index.mode(vector).thresholds)


def test_paraphrases_find_their_entry(index: SearchIndex, encoder: Encoder) -> None:
    found = {text: asked(index, encoder, text) for text in PARAPHRASES}
    wrong = {
        text: found[text].hits[0].title
        for text, slug in PARAPHRASES.items()
        if found[text].hits[0].slug != slug
    }
    assert len(wrong) <= 0.15 * len(PARAPHRASES), wrong
    kinds = Counter(decision.kind for decision in found.values())
    assert kinds["unknown"] <= 0.1 * len(PARAPHRASES), kinds


def test_other_words_for_each_entry_find_it(index: SearchIndex, encoder: Encoder) -> None:
    asked_of = yaml.safe_load(_PARAPHRASE_FILE.read_text(encoding="utf-8"))
    places = []
    for slug, text in asked_of.items():
        found = [hit.slug for hit in asked(index, encoder, text).hits]
        places.append(found.index(slug) if slug in found else len(found))
    assert np.mean(np.array(places) < 1) >= 0.94
    assert np.mean(np.array(places) < 3) >= 0.97


def test_every_entry_has_a_question_that_search_is_fitted_to(index: SearchIndex) -> None:
    assert voices().keys() == {entry.slug for entry in index.entries}


def test_no_question_is_both_taught_and_examined(index: SearchIndex) -> None:
    taught = {
        index.text.normalise(text)
        for entry in index.entries
        for text in [entry.content.title, *entry.content.questions]
    }
    held = [text for entry in index.entries for text in entry.content.exam.find]
    held += yaml.safe_load(_PARAPHRASE_FILE.read_text(encoding="utf-8")).values()
    held += [text for texts in voices().values() for text in texts]
    assert [text for text in held if index.text.normalise(text) in taught] == []


def test_among_many_entries_a_coarse_look_first_finds_the_same(
    index: SearchIndex, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_module, "_FEW", 0)
    monkeypatch.setattr(shard_module, "_CANDIDATES", 30)
    many = SearchIndex.build(index.entries, encoder, index, anew=True)
    own = index.entries[7].content.questions[0]
    texts = [*PARAPHRASES, own]
    full = [asked(index, encoder, text).hits[0] for text in texts]
    coarse = [asked(many, encoder, text).hits[0] for text in texts]
    same = [a.slug == b.slug and a.matched == b.matched for a, b in zip(full, coarse, strict=True)]
    assert np.mean(same) >= 0.95
    assert (coarse[-1].slug, coarse[-1].confidence) == (index.entries[7].slug, 1.0)


def test_words_alone_still_find_most_of_them(index: SearchIndex) -> None:
    right = [asked(index, None, text).hits[0].slug == slug for text, slug in PARAPHRASES.items()]
    assert np.mean(right) >= 0.5


def test_what_nobody_here_answers_is_unknown(index: SearchIndex, encoder: Encoder) -> None:
    decisions = {text: asked(index, encoder, text) for text in NOT_OURS}
    answered = [text for text, decision in decisions.items() if decision.kind == "answer"]
    unknown = [text for text, decision in decisions.items() if decision.kind == "unknown"]
    assert not answered
    assert len(unknown) >= 0.9 * len(NOT_OURS), set(NOT_OURS) - set(unknown)


def test_words_alone_do_not_answer_them_either(index: SearchIndex) -> None:
    kinds = Counter(asked(index, None, text).kind for text in NOT_OURS)
    assert kinds["answer"] == 0
    assert kinds["unknown"] >= 0.9 * len(NOT_OURS), kinds


def test_an_entrys_own_question_finds_it_for_sure(index: SearchIndex, encoder: Encoder) -> None:
    for entry in index.entries[::20]:
        decision = asked(index, encoder, f"您好，{entry.content.questions[0]}？")
        assert (decision.kind, decision.hits[0].slug) == ("answer", entry.slug)
        assert decision.hits[0].matched == entry.content.questions[0]


def test_hits_come_likeliest_first_with_a_probability(index: SearchIndex, encoder: Encoder) -> None:
    hits = asked(index, encoder, "家里老人的补贴怎么领").hits
    assert len(hits) == 3
    chances = [hit.confidence for hit in hits]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)


def test_one_entrys_change_encodes_only_its_texts(few: list[Indexed], encoder: Encoder) -> None:
    counting = CountingEncoder(encoder)
    before = SearchIndex.build(few, counting)
    counting.lines.clear()
    counting.leads.clear()
    edited = few[1].content.model_copy(update={"questions": ["巷子口黑漆漆的没有灯"]})
    changed = [few[0], Indexed(2, "entry-2", 2, edited), few[2]]
    after = SearchIndex.build(changed, counting, before)
    assert len(counting.lines) == 1
    assert counting.leads == []
    assert asked(after, encoder, "巷子口黑漆漆的没有灯").hits[0].version == 2


def test_an_index_of_nothing_finds_nothing(encoder: Encoder) -> None:
    empty = SearchIndex.build([], encoder)
    assert asked(empty, encoder, "低保怎么申请") == Decision("unknown", ())
    assert asked(empty, None, "低保怎么申请") == Decision("unknown", ())


def test_one_entry_alone_is_found(few: list[Indexed], encoder: Encoder) -> None:
    one = SearchIndex.build(few[:1], encoder)
    assert asked(one, encoder, "养狗要办什么证").hits[0].entry_id == 1
    assert asked(one, None, "狗证怎么办").kind == "answer"


def test_a_calibration_that_does_not_fit_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("calibration") / "calibration.json"
    path.write_text('{"dense": {}}', encoding="utf-8")
    with pytest.raises(ValueError, match="fit it again"):
        Calibration.load(path)
