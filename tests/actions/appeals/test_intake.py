"""Dialogues of a filing: what is understood of each message, and what is still asked for."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.appeals.draft import Draft, Facts, Said
from actions.appeals.intake import insists, read

HOME = {"community": "青山里", "building": "3栋", "unit": "2单元", "room": "501"}


def says(text: str, intent: str = "inform", media_id: int | None = None, **entities: str) -> Said:
    return Said(text=text, intent=intent, entities=entities, media_id=media_id)


@dataclass
class Dialogue:
    """Runs messages through `read` and asks for the first slot that is missing, as Rasa does."""

    home: dict[str, str] = field(default_factory=dict)
    draft: Draft = field(default_factory=Draft)
    asked: str | None = None
    detours: list[str] = field(default_factory=list)

    def hear(self, said: Said) -> "Dialogue":
        after = read(self.draft, said, self.asked, self.home)
        if after is None:
            self.detours.append(said.text)
        else:
            self.draft = after
        self.asked = self.missing()
        if self.asked == "appeal_where":
            self.draft.facts.asked_where += 1
        return self

    def missing(self) -> str | None:
        if self.draft.what is None:
            return "appeal_what"
        if self.draft.where is None:
            return "appeal_where"
        return None if self.draft.confirmed else "appeal_confirmed"

    @property
    def facts(self) -> Facts:
        return self.draft.facts


LEAK = says(
    "青山里3栋2单元501漏水", "file_appeal", community="青山里", building="3栋", unit="2单元", room="501",
    problem="漏水", category="漏水",
)  # fmt: skip
BROKEN = says("电梯坏了", "file_appeal", problem="电梯坏了", category="电梯")
YES, NO = says("确认", "affirm"), says("不对", "deny")

DIALOGUES: list[tuple[str, list[Said], dict[str, Any]]] = [
    (
        "all in one message",
        [LEAK],
        {"asked": "appeal_confirmed", "where": "青山里3栋2单元501", "category": "漏水"},
    ),
    ("agreed at once", [LEAK, YES], {"asked": None, "what": "青山里3栋2单元501漏水"}),
    ("only the problem", [BROKEN], {"asked": "appeal_where", "what": "电梯坏了"}),
    (
        "problem, then the whole place",
        [BROKEN, says("青山里8栋", community="青山里", building="8栋")],
        {"asked": "appeal_confirmed", "where": "青山里8栋", "what": "电梯坏了"},
    ),
    (
        "problem and building, then the community",
        [
            says("3栋电梯坏了", "file_appeal", building="3栋", category="电梯"),
            says("青山里", community="青山里"),
        ],
        {"asked": "appeal_confirmed", "where": "青山里3栋"},
    ),
    (
        "a community alone is no place for a lift",
        [says("青山里电梯坏了", "file_appeal", community="青山里", category="电梯")],
        {"asked": "appeal_where"},
    ),
    (
        "a community alone is place enough for a power cut",
        [says("青山里停电了", "file_appeal", community="青山里", category="停水停电")],
        {"asked": "appeal_confirmed", "where": "青山里"},
    ),
    (
        "after one question what was said must do",
        [says("3栋电梯坏了", "file_appeal", building="3栋"), says("不知道叫什么", "inform")],
        {"asked": "appeal_confirmed", "where": "3栋"},
    ),
    (
        "a place in words of one's own",
        [BROKEN, says("菜场后门那个出口", "inform")],
        {"asked": "appeal_confirmed", "where": "菜场后门那个出口"},
    ),
    (
        "a road is place enough",
        [says("江城路12号路灯不亮", "file_appeal", place="江城路12号", category="路灯路面")],
        {"asked": "appeal_confirmed", "where": "江城路12号"},
    ),
    (
        "a yes is no place",
        [BROKEN, says("好的", "affirm")],
        {"asked": "appeal_where", "where": None},
    ),
    ("announcing words", [says("我要报修", "file_appeal")], {"asked": "appeal_what", "what": None}),
    (
        "announcing words with a full stop, then the matter",
        [says("我要投诉。", "file_appeal"), LEAK],
        {"asked": "appeal_confirmed", "what": "青山里3栋2单元501漏水"},
    ),
    (
        "the place came first",
        [
            says("我要报修", "file_appeal"),
            says("青山里3栋", community="青山里", building="3栋"),
            says("灯不亮", "file_appeal", problem="灯不亮"),
        ],
        {"asked": "appeal_confirmed", "what": "灯不亮", "where": "青山里3栋"},
    ),
    (
        "another building",
        [LEAK, says("不是3栋，是8栋", "correct", building="8栋")],
        {
            "asked": "appeal_confirmed", "where": "青山里8栋", "changed": True,
            "what": "青山里8栋2单元501漏水",
        },
    ),
    (
        "deny and correct in one message",
        [LEAK, says("不对，是8栋1单元", "deny", building="8栋", unit="1单元")],
        {"asked": "appeal_confirmed", "where": "青山里8栋1单元", "changed": True},
    ),
    (
        "deny, then correct",
        [LEAK, NO, says("8栋", building="8栋")],
        {"asked": "appeal_confirmed", "where": "青山里8栋", "changed": True, "changing": False},
    ),
    ("deny", [LEAK, NO], {"asked": "appeal_confirmed", "changing": True}),
    ("deny, then agree", [LEAK, NO, YES], {"asked": None}),
    (
        "another category",
        [BROKEN, says("青山里8栋", community="青山里", building="8栋"),
         says("不是电梯，是水管漏水", "correct", problem="漏水", category="漏水")],
        {"asked": "appeal_confirmed", "category": "漏水", "what": "电梯坏了；不是电梯，是水管漏水"},
    ),
    (
        "deny with the right matter",
        [LEAK, says("不对，是停电了", "deny", problem="停电", category="停水停电")],
        {"category": "停水停电", "what": "青山里3栋2单元501漏水；不对，是停电了", "changing": False},
    ),
    (
        "more words do not change the category",
        [LEAK, says("电梯里也是水", "file_appeal", problem="水", category="电梯")],
        {"category": "漏水", "what": "青山里3栋2单元501漏水；电梯里也是水"},
    ),
    (
        "more words and a phone",
        [LEAK, says("漏了三天了", "add_to_appeal", time="三天了"), says("13800138000", phone="13800138000")],
        {
            "asked": "appeal_confirmed",
            "what": "青山里3栋2单元501漏水；漏了三天了",
            "phone": "13800138000",
            "time": "三天了",
        },
    ),
    (
        "a photo at the beginning",
        [says("", "send_photo", media_id=7)],
        {"asked": "appeal_what", "photos": [7]},
    ),
    (
        "photos while the place is asked for",
        [BROKEN, says("", "send_photo", media_id=7), says("", "send_photo", media_id=7)],
        {"asked": "appeal_where", "photos": [7]},
    ),
    (
        "a photo before agreeing",
        [LEAK, says("", "send_photo", media_id=7)],
        {"asked": "appeal_confirmed", "photos": [7], "what": LEAK.text},
    ),
    (
        "a question midway",
        [BROKEN, says("高龄津贴怎么办", "ask_service"), says("青山里8栋", community="青山里", building="8栋")],
        {"asked": "appeal_confirmed", "where": "青山里8栋", "detours": ["高龄津贴怎么办"]},
    ),
    ("thanks midway", [BROKEN, says("谢谢", "thanks")], {"asked": "appeal_where", "detours": ["谢谢"]}),
    ("leaving midway", [LEAK, says("算了", "cancel")], {"asked": "appeal_confirmed", "detours": ["算了"]}),
    (
        "a place that sounds like a question",
        [BROKEN, says("青山里8栋在哪", "ask_service", community="青山里", building="8栋")],
        {"asked": "appeal_confirmed", "where": "青山里8栋", "detours": []},
    ),
    (
        "words that nobody understood are taken as they are",
        [says("我要报修", "file_appeal"), says("那个东西又不转了", "nlu_fallback")],
        {"asked": "appeal_where", "what": "那个东西又不转了", "detours": []},
    ),
    (
        "that the place is not known goes to the community's desk",
        [BROKEN, says("不晓得", "deny")],
        {"asked": "appeal_confirmed", "where": "不详", "detours": []},
    ),
    (
        "whatever you like is no place and no anger",
        [BROKEN, says("你们看着办", "anger")],
        {"asked": "appeal_confirmed", "where": "不详", "detours": []},
    ),
    (
        "nothing is what the resident has to say of the place",
        [says("3栋电梯坏了", "file_appeal", building="3栋"), says("没有", "deny")],
        {"asked": "appeal_confirmed", "where": "3栋"},
    ),
    (
        "a bare number is a building",
        [says("青山里电梯坏了", "file_appeal", community="青山里"), says("5", "affirm")],
        {"asked": "appeal_confirmed", "where": "青山里5栋"},
    ),
    (
        "a bare number behind a building is a unit",
        [says("3栋漏水", "file_appeal", building="3栋"), says("2", "affirm"), YES],
        {"asked": None, "where": "3栋2单元"},
    ),
    (
        "a long bare number is a room",
        [says("3栋漏水", "file_appeal", building="3栋"), says("1402")],
        {"where": "3栋1402"},
    ),
    (
        "a floor answers where",
        [BROKEN, says("5楼", place="5楼")],
        {"asked": "appeal_confirmed", "where": "5楼"},
    ),
    (
        "words that sound like a place are one, whatever they were taken for",
        [BROKEN, says("菜场后头", "chitchat")],
        {"asked": "appeal_confirmed", "where": "菜场后头", "detours": []},
    ),
    (
        "a time is no place, so the place is asked again",
        [BROKEN, says("昨天", time="昨天")],
        {"asked": "appeal_where", "where": None, "time": "昨天"},
    ),
    (
        "nothing more to say agrees",
        [LEAK, says("没有了", "deny")],
        {"asked": None, "what": LEAK.text},
    ),
    ("whatever agrees", [LEAK, says("随便", "chitchat")], {"asked": None, "detours": []}),
    ("not knowing does not agree", [LEAK, says("不晓得", "deny")], {"asked": "appeal_confirmed"}),
    (
        "a time at the reading back is added",
        [LEAK, says("昨天", time="昨天")],
        {"asked": "appeal_confirmed", "time": "昨天", "changed": True},
    ),
    (
        "the time was said wrongly",
        [
            says("今天漏水", "file_appeal", community="青山里", building="3栋", time="今天"),
            says("说错了，是昨天晚上", "correct", time="昨天晚上"),
        ],
        {"asked": "appeal_confirmed", "time": "昨天晚上", "changed": True},
    ),
    (
        "that the address is wrong asks for the right one",
        [LEAK, says("地址不对", "deny")],
        {"asked": "appeal_confirmed", "changing": True, "changing_part": "where"},
    ),
    (
        "the right address in words of one's own",
        [LEAK, says("地址不对", "correct"), says("应该是菜场后门", "inform")],
        {"where": "青山里菜场后门", "changed": True, "changing_part": "", "what": LEAK.text},
    ),
    (
        "the right address with a building",
        [LEAK, says("地址不对", "correct"), says("8栋", building="8栋")],
        {"where": "青山里8栋", "what": LEAK.text},
    ),
    (
        "the telephone was written wrongly",
        [LEAK, says("号码打错了", "correct"), says("13912345678", phone="13912345678")],
        {"phone": "13912345678", "changed": True, "changing": False},
    ),
    (
        "a wrong telephone is put right in the words too",
        [
            says("青山里3栋漏水，打13900000000", "file_appeal", community="青山里", building="3栋",
                 phone="13900000000"),
            says("号码打错了，是13912345678", "correct", phone="13912345678"),
        ],
        {"phone": "13912345678", "what": "青山里3栋漏水，打13912345678"},
    ),
    (
        "a bare number at the reading back adds to the place",
        [says("青山里停电了", "file_appeal", community="青山里", category="停水停电"), says("5", "affirm")],
        {"asked": "appeal_confirmed", "where": "青山里5栋", "changed": True},
    ),
    (
        "a spot of which a rule knows but a part",
        [LEAK, says("地址不对", "correct"), says("菜场后门", place="后门")],
        {"where": "青山里菜场后门", "what": LEAK.text},
    ),
    (
        "that it is wrong is no more to be filed, whatever it was taken for",
        [LEAK, says("写得不对", "nlu_fallback")],
        {"asked": "appeal_confirmed", "changing": True, "what": LEAK.text},
    ),
    (
        "nothing is no matter",
        [says("我要投诉", "file_appeal"), says("没有", "deny")],
        {"asked": "appeal_what", "what": None, "detours": []},
    ),
    (
        "the matter was described wrongly",
        [LEAK, says("问题写得不对", "deny"), says("是厨房下水道堵了", "inform")],
        {"what": "厨房下水道堵了", "changed": True},
    ),
    (
        "a letter about nothing that is a neighbourhood's needs no place",
        [says("关于孩子上学的事情。" * 10, "file_appeal")],
        {"asked": "appeal_confirmed", "where": "不详"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("messages", "expected"), [d[1:] for d in DIALOGUES], ids=[d[0] for d in DIALOGUES]
)
def test_dialogue(messages: list[Said], expected: dict[str, Any]) -> None:
    dialogue = Dialogue()
    for message in messages:
        dialogue.hear(message)
    found = {**dialogue.facts.model_dump(), "asked": dialogue.asked, "detours": dialogue.detours}
    found |= {"what": dialogue.draft.what, "where": dialogue.draft.where}
    assert {name: found[name] for name in expected} == expected


def test_an_unsure_detour_is_taken_as_an_answer() -> None:
    dialogue = Dialogue().hear(BROKEN)
    unsure = Said(text="八号门", intent="ask_service", confidence=0.4)
    assert dialogue.hear(unsure).draft.where == "八号门"


@pytest.mark.parametrize("words", ["我家漏水", "家里漏水了", "屋里漏水"])
def test_a_known_home_need_not_be_asked_for(words: str) -> None:
    dialogue = Dialogue(HOME).hear(says(words, "file_appeal", category="漏水"))
    assert dialogue.draft.where == "青山里3栋2单元501" and dialogue.facts.from_home
    assert dialogue.asked == "appeal_confirmed"


def test_home_as_the_answer_to_where() -> None:
    dialogue = Dialogue(HOME).hear(says("漏水了", "file_appeal")).hear(says("就在我家", "inform"))
    assert dialogue.draft.where == "青山里3栋2单元501"


def test_a_place_that_was_told_is_stronger_than_home() -> None:
    said = says("我家楼下青山里8栋门口有垃圾", "file_appeal", community="青山里", building="8栋")
    dialogue = Dialogue(HOME).hear(said)
    assert dialogue.draft.where == "青山里8栋" and not dialogue.facts.from_home


def test_a_corrected_home_is_home_no_more() -> None:
    dialogue = Dialogue(HOME).hear(says("我家漏水", "file_appeal"))
    dialogue.hear(says("不是3栋，是8栋", "correct", building="8栋"))
    assert dialogue.draft.where == "青山里8栋" and not dialogue.facts.from_home


def test_home_is_unknown_to_a_newcomer() -> None:
    assert Dialogue().hear(says("我家漏水", "file_appeal")).asked == "appeal_where"


def test_facts_told_before_need_not_be_told_again() -> None:
    told = Draft(facts=Facts(community="青山里", building="3栋", phone="13800138000"))
    dialogue = Dialogue(draft=told).hear(BROKEN)
    assert dialogue.draft.where == "青山里3栋" and dialogue.asked == "appeal_confirmed"


def test_a_resident_insists_in_words() -> None:
    for words in ("仍要登记", "还是帮我登记吧", "还是要报上去", "就登记这个"):
        assert insists(words), words
    for words in ("好的", "算了", "电梯坏了", "登记一下电梯坏了"):
        assert not insists(words), words


def test_what_was_kept_is_taken_up_by_who_insists() -> None:
    kept = Draft(what="公司拖欠工资", facts=Facts(matter="wages"))
    after = read(kept, says("仍要登记", "file_appeal"), None, {})
    assert after is not None
    assert (after.what, after.where) == ("公司拖欠工资", "不详")
