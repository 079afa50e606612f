"""Every entry carries its exam, and a change that leads a question astray is told beforehand."""

import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.entries.entry import Exam, NearMiss
from knowledge.search.exam import Examiner, questions_of, sit
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from tests.knowledge.search.test_service import Published, WatchedEncoder

DOGS, LAMPS, ROOM = 0, 1, 2
LAMP_EXAM = Exam(
    find=["楼下的路灯坏了好几天"],
    avoid=[NearMiss(question="合唱队想借个活动室", belongs="entry-3")],
)


@pytest.fixture
def published(few: list[Indexed]) -> Published:
    published = Published(few)
    published.edit(LAMPS, exam=LAMP_EXAM)
    return published


def with_questions(entry: Indexed, *questions: str) -> Indexed:
    content = entry.content.model_copy(update={"questions": list(questions)})
    return Indexed(entry.id, entry.slug, entry.version, content)


def test_an_exam_names_where_a_near_miss_belongs(published: Published) -> None:
    must, must_not = questions_of(published.entries)
    assert (must.title, must.text, must.must_find) == ("路灯不亮找谁", LAMP_EXAM.find[0], True)
    assert (must_not.must_find, must_not.belongs) == (False, "活动室怎么借")


def test_right_answers_pass_and_wrong_ones_are_named(
    published: Published, encoder: Encoder
) -> None:
    assert sit(SearchIndex.build(published.entries, encoder), encoder).failed == ()
    published.edit(
        ROOM, exam=Exam(find=["楼下路灯坏了"], avoid=[NearMiss(question="活动室怎么借")])
    )
    result = sit(SearchIndex.build(published.entries, encoder), encoder)
    assert [(o.question.text, o.found) for o in result.failed] == [
        ("楼下路灯坏了", "路灯不亮找谁"),
        ("活动室怎么借", "活动室怎么借"),
    ]
    assert (result.share(must_find=True), result.share(must_find=False)) == (0.5, 0.5)


def test_without_an_encoder_words_are_examined(published: Published) -> None:
    exam = Exam(find=["请问楼下路灯坏了？", "想借场地排练合唱"])
    published.edit(LAMPS, exam=exam)
    result = sit(SearchIndex.build(published.entries, None), None)
    assert [outcome.passed for outcome in result.outcomes] == [True, False]


async def test_a_rehearsal_finds_what_would_go_astray_and_changes_nothing(
    published: Published, encoder: Encoder
) -> None:
    search = KnowledgeSearch(published.load, published.revision, encoder)
    thief = with_questions(published.entries[DOGS], LAMP_EXAM.find[0])
    (astray,) = await search.rehearse(thief)
    assert (astray.question.entry_id, astray.found) == (2, "狗证怎么办")
    found = await search.search(LAMP_EXAM.find[0])
    assert found.hits[0].entry_id == 2
    harmless = with_questions(published.entries[DOGS], "小狗上户口")
    assert await search.rehearse(harmless) == ()
    await search.close()


async def test_an_entrys_own_new_exam_is_sat_but_old_failures_are_no_news(
    published: Published, encoder: Encoder
) -> None:
    published.edit(DOGS, exam=Exam(find=["楼下路灯坏了"]))
    search = KnowledgeSearch(published.load, published.revision, encoder)
    again = published.entries[DOGS]
    assert await search.rehearse(again) == ()
    content = again.content.model_copy(update={"exam": Exam(find=["路灯不亮找谁"])})
    (astray,) = await search.rehearse(Indexed(1, "entry-1", 2, content))
    assert astray.question.text == "路灯不亮找谁"
    await search.close()


def test_a_second_sitting_encodes_only_new_questions(
    published: Published, encoder: Encoder
) -> None:
    index = SearchIndex.build(published.entries, encoder)
    watched = WatchedEncoder(encoder)
    examiner = Examiner(watched)
    examiner.sit(index)
    examiner.sit(index)
    assert sum(watched.passes) == 2


def test_most_exams_of_the_starter_entries_pass(index: SearchIndex, encoder: Encoder) -> None:
    result = sit(index, encoder)
    assert all(entry.content.exam.find for entry in index.entries)
    assert result.share(must_find=True) >= 0.85
    assert result.share(must_find=False) >= 0.95
