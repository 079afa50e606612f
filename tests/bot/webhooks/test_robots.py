"""Group robots of WeCom, DingTalk and Feishu: what they say, to whom, and signed as each wants it."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from actions.appeals.deeds import Redispatch, Return, Supervise, Urge
from bot.webhooks.notices import Alerts
from bot.webhooks.robots import Robot, RobotKind, posting, refusal, robot_of
from knowledge.places.tables import PartyRow
from tests.bot.appeals.village import SECRETARY, ZONE
from tests.bot.webhooks.conftest import Line

AT = 1_700_000_000.5


def test_wecom_is_sent_markdown() -> None:
    robot = Robot(kind=RobotKind.WECOM, url="https://robot.example/send?key=k")
    ready = posting(robot, "有新的诉求", AT)
    assert ready.url == robot.url
    assert orjson.loads(ready.body) == {
        "msgtype": "markdown",
        "markdown": {"content": "有新的诉求"},
    }


def test_dingtalk_is_signed_in_the_address() -> None:
    robot = Robot(
        kind=RobotKind.DINGTALK, url="https://robot.example/send?access_token=t", secret="SEC1"
    )
    ready = posting(robot, "有新的诉求", AT)
    query = parse_qs(urlsplit(ready.url).query)
    digest = hmac.new(b"SEC1", b"1700000000500\nSEC1", hashlib.sha256).digest()
    assert query == {
        "access_token": ["t"],
        "timestamp": ["1700000000500"],
        "sign": [base64.b64encode(digest).decode()],
    }
    assert orjson.loads(ready.body) == {"msgtype": "text", "text": {"content": "有新的诉求"}}


def test_feishu_is_signed_in_the_body() -> None:
    robot = Robot(kind=RobotKind.FEISHU, url="https://robot.example/hook/x", secret="s")
    ready = posting(robot, "有新的诉求", AT)
    digest = hmac.new(b"1700000000\ns", b"", hashlib.sha256).digest()
    assert orjson.loads(ready.body) == {
        "timestamp": "1700000000",
        "sign": base64.b64encode(digest).decode(),
        "msg_type": "text",
        "content": {"text": "有新的诉求"},
    }
    plain = posting(robot.model_copy(update={"secret": ""}), "有新的诉求", AT)
    assert "sign" not in orjson.loads(plain.body)


def test_a_long_text_stays_below_what_robots_take() -> None:
    robot = Robot(kind=RobotKind.WECOM, url="https://robot.example")
    content = orjson.loads(posting(robot, "长" * 5000, AT).body)["markdown"]["content"]
    assert len(content.encode()) <= 4096 and set(content) == {"长"}


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ({"errcode": 0, "errmsg": "ok"}, True),
        ({"code": 0, "msg": "success", "data": {}}, True),
        ({"StatusCode": 0, "StatusMessage": "success"}, True),
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, False),
        ({"code": 19021, "msg": "sign match fail"}, False),
        ([], False),
        ({}, False),
    ],
)
def test_a_robot_may_refuse_although_it_answers_200(answer: object, accepted: bool) -> None:
    assert (refusal(orjson.dumps(answer)) == "") is accepted


def test_a_robot_that_is_written_wrongly_is_none() -> None:
    assert robot_of({"robot": {"kind": "qq", "url": "https://robot.example"}}) is None
    assert robot_of({"robot": "https://robot.example"}) is None
    assert robot_of({}) is None


async def gives_robot(line: Line, party_id: int, kind: RobotKind = RobotKind.WECOM) -> None:
    await line.webhooks.set_robot(party_id, Robot(kind=kind, url=line.receiver.url, secret="s"))


async def texts(line: Line) -> list[str]:
    await line.bring()
    said = [body["markdown"]["content"] for body in line.receiver.bodies]
    line.receiver.posts.clear()
    return said


async def test_a_party_s_robot_says_what_came_without_who(line: Line) -> None:
    await gives_robot(line, line.village.party_id)
    appeal = await line.village.filed(
        await line.village.resident("张大妈"), phone="13812345678", place_text="3栋501张大妈家",
        contact_name="张大妈", room="501", content="我是张桂芳，电梯坏了",
    )  # fmt: skip
    (said,) = await texts(line)
    assert "有新的诉求派给您" in said
    assert appeal.number in said and "类别：电梯" in said and "地点：3栋" in said
    assert "期限：2026年" in said and f"https://shequ.example/work/{appeal.number}" in said
    for secret in ("张", "501", "13812345678"):
        assert secret not in said


async def test_who_lost_an_appeal_and_who_got_it_both_hear(line: Line) -> None:
    for party_id in (line.village.party_id, line.village.other_id):
        await gives_robot(line, party_id)
    appeal = await line.village.filed(await line.village.resident("张大妈"))
    await texts(line)
    await line.village.act(appeal, Redispatch(party_id=line.village.other_id, reason="是供水管道"))
    said = await texts(line)
    assert sorted("已改派" in each for each in said) == [False, True]


async def test_urging_supervision_and_a_return_are_said(line: Line) -> None:
    await gives_robot(line, line.village.party_id)
    async with line.village.database.write() as session:
        lead = await session.get_one(PartyRow, line.village.party_id)
        community = PartyRow(
            community_id=lead.community_id,
            kind="community",
            name="青山社区",
            handles=[],
            details={},
        )
        session.add(community)
        await session.flush()
        community_id, party_id = lead.community_id, community.id
    await gives_robot(line, party_id)
    resident = await line.village.resident("张大妈")
    appeal = await line.village.filed(resident, community_id=community_id)
    await texts(line)
    await line.village.act(appeal, Urge())
    said = await texts(line)
    await line.village.act(appeal, Supervise(level=2), SECRETARY)
    said += await texts(line)
    await line.village.act(appeal, Return(reason="不归我们", evidence="合同"), line.village.master)
    said += await texts(line)
    assert sum("居民在催" in each for each in said) == 1
    assert sum("书记督办（2级）" in each for each in said) == 1
    (returned,) = [each for each in said if "第 1 次退单" in each]
    assert "/desk/appeals" in returned and "不归我们" not in returned


async def test_the_clock_s_words_reach_who_is_late_and_the_community(line: Line) -> None:
    appeal = await line.village.filed(await line.village.resident("张大妈"))
    filed = (await line.village.appeals.history(appeal.id))[0]
    lead, community = line.village.party_id, line.village.other_id

    def said(kind: str, note: str = "", **details: object) -> dict[int, str]:
        event = filed.model_copy(update={"kind": kind, "note": note, "details": details})
        return Alerts(ZONE)(event, appeal, community)

    assert set(said("reminder", "办结的时限快到了。")) == {lead}
    assert "办结超过了时限" in said("alarm", "办结超过了时限。")[community]
    escalated = said("escalate", "居民原话", level=2)
    assert set(escalated) == {lead, community}
    assert "已上报街道大工委" in escalated[lead] and "居民原话" not in escalated[lead]
    assert "6 户集中反映同一问题" in said("burst", households=6)[community]
    assert said("note", "同事看的话") == said("add", "居民补充的话") == {}
    # Without an address of our own there is no link to show.
    assert "查看" not in escalated[lead]


async def test_a_robot_that_refuses_is_asked_again(line: Line) -> None:
    await gives_robot(line, line.village.party_id, RobotKind.FEISHU)
    line.receiver.answer = {"code": 19021, "msg": "sign match fail"}
    await line.village.filed(await line.village.resident("张大妈"))
    await line.bring()
    (row,) = await line.rows()
    assert (row.status, row.attempts) == ("pending", 1)
    assert "19021" in row.last_error


async def test_a_robot_s_key_is_not_shown_again(line: Line) -> None:
    await gives_robot(line, line.village.party_id, RobotKind.DINGTALK)
    shown = {each.party_id: each for each in await line.webhooks.robots()}
    view = shown[line.village.party_id]
    assert view.kind is RobotKind.DINGTALK and view.signed
    assert "/hook" not in view.model_dump_json()
    assert (await line.webhooks.set_robot(line.village.party_id, None)).kind is None
