"""The office as people use it: a real server and a real browser."""

import re
from datetime import date
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from actions.answers import full_answer
from bot.office.form import blank, content_of
from tests.bot.office.conftest import Visitor

ENTRIES = "/api/v1/knowledge/entries"
ANSWER = "每周三、周六上午可以到社区服务站修伞，免费。"


async def find(program: httpx.AsyncClient, title: str) -> dict[str, Any]:
    found = (await program.get(ENTRIES, params={"search": title})).json()["entries"]
    assert len(found) == 1
    return dict(found[0])


async def create(program: httpx.AsyncClient, title: str) -> int:
    """A published entry, made by a program."""
    content = {
        "title": title,
        "topic": "便民服务",
        "questions": [f"{title}在哪"],
        "answer": "请到社区服务站。",
        "checked_on": "2026-11-01",
    }
    made = (await program.post(ENTRIES, json={"content": content})).json()
    step = {"note": "上线", "forced": True}
    (await program.post(f"{ENTRIES}/{made['id']}/publish", json=step)).raise_for_status()
    return int(made["id"])


async def test_a_stranger_signs_in_and_comes_where_they_wanted(visitor: Visitor) -> None:
    await visitor.open("/office/misses")
    await expect(visitor.page).to_have_url(f"{visitor.url}/signin?next=/office/misses")
    await visitor.sign_in("li", path="/office/misses")
    await visitor.reads("小区里能不能养鸡")


async def test_an_entry_is_written_published_and_found(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("li")
    await visitor.press("新建条目")
    await visitor.write("题目", "修")
    await visitor.reads("太短了，至少 2 个字")
    await visitor.write("题目", "免费修伞")
    await visitor.press("保存草稿")
    await visitor.reads("还有几处要改")
    await visitor.write("分类", "便民服务")
    await visitor.write("居民会怎么问", "哪里能修雨伞\n伞坏了怎么办")
    await visitor.write("答复", ANSWER)
    await expect(visitor.page.locator(".of-phone")).to_contain_text(ANSWER)
    await visitor.press("保存草稿")
    await visitor.reads("草稿已保存")
    entry = await find(program, "免费修伞")
    assert (entry["status"], entry["updated_by"]) == ("draft", "李书记（li）")
    await expect(visitor.page).to_have_url(f"{visitor.url}/office/entries/{entry['id']}")
    await visitor.press("发布")
    await visitor.write("说明（可不填，会记进历史）", "社区新服务")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="发布").click()
    await visitor.reads("已发布，居民现在")
    assert (await find(program, "免费修伞"))["version"] == 1
    await expect(visitor.page.locator(".of-step")).to_contain_text("社区新服务")
    await visitor.open("/office")
    await visitor.write("搜题目、问法、答复里的字", "雨伞")
    await expect(visitor.page.locator(".of-row")).to_have_count(1)
    await expect(visitor.page.locator(".of-row")).to_contain_text("免费修伞")
    await visitor.write("像居民那样问一句", "伞坏了怎么办")
    await visitor.press("问")
    await expect(visitor.page.locator(".of-try-result")).to_contain_text("直接回答")
    await expect(visitor.page.locator(".of-hit").first).to_contain_text("免费修伞")


async def test_the_editor_sees_whose_questions_would_go_astray_and_decides(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    content = {
        "title": "借用雨衣",
        "topic": "便民服务",
        "questions": ["哪里可以借雨衣"],
        "answer": "请到社区服务站登记。",
        "checked_on": "2026-11-01",
        "exam": {"find": ["雨衣哪里可以借到"], "avoid": []},
    }
    made = (await program.post(ENTRIES, json={"content": content})).json()
    (await program.post(f"{ENTRIES}/{made['id']}/publish", json={})).raise_for_status()
    await visitor.sign_in("li")
    await visitor.press("新建条目")
    await visitor.write("题目", "雨衣哪里可以借到")
    await visitor.write("分类", "便民服务")
    await visitor.write("居民会怎么问", "雨衣哪里可以借到")
    await visitor.write("答复", "这里不借雨衣。")
    await visitor.write("不该找到这一条的问法", "哪里可以修雨伞")
    await visitor.press("发布")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="发布").click()
    astray = visitor.page.get_by_role("dialog", name="有考题会找错答案")
    # All exams are sat first, which takes a while on a busy machine.
    await expect(astray).to_contain_text("雨衣哪里可以借到", timeout=30_000)
    await expect(astray).to_contain_text("应该找到：借用雨衣")
    await astray.get_by_role("button", name="回去改").click()
    await expect(astray).to_be_hidden()
    entry = await find(program, "这里不借雨衣")
    assert entry["status"] == "draft"
    await visitor.press("发布")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="发布").click()
    await astray.get_by_role("button", name="照样发布").click(timeout=30_000)
    await visitor.reads("已发布，居民现在")
    entry = await find(program, "这里不借雨衣")
    assert entry["status"] == "published"
    for number in (entry["id"], made["id"]):
        await program.post(f"{ENTRIES}/{number}/retire", json={})


async def test_the_preview_is_what_residents_get(visitor: Visitor) -> None:
    await visitor.sign_in("li", path="/office")
    await visitor.open("/office/entries/new")
    phone = visitor.page.locator(".of-phone")
    await visitor.reads("还没有内容。写好一种问法和答复")
    await expect(phone).to_be_hidden()
    await visitor.write("居民会怎么问", "高龄津贴要带什么材料\n高龄津贴怎么办")
    await visitor.reads("写好答复，助手就会这样回答。")
    await visitor.write("答复", "满80岁可以申请。")
    await visitor.write("带什么", "身份证、户口簿。")
    await visitor.write("在哪办", "社区服务大厅。")
    await visitor.write("依据", "《老年人权益保障法》")
    await visitor.write("核对日期", "2026-11-02")
    await visitor.page.get_by_text("答复里要提醒居民以当地为准").click()
    question = "高龄津贴要带什么材料"
    content = content_of(
        blank(date(2026, 11, 2))
        | {
            "title": "高龄津贴",
            "topic": "养老",
            "questions": question,
            "answer": "满80岁可以申请。",
        }
        | {"materials": "身份证、户口簿。", "where": "社区服务大厅。", "local": True}
        | {"source": "《老年人权益保障法》"}
    )
    text, buttons = full_answer(content, question)
    assert "带什么材料：身份证、户口簿。" in text and "以社区公布为准" in text
    bubbles = phone.locator(".of-bubble")
    await expect(bubbles.first).to_have_text(question)
    await expect(bubbles.last).to_have_text(text)
    offers = phone.locator(".of-offer:visible")
    await expect(offers).to_have_text([title for title, _ in buttons])
    await visitor.write("核对日期", "")
    await expect(bubbles.last).to_contain_text("核对日期：2026-11-02")


async def test_a_question_that_nothing_answers_is_tried(visitor: Visitor) -> None:
    await visitor.sign_in("li")
    await visitor.write("像居民那样问一句", "qwertyuiop")
    await visitor.press("问")
    result = visitor.page.locator(".of-try-result")
    await expect(result).to_contain_text("第一次答不上来会如实说不知道")
    await expect(result).to_contain_text("连续两次就转人工")


async def test_nothing_typed_is_lost_when_somebody_else_was_faster(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    entry_id = await create(program, "磨刀服务")
    await visitor.sign_in("chen")
    await visitor.open(f"/office/entries/{entry_id}")
    await visitor.write("答复", "我写了很久的一段答复。")
    seen = (await program.get(f"{ENTRIES}/{entry_id}")).json()
    theirs = seen["published"] | {"answer": "别人先保存的答复。"}
    await program.put(
        f"{ENTRIES}/{entry_id}/draft", json={"content": theirs, "expected": seen["updated_at"]}
    )
    await visitor.press("保存草稿")
    await visitor.reads("李书记（li） 修改过这条知识")
    answer = visitor.page.get_by_label("答复", exact=True)
    await expect(answer).to_have_value("我写了很久的一段答复。")
    await visitor.press("看现在的内容")
    await expect(visitor.page.get_by_role("dialog")).to_contain_text("别人先保存的答复。")
    await visitor.press("关闭")
    await visitor.press("用我写的覆盖")
    await visitor.reads("草稿已保存")
    stored = (await program.get(f"{ENTRIES}/{entry_id}")).json()
    assert stored["draft"]["answer"] == "我写了很久的一段答复。"
    assert stored["published"]["answer"] == "请到社区服务站。"


async def test_an_entry_is_retired_and_an_old_version_comes_back(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    entry_id = await create(program, "借打气筒")
    await visitor.sign_in("li")
    await visitor.open(f"/office/entries/{entry_id}")
    await visitor.write("答复", "第二版的答复。")
    await visitor.press("发布")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="发布").click()
    await visitor.reads("第 2 版")
    await visitor.press("下架")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="下架").click()
    await visitor.reads("已下架，居民不再")
    assert (await program.get(f"{ENTRIES}/{entry_id}")).json()["status"] == "retired"
    await visitor.page.locator(".of-step").last.click()
    await expect(visitor.page.get_by_role("dialog")).to_contain_text("与现在不同")
    await visitor.press("恢复这一版")
    await expect(visitor.page.get_by_label("答复", exact=True)).to_have_value("请到社区服务站。")
    await visitor.press("发布")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="发布").click()
    await visitor.reads("第 4 版")
    stored = (await program.get(f"{ENTRIES}/{entry_id}")).json()
    assert (stored["status"], stored["published"]["answer"]) == ("published", "请到社区服务站。")


async def test_a_question_without_an_answer_becomes_an_entry(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("li", path="/office/misses")
    row = visitor.page.locator(".of-miss", has_text="楼下广场舞几点要停")
    await row.get_by_text("用它新建条目").click()
    await expect(visitor.page.get_by_label("居民会怎么问")).to_have_value("楼下广场舞几点要停")
    await visitor.write("题目", "广场舞的时间")
    await visitor.write("分类", "秩序与噪音")
    await visitor.write("答复", "晚上九点以后请停下音响。")
    await visitor.press("保存草稿")
    await visitor.reads("草稿已保存")
    misses = (await program.get("/api/v1/knowledge/misses")).json()
    assert "楼下广场舞几点要停" not in [miss["text"] for miss in misses]
    await visitor.open("/office/misses")
    row = visitor.page.locator(".of-miss", has_text="哪里能修伞")
    await row.get_by_role("button", name="已处理").click()
    await visitor.reads("已标为处理过。")
    await expect(row).to_have_count(0)


async def test_a_question_that_nobody_tapped_a_choice_for_is_added_to_an_entry(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("li", path="/office/misses")
    await visitor.page.get_by_role("link", name="给了选项").click()
    row = visitor.page.locator(".of-miss", has_text="老人补贴去哪里领")
    await expect(row).to_contain_text("问过 4 次")
    await expect(row).to_contain_text("没人选过")
    choices = row.locator(".of-offered-one")
    await expect(choices).to_contain_text(
        ["高龄津贴怎么申请", "困难老人养老服务补贴", "残疾人两项补贴"]
    )
    await choices.get_by_role("link", name="困难老人养老服务补贴").click()
    await visitor.reads("“老人补贴去哪里领”已加在问法的最后一行")
    questions = visitor.page.get_by_label("居民会怎么问")
    await expect(questions).to_have_value(re.compile("\n老人补贴去哪里领$"))
    await visitor.press("保存草稿")
    await visitor.reads("草稿已保存")
    entry = await find(program, "老人补贴去哪里领")
    assert "老人补贴去哪里领" in entry["draft"]["questions"]
    await visitor.open("/office/misses?kind=offered")
    await visitor.reads("助手拿不准，给了几条让居民选。")
    await expect(row).to_have_count(0)


async def test_what_residents_tapped_is_added_in_one_click(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("wang", path="/office")
    await visitor.open("/office/misses?kind=offered")
    row = visitor.page.locator(".of-miss", has_text="证件丢了怎么补")
    await expect(row).to_contain_text("居民选了 3 次")
    await expect(row.get_by_role("button")).to_have_count(0)
    await visitor.press("退出登录")
    await visitor.sign_in("li", path="/office")
    await visitor.open("/office/misses?kind=offered")
    await expect(row).to_contain_text("1 次没有选")
    first = row.locator(".of-offered-one").first
    await expect(first).to_contain_text("身份证丢了怎么补")
    await first.get_by_role("button", name="加进问法").click()
    await visitor.reads("已加进“身份证丢了怎么补”的草稿，发布后生效。")
    await expect(row).to_have_count(0)
    entry = await find(program, "证件丢了怎么补")
    assert entry["draft"]["questions"][-1] == "证件丢了怎么补"
    assert "证件丢了怎么补" not in entry["published"]["questions"]


async def test_staff_read_and_do_not_write(visitor: Visitor) -> None:
    await visitor.sign_in("wang")
    await expect(visitor.page.get_by_role("button", name="新建条目")).to_have_count(0)
    await visitor.page.locator(".of-row").first.click()
    await visitor.reads("您可以查看，修改需要书记或管理员。")
    await expect(visitor.page.get_by_label("题目")).not_to_be_editable()
    await expect(visitor.page.get_by_role("button", name="保存草稿")).to_have_count(0)
    await visitor.open("/office/staff")
    await expect(visitor.page).to_have_url(f"{visitor.url}/office/account")


async def test_an_administrator_makes_an_account_whose_owner_changes_the_password(
    visitor: Visitor,
) -> None:
    await visitor.sign_in("chen", path="/office/staff")
    await visitor.press("新建账号")
    await visitor.write("姓名", "赵网格")
    await visitor.write("用户名", "zhao")
    await visitor.write("初始密码", "the first one")
    await visitor.press("新建")
    await expect(visitor.page.locator(".of-person", has_text="赵网格")).to_have_count(1)
    await visitor.press("退出登录")
    await visitor.sign_in("zhao", "the first one", "/office/account")
    await visitor.write("原密码", "the first one")
    await visitor.write("新密码", "the second one")
    await visitor.write("再输一遍新密码", "the second")
    await visitor.press("修改密码")
    await visitor.reads("两次输入的新密码不一样")
    await visitor.write("再输一遍新密码", "the second one")
    await visitor.press("修改密码")
    await visitor.reads("密码已修改，请用新密码登录。")
    await visitor.sign_in("zhao", "the second one")


@pytest.mark.parametrize(
    "path",
    ["/office", "/office/entries/1", "/office/misses?kind=offered", "/office/staff", "/signin"],
)
async def test_a_telephone_shows_every_page_without_scrolling_sideways(
    visitor: Visitor, path: str
) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    if path != "/signin":
        await visitor.sign_in("chen")
    await visitor.open(path)
    await visitor.page.wait_for_load_state("networkidle")
    width = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


async def test_the_pages_socket_is_closed_to_other_sites(office: str) -> None:
    path = f"{office}/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    async with httpx.AsyncClient() as client:
        assert (await client.get(path, headers={"Origin": office})).status_code == 200
        evil = {"Origin": "https://evil.test"}
        assert (await client.get(path, headers=evil)).status_code == 403
