"""我家也是: which pairs of real letters are proposed as one problem, and how many of them are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from actions.likeness.learn import LABELLED, Letter, labelled, tellings, time_of
from actions.likeness.likeness import Likeness
from actions.likeness.telling import Telling
from knowledge.encoder.encoder import Encoder
from knowledge.settings import Settings
from tests.evaluate import sealed
from tests.evaluate.categories import leaves_said
from tests.evaluate.report import Cell, Section, Table

# The pairs were drawn by how many characters both letters share, so many from each band: lower ends.
_BANDS = (0.75, 0.55, 0.40, 0.30, 0.22, 0.14)
# A peer: only the shared characters. Where it counts was chosen on the pairs that likeness learnt
# from, by their F1.
_PEER_FROM = 0.22
_LETTER_CHARACTERS = 600


@dataclass(frozen=True)
class Pair:
    """Two letters: whether they are one problem, by one author, and what they share (a cosine)."""

    a: str
    b: str
    same: bool
    one_author: bool
    shared: float

    @property
    def band(self) -> float:
        """The lower end of the band; 0 below them all."""
        return next((low for low in _BANDS if self.shared >= low), 0.0)


def duplicates() -> Section:
    """The 390 labelled pairs, different authors apart from one author's letters; words alone too."""
    letters = list(sealed.mailbox())
    place = {row["id"]: at for at, row in enumerate(letters)}
    shared = _characters(letters)
    pairs = [
        Pair(
            a, b, same,
            one_author=letters[place[a]]["user"] == letters[place[b]]["user"],
            shared=float(shared[place[a]].multiply(shared[place[b]]).sum()),
        )
        for a, b, same in sealed.duplicates()
    ]  # fmt: skip
    wanted = sorted({key for pair in pairs for key in (pair.a, pair.b)})
    texts = {key: sealed.whole(letters[place[key]]) for key in wanted}
    leaves = dict(zip(wanted, leaves_said([texts[key] for key in wanted]), strict=True))
    rows = {
        key: Letter(texts[key], leaves[key], time_of(letters[place[key]]["time"])) for key in wanted
    }
    likeness = Likeness.load()
    meant = tellings(rows, wanted, Encoder.load(Settings().encoder_path))
    plain = tellings(rows, wanted, None)
    said = {
        "本项目": [_likely(likeness, meant, pair) for pair in pairs],
        "本项目，没有句向量": [_likely(likeness, plain, pair) for pair in pairs],
        f"只看共用的字（余弦 ≥ {_PEER_FROM}）": [pair.shared >= _PEER_FROM for pair in pairs],
    }
    population = _population(shared, letters)
    drawn = Counter((pair.band, pair.one_author) for pair in pairs)
    weights = [
        population[pair.band, pair.one_author] / drawn[pair.band, pair.one_author]
        if pair.band
        else 0.0
        for pair in pairs
    ]
    learnt = {key for a, b, _ in labelled(LABELLED) for key in (a, b)}
    groups = {
        "不同的人": [not pair.one_author for pair in pairs],
        "同一个人再写": [pair.one_author for pair in pairs],
        "全部": [True] * len(pairs),
        "全部，两封都没学过": [not {pair.a, pair.b} & learnt for pair in pairs],
    }
    table: list[tuple[Cell, ...]] = []
    for system, verdicts in said.items():
        for group, members in groups.items():
            chosen = [at for at, member in enumerate(members) if member]
            table.append((system, group, *_row(pairs, verdicts, weights, chosen)))
    far = [at for at, pair in enumerate(pairs) if not pair.band]
    wrong = sum(said["本项目"][at] and not pairs[at].same for at in far)
    counts = "、".join(
        f"{low:.2f} 起 {population[low, False] + population[low, True]}" for low in _BANDS
    )
    note = (
        f"加权：按信箱里各档对数（{counts}）和是否同一人折算；余弦 0.14 以下的 {len(far)} 对不折算，"
        f"其中提错 {wrong} 对。小区、楼栋都从信里读，没有登记的地址可用。"
    )
    columns = (
        "系统", "谁写的", "对数", "是同一件", "提出", "准确率", "召回率", "加权准确率", "加权召回率",
    )  # fmt: skip
    title = f"疑似重复 · 人工标注的 {len(pairs)} 对真实来信"
    return Section("duplicates", [Table(title, columns, table, note)])


def _likely(likeness: Likeness, known: dict[str, Telling], pair: Pair) -> bool:
    return likeness.compare(known[pair.a], known[pair.b]).likely


def _row(
    pairs: Sequence[Pair], said: Sequence[bool], weights: Sequence[float], chosen: Sequence[int]
) -> tuple[Cell, ...]:
    """(pairs, same, proposed, precision, recall, both weighted)."""
    same = np.array([pairs[at].same for at in chosen], bool)
    proposed = np.array([said[at] for at in chosen], bool)
    weight = np.array([weights[at] for at in chosen])
    both = same & proposed
    return (
        len(chosen),
        int(same.sum()),
        int(proposed.sum()),
        _share(both.sum(), proposed.sum()),
        _share(both.sum(), same.sum()),
        _share(weight[both].sum(), weight[proposed].sum()),
        _share(weight[both].sum(), weight[same].sum()),
    )


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _characters(letters: Sequence[dict[str, str]]) -> csr_matrix:
    """Unit rows of tf-idf over pairs and triples of characters; the title counts twice."""

    def plain(text: str) -> str:
        return "".join(text.split())

    texts = [
        f"{plain(row['title'])}。{plain(row['title'])}。{plain(row['detail'])[:_LETTER_CHARACTERS]}"
        for row in letters
    ]
    read = TfidfVectorizer(
        analyzer="char", ngram_range=(2, 3), min_df=2, sublinear_tf=True, dtype=np.float32
    )
    return read.fit_transform(texts).tocsr()


def _population(
    shared: csr_matrix, letters: Sequence[dict[str, str]]
) -> Counter[tuple[float, bool]]:
    """How many pairs of the whole mailbox lie in each band, by whether one author wrote both."""
    both = (shared @ shared.T).tocoo()
    near = (both.row < both.col) & (both.data >= _BANDS[-1])
    users = np.unique([row["user"] for row in letters], return_inverse=True)[1]
    one_author = users[both.row[near]] == users[both.col[near]]
    ends = np.array(_BANDS[::-1], np.float32)
    band = ends[np.searchsorted(ends, both.data[near], side="right") - 1]
    found: Counter[tuple[float, bool]] = Counter()
    for low in _BANDS:
        for author in (False, True):
            found[low, author] = int(((band == np.float32(low)) & (one_author == author)).sum())
    return found
