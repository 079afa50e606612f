"""Search among the whole catalogue of service matters, their names said as residents say them."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, count

from knowledge.encoder.encoder import Encoder
from knowledge.entries.entry import EntryContent
from knowledge.entries.matters import Matter, entries_of
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed
from knowledge.settings import Settings
from tests.evaluate import sealed
from tests.evaluate.finding import Ranking, by_meaning, by_words, hit_rates, starter_entries
from tests.evaluate.report import Section, Table
from tests.evaluate.sealed import Question

_IMPORTED_ON = date(2026, 11, 24)


def matters() -> Section:
    """Hits among the starter content and all matters, as an office that imported them has it."""
    rows = [Matter.model_validate(row) for row in sealed.catalogue()]
    imported = dict(entries_of(rows, _IMPORTED_ON))
    starter = starter_entries()
    entries = [
        *starter,
        *(
            Indexed(number, slug, 1, content)
            for number, (slug, content) in enumerate(imported.items(), len(starter) + 1)
        ),
    ]
    asked = by_slug(sealed.matters(), slugs_of(rows, imported))
    encoder = Encoder.load(Settings().encoder_path)
    index = SearchIndex.build(entries, encoder)
    systems: Mapping[str, Ranking] = {
        "本项目（词 + 句向量）": lambda text: _found(index, encoder, text),
        "只看词（BM25，jieba）": by_words(entries),
        "只看句向量（最近的一句）": by_meaning(entries, encoder),
    }
    hits = [(name, *hit_rates(rank, asked)) for name, rank in systems.items()]
    title = f"找事项 · {len(entries):,} 条里找封存的 {len(asked)} 句"
    return Section("matters", [Table(title, ("系统", "hit@1", "hit@3"), hits)])


def slugs_of(rows: Sequence[Matter], imported: Mapping[str, EntryContent]) -> list[str]:
    """The slug that each row of the catalogue came in under; rows merged into one share it."""
    slugs = []
    for row in rows:
        [(slug, content)] = entries_of([row], _IMPORTED_ON)
        # Rows of one name that differ otherwise are numbered by the import, from 2.
        names = chain([slug], (f"{slug}-{number}" for number in count(2)))
        slugs.append(next(name for name in names if imported[name] == content))
    return slugs


def by_slug(asked: Sequence[Question], slugs: Sequence[str]) -> list[Question]:
    """The questions with the slugs of the rows that may answer them."""
    return [
        Question(question.text, frozenset(slugs[int(row)] for row in question.right))
        for question in asked
    ]


def _found(index: SearchIndex, encoder: Encoder, text: str) -> list[str]:
    vector = encoder.encode_queries([index.text.normalise(text)])[0]
    return [hit.slug for hit in index.search(text, 3, vector)]
