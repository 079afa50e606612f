"""Entries examined by their own questions (考题): which would find the wrong answer, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.search.decide import decide
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed, SentenceEncoder, Vectors

# Encoded at a time, so that residents' questions get their turn in between.
_BATCH = 16


@dataclass(frozen=True)
class Question:
    """A question of an entry's exam; `must_find` False: one that belongs elsewhere.

    `belongs` is the title of the entry where it belongs, "" where nobody said.
    """

    entry_id: int
    title: str
    text: str
    must_find: bool
    belongs: str = ""


@dataclass(frozen=True)
class Outcome:
    """What search made of a question: `found` is the title that it put first, "" if it had none.

    A question that must find its entry passes if the entry comes first and is not held back as
    unknown; a near miss passes unless the entry comes first and is not held back.
    """

    question: Question
    found: str
    passed: bool


@dataclass(frozen=True)
class ExamResult:
    """All outcomes, in the order of the entries."""

    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    def share(self, must_find: bool) -> float:
        """Share of passes, 0 … 1, among one kind of questions; 1 where there are none."""
        kind = [o.passed for o in self.outcomes if o.question.must_find is must_find]
        return sum(kind) / len(kind) if kind else 1.0

    def astray_since(self, before: "ExamResult") -> tuple[Outcome, ...]:
        """What fails here and did not fail before: passed then, or was not asked yet."""
        known = {(o.question.entry_id, o.question.text) for o in before.failed}
        return tuple(o for o in self.failed if (o.question.entry_id, o.question.text) not in known)


def questions_of(entries: Sequence[Indexed]) -> list[Question]:
    """The exams of all entries."""
    titles = {entry.slug: entry.content.title for entry in entries}
    questions = []
    for entry in entries:
        title, exam = entry.content.title, entry.content.exam
        questions += [Question(entry.id, title, text, True) for text in exam.find]
        questions += [
            Question(entry.id, title, miss.question, False, titles.get(miss.belongs, ""))
            for miss in exam.avoid
        ]
    return questions


class Examiner:
    """Lets indexes sit their exams; remembers the vectors of the questions between two sittings."""

    def __init__(self, encoder: SentenceEncoder | None) -> None:
        """Without an encoder, words alone are examined."""
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}
        self._last: tuple[SearchIndex, ExamResult] | None = None

    def astray(self, now: SearchIndex, then: SearchIndex) -> tuple[Outcome, ...]:
        """What fails in `then` and does not in `now`; what `now` achieved is remembered."""
        after = self.sit(then)
        if self._last is None or self._last[0] is not now:
            self._last = now, self.sit(now)
        return after.astray_since(self._last[1])

    def sit(self, index: SearchIndex) -> ExamResult:
        """The exams of all entries of `index`, by `index`; raises what the encoder raises."""
        questions = questions_of(index.entries)
        normalised = [index.text.normalise(question.text) for question in questions]
        if self._encoder is not None and index.dense:
            self._remember(self._encoder, normalised)
        outcomes = []
        for question, text in zip(questions, normalised, strict=True):
            vector = self._vectors.get(text) if index.dense else None
            hits = index.search(question.text, 3, vector)
            kind = decide(hits, index.mode(vector).thresholds).kind
            found = kind != "unknown" and hits[0].entry_id == question.entry_id
            title = hits[0].title if hits else ""
            outcomes.append(Outcome(question, title, found is question.must_find))
        return ExamResult(tuple(outcomes))

    def _remember(self, encoder: SentenceEncoder, texts: Sequence[str]) -> None:
        kept = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = sorted({text for text in texts if text not in kept}, key=len)
        for at in range(0, len(new), _BATCH):
            batch = new[at : at + _BATCH]
            kept.update(zip(batch, encoder.encode_queries(batch), strict=True))
        self._vectors = kept


def sit(index: SearchIndex, encoder: SentenceEncoder | None) -> ExamResult:
    """One sitting of all exams."""
    return Examiner(encoder).sit(index)
