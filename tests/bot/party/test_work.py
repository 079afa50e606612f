"""A party's day by its API: tasks come in, are signed for, shown with photos, and answered."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.life import Actor, AppealStatus, By
from bot.party import words
from bot.staff.member import Role
from tests.bot.party.yard import PASSWORD, Yard, a_photo
from tests.databases import Clock

WORK = "/api/v1/work"


async def does(phone: httpx.AsyncClient, appeal: Appeal, move: str, **wish: Any) -> httpx.Response:
    return await phone.post(f"{WORK}/{appeal.number}", json={"move": move, **wish})


async def read(phone: httpx.AsyncClient, appeal: Appeal) -> dict[str, Any]:
    answer = await phone.get(f"{WORK}/{appeal.number}")
    assert answer.status_code == 200, answer.text
    task: dict[str, Any] = answer.json()
    return task


async def ticket(phone: httpx.AsyncClient, data: bytes | None = None) -> str:
    photo = {"photo": ("lock.jpg", data or a_photo(), "image/jpeg")}
    answer = await phone.post(f"{WORK}/photos", files=photo)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket"])


async def test_my_tasks_come_by_their_due_date_with_place_and_words(
    yard: Yard, phone: httpx.AsyncClient, clock: Clock
) -> None:
    await yard.filed("小区门口的路灯不亮了", category="路灯")
    urgent = await yard.filed("3栋燃气泄漏，味道很大", category="燃气", urgency="urgent")
    await yard.filed("街道的事", lead_party_id=yard.parties["street"])
    tasks = (await phone.get(WORK)).json()
    assert [item["title"] for item in tasks["items"]] == [
        "3栋燃气泄漏",
        "小区门口的路灯不亮了",
    ]
    first = tasks["items"][0]
    assert (tasks["open"], tasks["done"], tasks["late"], tasks["more"]) == (2, 0, 0, False)
    assert first["number"] == urgent.number
    assert first["place"] == "江城雅苑3栋2单元501室"
    assert (first["due"], first["sign_due"]) == ("今天中午12点前办好", "请今天上午10点半前签收")
    assert first["tone"] == "soon"
    assert first["marks"] == ["紧急"]
    clock.forward(timedelta(hours=3))
    late = (await phone.get(WORK)).json()
    assert late["late"] == 1
    assert late["items"][0]["tone"] == "late"
    assert late["items"][0]["due"] == "已超时：本该今天中午12点前办好"


async def test_a_task_goes_from_signing_to_the_answer_with_photos_before_and_after(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    theirs = await yard.photo()
    appeal = await yard.filed(photos=[theirs])
    task = await read(phone, appeal)
    assert (task["next"], task["status"], len(task["photos"])) == ("sign", "已派单", 1)
    for move, follows in (("sign", "start"), ("start", "answer")):
        done = await does(phone, appeal, move, version=task["version"])
        task = done.json()["task"]
        assert task["next"] == follows
    await does(
        phone, appeal, "note", stage="before", words="锁舌断了", photos=[await ticket(phone)]
    )
    task = await read(phone, appeal)
    last = await does(
        phone,
        appeal,
        "answer",
        words="换了新锁，试过三次",
        photos=[await ticket(phone)],
        version=task["version"],
    )
    task = last.json()["task"]
    assert (task["status"], task["next"], task["can"]) == ("已办结", None, ["note"])
    assert [line["title"] for line in task["lines"]] == [
        "张师傅办结",
        "张师傅备注",
        "张师傅开始办理",
        "张师傅签收",
        "派给江城雅苑物业",
        "居民登记",
    ]
    assert task["lines"][1]["text"] == "处理前：锁舌断了"
    for key in (*task["photos"], *task["before"], *task["after"]):
        photo = await phone.get(f"{WORK}/{appeal.number}/photos/{key}")
        assert photo.headers["content-type"] == "image/jpeg"
        assert b"PhoneMaker" not in photo.content
    assert (len(task["before"]), len(task["after"])) == (1, 1)
    stored = await yard.appeals.get(appeal.id)
    assert (stored.status, stored.answer) == (AppealStatus.DONE, "换了新锁，试过三次")
    answered = (await yard.appeals.history(appeal.id))[-1]
    assert answered.actor == "张师傅（zhang）"
    assert answered.details["of_party"] == yard.parties["property"]
    ended = (await phone.get(WORK, params={"show": "done"})).json()
    assert [item["number"] for item in ended["items"]] == [appeal.number]


async def test_what_is_returned_leaves_the_list_and_needs_evidence(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    appeal = await yard.filed()
    bare = await does(phone, appeal, "return", words="这段路归市政")
    assert (bare.status_code, bare.json()["detail"]) == (422, words.NO_EVIDENCE)
    wordless = await does(phone, appeal, "return", evidence="移交清单")
    assert wordless.json()["detail"] == words.UNSAID[deeds.Move.RETURN]
    gone = await does(phone, appeal, "return", words="这段路归市政", photos=[await ticket(phone)])
    assert gone.json() == {"task": None}
    again = await does(phone, appeal, "return", words="这段路归市政", evidence="另一份")
    assert again.status_code == 403
    assert (await phone.get(WORK)).json()["items"] == []
    assert (await yard.appeals.get(appeal.id)).returns == 1


async def test_an_extension_lasts_until_the_end_of_a_day_and_is_not_asked_for_too_late(
    yard: Yard, phone: httpx.AsyncClient, clock: Clock
) -> None:
    appeal = await yard.filed()
    dayless = await does(phone, appeal, "extend", words="等配件")
    assert (dayless.status_code, dayless.json()["detail"]) == (422, words.NO_DAY)
    early = await does(phone, appeal, "extend", words="等配件", until="2026-11-24")
    assert early.status_code == 409
    later = await does(phone, appeal, "extend", words="等配件", until="2026-12-10")
    assert later.json()["task"]["due_day"] == "2026-12-10"
    assert later.json()["task"]["lines"][0]["title"].endswith("2026年12月10日晚上6点前办好")
    urgent = await yard.filed("3栋燃气泄漏", category="燃气", urgency="urgent")
    clock.forward(timedelta(hours=3))
    late = await does(phone, urgent, "extend", words="还在等", until="2026-12-10")
    assert (late.status_code, "不能再申请延期" in late.text) == (409, True)


async def test_a_second_tap_changes_nothing_and_a_stale_page_is_told_so(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    appeal = await yard.filed()
    for _ in range(2):
        twice = await does(phone, appeal, "start", version=appeal.version)
        assert twice.status_code == 200
    events = [event.kind for event in await yard.appeals.history(appeal.id)]
    assert events.count("start") == 1
    seen = (await read(phone, appeal))["version"]
    await yard.does(appeal, deeds.Urge(note="请快一些"))
    stale = await does(phone, appeal, "answer", words="修好了", version=seen)
    assert (stale.status_code, "刷新" in stale.json()["detail"]) == (409, True)
    assert (await yard.appeals.get(appeal.id)).answer == ""
    illegal = await does(phone, appeal, "sign")
    assert (illegal.status_code, "办理中" in illegal.json()["detail"]) == (409, True)


async def test_helpers_see_it_as_theirs_to_help_and_only_the_lead_answers(
    yard: Yard, phone: httpx.AsyncClient, helper: httpx.AsyncClient
) -> None:
    appeal = await yard.filed(helper_ids=[yard.parties["street"]])
    card = (await helper.get(WORK)).json()["items"][0]
    assert (card["role"], card["lead"]) == ("helper", "江城雅苑物业")
    task = await read(helper, appeal)
    assert (task["can"], task["next"]) == (["contact", "note"], None)
    noted = await does(helper, appeal, "note", words="已联系锁厂", photos=[await ticket(helper)])
    assert noted.json()["task"]["lines"][0]["title"] == "钱干事备注"
    assert (await does(helper, appeal, "contact", words="约好下午")).status_code == 200
    refused = await does(helper, appeal, "answer", words="好了")
    assert refused.status_code == 403
    assert "您的单位是协办" in refused.json()["detail"]
    lead = await read(phone, appeal)
    assert lead["lines"][1]["title"] == "江城街道办事处 钱干事备注"
    assert lead["helpers"] == ["江城街道办事处"]
    key = lead["lines"][1]["photos"][0]
    assert (await phone.get(f"{WORK}/{appeal.number}/photos/{key}")).status_code == 200


async def test_what_is_suspended_can_be_taken_up_again(
    yard: Yard, phone: httpx.AsyncClient, clock: Clock
) -> None:
    appeal = await yard.filed()
    await does(phone, appeal, "start")
    await yard.does(appeal, deeds.Suspend(reason="等开春", until=clock() + timedelta(days=9)))
    task = await read(phone, appeal)
    assert (task["tone"], task["due"], task["next"]) == ("rest", "暂停到下周四上午10点", "resume")
    resumed = await does(phone, appeal, "resume", version=task["version"])
    assert resumed.json()["task"]["status"] == "办理中"


async def test_nobody_reads_or_does_what_is_another_partys(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    appeal = await yard.filed(lead_party_id=yard.parties["developer"], photos=[await yard.photo()])
    key = await yard.media.key_of(appeal.photos[0])
    for answer in (
        await phone.get(f"{WORK}/{appeal.number}"),
        await phone.get(f"{WORK}/{appeal.number}/photos/{key}"),
        await does(phone, appeal, "sign"),
    ):
        assert answer.status_code == 403
        assert "没有派给您的单位" in answer.text
        assert appeal.content not in answer.text
    assert (await phone.get(f"{WORK}/SQ202611249999")).status_code == 404
    own = await yard.filed()
    foreign = await phone.get(f"{WORK}/{own.number}/photos/{key}")
    assert foreign.status_code == 404


async def test_a_photo_is_sent_by_who_uploaded_it_alone(
    yard: Yard, phone: httpx.AsyncClient, helper: httpx.AsyncClient
) -> None:
    appeal = await yard.filed()
    for bad in (await ticket(helper), "1", "forged.ticket"):
        answer = await does(phone, appeal, "note", photos=[bad])
        assert (answer.status_code, answer.json()["detail"]) == (422, words.PHOTO_UNKNOWN)
    no_photo = {"photo": ("a.jpg", b"not a picture", "image/jpeg")}
    assert (await phone.post(f"{WORK}/photos", files=no_photo)).status_code == 415
    huge = {"photo": ("a.jpg", bytes(8 * 1024 * 1024 + 1), "image/jpeg")}
    assert (await phone.post(f"{WORK}/photos", files=huge)).status_code == 413


async def test_staff_and_strangers_have_no_tasks_and_a_change_needs_its_token(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    appeal = await yard.filed()
    wang = await yard.accounts.create("wang", "王芳", Role.STAFF, PASSWORD)
    async with yard.client(wang) as desk:
        assert (await desk.get(WORK)).status_code == 403
        assert (await desk.get("/work")).headers["location"] == "/desk"
    del phone.headers["X-CSRF-Token"]
    assert (await does(phone, appeal, "sign")).status_code == 403
    phone.cookies.clear()
    assert (await phone.get(WORK)).status_code == 401
    door = await phone.get(f"/work/{appeal.number}")
    assert door.headers["location"] == f"/signin?next=/work/{appeal.number}"


async def test_the_history_keeps_the_notes_of_staff_among_staff(
    yard: Yard, phone: httpx.AsyncClient
) -> None:
    appeal = await yard.filed()
    await yard.does(appeal, deeds.Note(note="这户和邻居有纠纷"))
    await yard.does(appeal, deeds.Urge(note="请今天去看"))
    await yard.does(
        appeal, deeds.Supervise(level=1, note="盯住"), Actor(By.SECRETARY, "李书记（li）")
    )
    told = [(line["title"], line["text"]) for line in (await read(phone, appeal))["lines"][:3]]
    assert told[:2] == [("书记督办", "盯住"), ("社区工作人员催办", "请今天去看")]
    assert "纠纷" not in str(await read(phone, appeal))


@pytest.mark.parametrize("path", ["/work", "/work/account", "/work/SQ202611240001"])
async def test_the_page_says_for_whom_it_is_and_runs_only_its_own_scripts(
    yard: Yard, phone: httpx.AsyncClient, path: str
) -> None:
    page = await phone.get(path)
    assert "江城雅苑物业" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


async def test_openapi_tells_programs_of_it(yard: Yard, phone: httpx.AsyncClient) -> None:
    paths = (await phone.get("/openapi.json")).json()["paths"]
    assert {path for path in paths if path.startswith(WORK)} == {
        WORK,
        f"{WORK}/photos",
        f"{WORK}/{{number}}",
        f"{WORK}/{{number}}/photos/{{key}}",
    }
    assert all(
        each["summary"] for path in paths if path.startswith(WORK) for each in paths[path].values()
    )
