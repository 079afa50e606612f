"""Who did not agree to be known is not known to a party: not in one answer of the server."""

from itertools import product

import httpx
import pytest

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.life import Actor, By
from bot.party.privacy import Privacy
from bot.party.words import CONTACT_HIDDEN, CONTACT_NONE, HIDDEN
from tests.bot.party.test_work import WORK, does, read
from tests.bot.party.yard import Yard

NAME, PHONE, OTHER, OTHER_PHONE, ROOM = "赵桂兰", "13800138000", "孙长贵", "13900139000", "501"
NEIGHBOUR = "7栋1单元808室李大姐"
SAYS = (
    f"我叫{NAME}，住3栋2单元{ROOM}，电话{PHONE}，微信号 zhao_gl88，身份证330106196001011234。"
    f"我爸{OTHER}腿脚不好，门锁坏了，打138-0013-8000或者一三八零零一三八零零零"
)
IDENTITY = (
    NAME, PHONE, OTHER, OTHER_PHONE, ROOM, "zhao_gl88", "330106196001011234", "138-0013-8000",
    "一三八零零一三八零零零", "808", "李大姐", "oOpenIdOfResident", "resident_id", "conversation",
)  # fmt: skip


async def filed(yard: Yard, **facts: object) -> Appeal:
    appeal = await yard.filed(
        SAYS,
        resident_id=await yard.resident(NAME),
        room=ROOM,
        place_text=f"江城雅苑3栋2单元{ROOM}室",
        on_behalf={"name": OTHER, "phone": OTHER_PHONE, "relation": "父亲"},
        weak=["elderly_alone"],
        helper_ids=[yard.parties["street"]],
        **facts,
    )
    him = Actor(By.RESIDENT, "resident", resident_id=appeal.resident_id)
    await yard.does(appeal, deeds.Add(note=f"{NAME}再说一遍，{ROOM}的门锁"), him)
    neighbour = await yard.resident("李大姐")
    joining = Actor(By.RESIDENT, "resident", resident_id=neighbour)
    await yard.does(
        appeal, deeds.Join(resident_id=neighbour, place_text=NEIGHBOUR, note=NEIGHBOUR), joining
    )
    await yard.casework.amend(appeal.id, him, {"phone": PHONE + "1"}, f"电话是{PHONE}1")
    await yard.does(appeal, deeds.Note(note=f"{NAME}是老上访户"))
    return await yard.does(appeal, deeds.Urge(note=f"{NAME}又打电话来了，{PHONE}"))


@pytest.mark.parametrize("why", ["anonymous", "confidential"])
async def test_no_answer_names_who_did_not_agree(
    yard: Yard, phone: httpx.AsyncClient, helper: httpx.AsyncClient, why: str
) -> None:
    appeal = await filed(yard, **{why: True})
    heard = []
    for one in (phone, helper):
        heard += [(await one.get(WORK)).text, (await one.get(f"{WORK}/{appeal.number}")).text]
        heard.append((await does(one, appeal, "contact", words="联系了")).text)
        heard.append((await does(one, appeal, "note", words="看过了")).text)
    heard.append((await does(phone, appeal, "start")).text)
    heard.append((await does(phone, appeal, "answer", words="换了门锁")).text)
    heard.append((await phone.get(WORK, params={"show": "done"})).text)
    leaks = [(word, text) for word, text in product(IDENTITY, heard) if word in text]
    assert leaks == []
    task = await read(phone, appeal)
    assert (task["contacts"], task["contact_hint"]) == ([], CONTACT_HIDDEN)
    assert task["place"] == "江城雅苑3栋2单元"
    assert "门锁坏了" in task["content"]
    assert "独居老人" not in task["marks"]


async def test_who_agreed_can_be_called_while_it_is_worked_on(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    appeal = await filed(yard)
    task = await read(phone, appeal)
    assert [(each["name"], each["phone"]) for each in task["contacts"]] == [
        (NAME, PHONE + "1"),
        (OTHER, OTHER_PHONE),
    ]
    assert task["place"].endswith("501室")
    assert task["content"] == SAYS
    assert "独居老人" in task["marks"]
    neighbour = [word for word in ("808", "李大姐", "oOpenIdOfResident") if word in str(task)]
    assert neighbour == []
    await does(phone, appeal, "start")
    await does(phone, appeal, "answer", words="换了门锁")
    assert (await read(phone, appeal))["contacts"] == []


async def test_without_a_number_staff_pass_it_on(yard: Yard, phone: httpx.AsyncClient) -> None:
    appeal = await yard.filed(phone="")
    task = await read(phone, appeal)
    assert (task["contacts"], task["contact_hint"]) == ([], CONTACT_NONE)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("请打0571-88001234", f"请打{HIDDEN}"),
        ("电话 138 0013 8000，急", f"电话 {HIDDEN}，急"),
        ("联系人：王小明", f"联系人{HIDDEN}"),
        ("住在3-2-501", f"住在3-2-{HIDDEN}"),
        ("18幢1203漏水", f"18幢{HIDDEN}漏水"),
        ("楼上603室天天装修", f"楼上{HIDDEN}天天装修"),
        ("3栋2单元电梯坏了3次，停了20分钟", "3栋2单元电梯坏了3次，停了20分钟"),
        ("2026-11-20开始路灯不亮", "2026-11-20开始路灯不亮"),
        ("2026年11月路灯就不亮", "2026年11月路灯就不亮"),
    ],
)
async def test_texts_lose_numbers_and_rooms_and_keep_the_matter(
    yard: Yard, said: str, shown: str
) -> None:
    appeal = await yard.filed(said, anonymous=True, room="", phone="", contact_name="")
    assert Privacy(appeal)(said) == shown
