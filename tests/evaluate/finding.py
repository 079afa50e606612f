"""Knowledge search on the sealed paraphrases: ours, words alone, meaning alone; what it answers by mistake."""

from collections.abc import Callable, Sequence

import bm25s
import jieba
import numpy as np

from knowledge.encoder.encoder import Encoder
from knowledge.entries.loader import load_entries
from knowledge.search.decide import Decision, decide
from knowledge.search.exam import sit
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed
from knowledge.settings import PROJECT_ROOT, Settings
from tests.evaluate import sealed
from tests.evaluate.report import Section, Table
from tests.evaluate.sealed import Question

CONTENT = PROJECT_ROOT / "knowledge" / "content" / "entries"
# A ranking: the keys of the best three, best first.
Ranking = Callable[[str], list[str]]


def starter_entries() -> list[Indexed]:
    """The starter content as search sees it once it is published."""
    loaded = load_entries(CONTENT)
    return [Indexed(number, slug, 1, entry) for number, (slug, entry) in enumerate(loaded, 1)]


def finding() -> Section:
    """Hits and decisions on paraphrases, mistakes on everyday questions, the entries' own exams."""
    entries = starter_entries()
    encoder = Encoder.load(Settings().encoder_path)
    index = SearchIndex.build(entries, encoder)
    asked = sealed.paraphrases()
    systems: dict[str, Ranking] = {
        "本项目（词 + 句向量）": lambda text: [
            h.slug for h in _decision(index, encoder, text).hits
        ],
        "只看词（BM25，jieba）": by_words(entries),
        "只看句向量（最近的一句）": by_meaning(entries, encoder),
    }
    hits = [(name, *hit_rates(rank, asked)) for name, rank in systems.items()]
    tables = [
        Table(f"找知识 · 封存的 {len(asked)} 句换一种说法", ("系统", "hit@1", "hit@3"), hits),
        _decisions(index, encoder, asked),
        _exams(index, encoder),
    ]
    return Section("finding", tables)


def hit_rates(rank: Ranking, asked: Sequence[Question]) -> tuple[float, float]:
    """Shares of questions with a right key first, and among the first three."""
    found = [(rank(question.text), question.right) for question in asked]
    first = sum(bool(keys) and keys[0] in right for keys, right in found)
    among = sum(not right.isdisjoint(keys[:3]) for keys, right in found)
    return first / len(asked), among / len(asked)


def by_words(entries: Sequence[Indexed]) -> Ranking:
    """BM25 over the words of title, questions and answer, as jieba cuts them."""
    pages = [" ".join([e.content.title, *e.content.questions, e.content.answer]) for e in entries]
    retriever = bm25s.BM25()
    retriever.index([jieba.lcut(page) for page in pages], show_progress=False)

    def rank(text: str) -> list[str]:
        scores = retriever.get_scores(jieba.lcut(text))
        return [entries[number].slug for number in np.argsort(-scores, kind="stable")[:3]]

    return rank


def by_meaning(entries: Sequence[Indexed], encoder: Encoder) -> Ranking:
    """The entries whose title or question is nearest by cosine."""
    lines = [
        (number, line)
        for number, entry in enumerate(entries)
        for line in (entry.content.title, *entry.content.questions)
    ]
    vectors = np.concatenate(
        [
            encoder.encode_queries([line for _, line in lines[at : at + 64]])
            for at in range(0, len(lines), 64)
        ]
    )
    owners = np.array([number for number, _ in lines])

    def rank(text: str) -> list[str]:
        order = owners[np.argsort(-(vectors @ encoder.encode_queries([text])[0]))]
        return [entries[number].slug for number in dict.fromkeys(order.tolist())][:3]

    return rank


def _decision(index: SearchIndex, encoder: Encoder, text: str) -> Decision:
    vector = encoder.encode_queries([index.text.normalise(text)])[0]
    return decide(index.search(text, 3, vector), index.mode(vector).thresholds)


def _decisions(index: SearchIndex, encoder: Encoder, asked: Sequence[Question]) -> Table:
    """What residents would get: of what is known, and of what no community answers."""
    known = [(_decision(index, encoder, question.text), question.right) for question in asked]
    foreign = [
        (_decision(index, encoder, text), frozenset[str]()) for text in sealed.out_of_scope()
    ]
    rows = []
    for name, decided in (("换一种说法", known), ("不归社区管的话（lcqmc）", foreign)):
        answers = [(d.hits[0].slug in right) for d, right in decided if d.kind == "answer"]
        shares = (
            sum(answers),
            len(answers) - sum(answers),
            sum(d.kind == "choices" for d, _ in decided),
            sum(d.kind == "unknown" for d, _ in decided),
        )
        rows.append((name, len(decided), *(share / len(decided) for share in shares)))
    columns = ("", "句数", "直接答对", "直接答错", "给出选项", "说不知道")
    return Table("怎么回答", columns, rows)


def _exams(index: SearchIndex, encoder: Encoder) -> Table:
    result = sit(index, encoder)
    rows = []
    for name, must_find in (("必须找到本条", True), ("不能找到本条", False)):
        number = sum(o.question.must_find is must_find for o in result.outcomes)
        rows.append((name, number, result.share(must_find)))
    return Table("每条知识自己的考题", ("", "题数", "通过"), rows)
