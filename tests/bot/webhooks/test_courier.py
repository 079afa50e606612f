"""From an event to another system: signed, once, and tried again until it arrives."""

import asyncio
from datetime import timedelta

import pytest

from actions.appeals.deeds import Add, Answer, Note, Sign
from bot.webhooks.addresses import Poster
from bot.webhooks.courier import BACKOFF, KEPT, Courier
from bot.webhooks.registry import UnknownWebhook, WebhookPlan
from bot.webhooks.signing import is_genuine
from knowledge.storage.database import Database
from tests.bot.webhooks.conftest import Line


async def test_each_step_of_an_appeal_is_told_signed(line: Line) -> None:
    webhook = await line.registered()
    resident = await line.village.resident("张大妈")
    appeal = await line.village.filed(resident, phone="13812345678", contact_name="张大妈")
    await line.village.act(appeal, Sign(), line.village.master)
    assert await line.bring() == 3
    told = sorted(line.receiver.bodies, key=lambda body: int(body["sequence"]))
    assert [body["event"] for body in told] == ["filed", "dispatch", "sign"]
    assert told[2]["to_status"] == "signed" and told[2]["by"] == "party"
    facts = told[2]["appeal"]
    assert (facts["number"], facts["lead_party"]) == (appeal.number, "青山物业")
    now = int(line.village.clock().timestamp())
    for _, headers, body in line.receiver.posts:
        assert is_genuine(headers["X-Minhu-Signature"], webhook.secret, body, now)
        assert headers["X-Minhu-Event"] and headers["X-Minhu-Delivery"]
        assert headers["Content-Type"] == "application/json"


async def test_nobody_hears_who_a_resident_is_or_what_they_wrote(line: Line) -> None:
    await line.registered()
    appeal = await line.village.filed(
        await line.village.resident("张大妈"),
        content="我是张桂芳，3栋电梯坏了",
        phone="13812345678",
        contact_name="张桂芳",
        room="501",
    )
    await line.village.act(appeal, Add(note="我的电话改成13900000000"))
    await line.village.act(appeal, Note(note="业主脾气急"))
    await line.village.act(appeal, Sign(), line.village.master)
    await line.village.act(appeal, Answer(answer="换了曳引绳"), line.village.master)
    await line.bring()
    everything = b"".join(body for _, _, body in line.receiver.posts).decode()
    for secret in ("张桂芳", "13812345678", "13900000000", "501", "业主脾气急"):
        assert secret not in everything
    assert "换了曳引绳" in everything


async def test_only_the_kinds_that_were_asked_for_are_told(line: Line) -> None:
    await line.registered("sign")
    sleeping = await line.registered()
    plan = WebhookPlan(url=line.receiver.url, active=False)
    await line.webhooks.change(sleeping.id, plan)
    appeal = await line.village.filed(await line.village.resident("张大妈"))
    await line.village.act(appeal, Sign(), line.village.master)
    assert await line.bring() == 1
    assert line.receiver.bodies[0]["event"] == "sign"


async def test_a_failed_try_is_made_again_later_and_later_then_given_up(line: Line) -> None:
    await line.registered("filed")
    line.receiver.statuses = [500] * 20
    await line.village.filed(await line.village.resident("张大妈"))
    assert await line.bring() == 1
    for wait in BACKOFF:
        line.village.clock.forward(wait - timedelta(seconds=1))
        assert await line.courier.deliver_due() == 0
        line.village.clock.forward(timedelta(seconds=1))
        assert await line.courier.deliver_due() == 1
    (row,) = await line.rows()
    assert (row.status, row.attempts, row.last_error) == ("failed", 6, "对方回答 500")
    line.village.clock.forward(timedelta(days=1))
    assert await line.courier.deliver_due() == 0
    (failed,) = await line.webhooks.deliveries("failed")
    line.receiver.statuses = []
    await line.webhooks.send_again(failed.id)
    assert await line.courier.deliver_due() == 1
    assert [each.status for each in await line.webhooks.deliveries()] == ["sent"]
    with pytest.raises(UnknownWebhook):
        await line.webhooks.send_again(failed.id)


async def test_a_redirect_is_not_followed(line: Line) -> None:
    await line.registered("filed")
    line.receiver.statuses = [302]
    await line.village.filed(await line.village.resident("张大妈"))
    await line.bring()
    assert [path for path, _, _ in line.receiver.posts] == ["/hook"]
    assert (await line.rows())[0].last_error == "对方回答 302"


async def test_two_gateways_post_a_delivery_once(line: Line) -> None:
    await line.registered("filed")
    resident = await line.village.resident("张大妈")
    for _ in range(5):
        await line.village.filed(resident)
    await line.tell()
    line.receiver.open.clear()
    other_database = Database(line.village.url)
    other = Courier(other_database, Poster(allow_private=True), line.village.clock)
    both = asyncio.gather(line.courier.deliver_due(), other.deliver_due())
    await line.receiver.has_got(5)
    line.receiver.open.set()
    assert sum(await both) == 5
    deliveries = [headers["X-Minhu-Delivery"] for _, headers, _ in line.receiver.posts]
    assert len(set(deliveries)) == len(deliveries) == 5
    await other.stop()
    await other_database.close()


async def test_what_a_dead_gateway_had_claimed_is_sent_by_another(line: Line) -> None:
    await line.registered("filed")
    await line.village.filed(await line.village.resident("张大妈"))
    await line.tell()
    line.receiver.open.clear()
    dying = asyncio.create_task(line.courier.deliver_due())
    await line.receiver.has_got(1)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    line.receiver.open.set()
    assert await line.courier.deliver_due() == 0
    line.village.clock.forward(timedelta(minutes=2))
    assert await line.courier.deliver_due() == 1
    assert (await line.rows())[0].status == "sent"


async def test_what_arrived_long_ago_is_forgotten_and_what_failed_is_not(line: Line) -> None:
    await line.registered("filed")
    resident = await line.village.resident("张大妈")
    await line.village.filed(resident)
    await line.bring()
    line.receiver.statuses = [500] * 6
    await line.village.filed(resident)
    await line.bring()
    for wait in BACKOFF:
        line.village.clock.forward(wait)
        await line.courier.deliver_due()
    await line.courier.forget_old()
    assert [row.status for row in await line.rows()] == ["sent", "failed"]
    line.village.clock.forward(KEPT)
    await line.courier.forget_old()
    assert [row.status for row in await line.rows()] == ["failed"]


async def test_the_courier_s_task_posts_what_is_due_and_ends_when_it_is_stopped(
    line: Line,
) -> None:
    await line.registered("filed")
    await line.village.filed(await line.village.resident("张大妈"))
    await line.tell()
    await line.courier.start()
    await line.receiver.has_got(1)
    await line.courier.stop()
    assert line.receiver.bodies[0]["event"] == "filed"


async def test_what_goes_to_nobody_any_more_is_given_up_at_once(line: Line) -> None:
    webhook = await line.registered("filed")
    await line.village.filed(await line.village.resident("张大妈"))
    await line.tell()
    await line.webhooks.change(webhook.id, WebhookPlan(url=line.receiver.url, active=False))
    await line.courier.deliver_due()
    assert line.receiver.posts == []
    assert (await line.rows())[0].status == "failed"


async def test_an_address_on_the_inside_gets_nothing(line: Line) -> None:
    await line.registered("filed")
    await line.village.filed(await line.village.resident("张大妈"))
    await line.tell()
    strict = Courier(line.village.database, Poster(), line.village.clock)
    await strict.deliver_due()
    await strict.stop()
    assert line.receiver.posts == []
    assert (await line.rows())[0].last_error == "不能发往内网或本机地址。"


async def test_a_renewed_secret_signs_and_the_old_one_no_more(line: Line) -> None:
    old = await line.registered("filed")
    new = await line.webhooks.renew_secret(old.id)
    await line.village.filed(await line.village.resident("张大妈"))
    await line.bring()
    _, headers, body = line.receiver.posts[0]
    now = int(line.village.clock().timestamp())
    assert is_genuine(headers["X-Minhu-Signature"], new.secret, body, now)
    assert not is_genuine(headers["X-Minhu-Signature"], old.secret, body, now)


async def test_a_removed_webhook_takes_its_deliveries_along(line: Line) -> None:
    webhook = await line.registered()
    await line.village.filed(await line.village.resident("张大妈"))
    await line.tell()
    await line.webhooks.remove(webhook.id)
    assert (await line.rows(), list(await line.webhooks.list())) == ([], [])
    with pytest.raises(UnknownWebhook):
        await line.webhooks.remove(webhook.id)
