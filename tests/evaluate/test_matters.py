"""The rows that sealed questions point at are the entries that the import makes of them."""

from datetime import date

from knowledge.entries.matters import Matter, entries_of
from tests.evaluate.matters import by_slug, slugs_of
from tests.evaluate.sealed import Question

DAY = date(2026, 11, 24)


def matter(name: str, where: str = "") -> Matter:
    return Matter(name=name, department="民政局", where=where)


def test_rows_that_the_import_merges_share_an_entry() -> None:
    rows = [matter("渡船执照"), matter("收养登记"), matter("渡船执照")]
    slugs = slugs_of(rows, dict(entries_of(rows, DAY)))
    assert slugs[0] == slugs[2] != slugs[1]


def test_rows_of_one_name_at_several_counters_are_entries_of_their_own() -> None:
    rows = [matter("渡船执照", "一号窗口"), matter("渡船执照", "二号窗口")]
    imported = dict(entries_of(rows, DAY))
    assert slugs_of(rows, imported) == list(imported)


def test_a_question_may_be_answered_by_any_row_that_it_names() -> None:
    [asked] = by_slug([Question("坐船的证", frozenset({"0", "2"}))], ["a", "b", "c"])
    assert asked == Question("坐船的证", frozenset({"a", "c"}))
