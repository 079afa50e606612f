"""Open appeals that likely tell of the same problem."""

from datetime import timedelta

from actions.appeals.deeds import Withdraw
from actions.likeness.joining import Household
from tests.actions.likeness.conftest import WANG, Street


async def test_the_likeliest_come_first(street: Street) -> None:
    lift = await street.filed(1, "8栋电梯坏了，没人修", "电梯", building="8栋")
    await street.filed(2, "3栋电梯坏了", "电梯", building="3栋")
    again = await street.filed(3, "8栋电梯坏了", "电梯", building="8栋")
    about = street.filing(4, "8栋电梯坏了", "电梯", building="8栋")
    found = await street.neighbours.finder.candidates(about)
    assert [each.appeal.number for each in found] == [again.number, lift.number]
    assert found[0].probability > found[1].probability and found[0].households == 1


async def test_no_more_than_asked_for_are_proposed(street: Street) -> None:
    for resident_id in range(1, 6):
        await street.filed(resident_id)
    assert len(await street.neighbours.finder.candidates(street.filing(9), limit=2)) == 2


async def test_nothing_is_encoded_where_nothing_is_near(street: Street) -> None:
    await street.filed(1, "有人从楼上扔东西", "高空抛物")
    await street.filed(2, "家里停水了", "停水用水", "江城雅苑")
    assert await street.neighbours.finder.candidates(street.filing(3)) == []
    assert street.encoder.encoded == []


async def test_an_appeal_is_encoded_once(street: Street) -> None:
    await street.filed(1, "整个小区都停水")
    finder = street.neighbours.finder
    for resident_id in (2, 3):
        assert await finder.candidates(street.filing(resident_id, "家里停水了"))
    assert street.encoder.encoded.count("整个小区都停水") == 1


async def test_words_that_were_put_right_are_encoded_anew(street: Street) -> None:
    appeal = await street.filed(1, "整个小区都停水")
    finder = street.neighbours.finder
    await finder.candidates(street.filing(2))
    await street.casework.amend(appeal.id, WANG, {"content": "整个小区都停水了"}, "更正")
    await finder.candidates(street.filing(2))
    assert "整个小区都停水了" in street.encoder.encoded


async def test_without_an_encoder_words_decide(street: Street) -> None:
    street.encoder.broken = True
    await street.filed(1, "家里停水了")
    [alike] = await street.neighbours.finder.candidates(street.filing(2, "停水了"))
    assert alike.appeal.resident_id == 1


async def test_an_appeal_is_not_like_itself(street: Street) -> None:
    one = await street.filed(1)
    two = await street.filed(2)
    found = await street.neighbours.finder.candidates(one)
    assert [each.appeal.id for each in found] == [two.id]


async def test_what_is_not_open_or_too_old_is_not_looked_at(street: Street) -> None:
    old = await street.filed(1)
    withdrawn = await street.filed(2)
    await street.done(withdrawn, Withdraw())
    found = await street.neighbours.finder.candidates(street.filing(3))
    assert [each.appeal.id for each in found] == [old.id]
    street.clock.forward(timedelta(days=4))
    assert await street.neighbours.finder.candidates(street.filing(3)) == []


async def test_a_place_that_no_directory_knows_is_found_by_its_name(street: Street) -> None:
    here = await street.filed(1, "银杏苑小区门口路灯不亮", "路灯", None)
    await street.filed(2, "梧桐里小区门口路灯不亮", "路灯", None)
    found = await street.neighbours.finder.candidates(
        street.filing(3, "银杏苑小区门口路灯不亮了", "路灯", None), limit=1
    )
    assert [each.appeal.id for each in found] == [here.id]


async def test_residents_do_not_hear_of_what_is_confidential_or_theirs(street: Street) -> None:
    await street.filed(1, confidential=True)
    own = await street.filed(2)
    joined = await street.filed(3)
    await street.neighbours.joining.join(joined.id, Household(2))
    about = street.filing(2)
    assert await street.neighbours.finder.candidates(about, to_resident=True) == []
    for_staff = await street.neighbours.finder.candidates(own)
    assert len(for_staff) == 2
