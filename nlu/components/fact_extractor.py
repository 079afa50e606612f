"""Reads facts out of a message: community, building, unit, room, place, phone, time, problem.

Rules of our own rather than a learned tagger: house numbers follow a small grammar, and a rule that
is wrong can be read and mended.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Pattern, Text, Tuple

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.numerals import NUMBER, to_arabic

Fact = Dict[Text, Any]

_BUILDING = re.compile(rf"(?:([A-Za-z])[区座])?({NUMBER})\s*(?:号楼|栋|幢|座|#楼?|号栋|号院)")
_UNIT = re.compile(rf"({NUMBER})\s*单元")
_AFTER_UNIT = re.compile(
    r"(?:单元|栋|幢|号楼)\s*(?:第)?(\d{3,4}|[零〇一二三四五六七八九]{3,4}|[一二三四五六七八九]百[零〇一二三四五六七八九十]{0,3})"
    r"(?![\d零〇一二三四五六七八九十百])\s*(?:室|号房?|房)?"
)
_ROOM = re.compile(r"(?<!\d)(\d{3,4}|[一二三四五六七八九][零〇一二三四五六七八九]{2,3})\s*(?:室|房)")
_DASHED = re.compile(r"(?<![\d\-–])(\d{1,3})\s*[-–—]\s*(\d{1,2})\s*[-–—]\s*(\d{2,4})(?![\d\-–])")
_FLOOR = re.compile(rf"({NUMBER})\s*[楼层](?!栋|上|下|道|梯)")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_COMMUNITY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9·]{2,10}?(?:小区|花园|花苑|家园|新村|公寓|雅苑|新城|山庄|公馆|华府|名苑|社区|大院|宿舍)"
)
_ROAD = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:大道|路|街|巷|大街)(?:\d+号)?(?:与[\u4e00-\u9fff]{2,6}?(?:大道|路|街)(?:交叉口|交汇处|路口)?)?")
_TIME = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|(?:今|昨|前|大前)[天晚](?:早上|上午|中午|下午|晚上|夜里|凌晨)?"
    r"(?:[\d一二两三四五六七八九十]{1,3}点(?:多|半|钟|\d{1,2}分)?)?|(?:上|这|本)个?(?:星期|周|礼拜|月)(?:[一二三四五六日天])?"
    r"|(?:凌晨|半夜|早上|上午|中午|下午|晚上|夜里)(?:[\d一二两三四五六七八九十]{1,3}点(?:多|半|钟)?)?"
    r"|(?:好几|[\d一二两三四五六七八九十几半]{1,3})个?(?:天|星期|周|礼拜|个?月|年|小时)(?:了|多|前)?"
)
# What often stands before a community's name and is not part of it.
_LEAD = re.compile(
    r"^.*(?:看看|我想来?|参加|我是|我们?住?在|住在|位于|咱们?|我家|来自|关于|反映|在|是|的|到|从|请问|投诉|这个|那个|我们|这里|，|,|。|、|：)"
)
_NOT_NAMES = {"小区", "社区", "这个小区", "我们小区", "本小区", "整个小区", "全小区", "该小区", "我小区"}


class Rules(NamedTuple):
    """What `facts.yml` holds."""

    communities: Pattern[Text]
    places: List[Pattern[Text]]
    problems: List[Tuple[Text, Pattern[Text]]]


def load_rules(path: Path) -> Rules:
    """Names of communities, place patterns, and problem patterns by category."""
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Rules(
        communities=re.compile(rules["communities"]),
        places=[re.compile(pattern) for pattern in rules["places"]],
        problems=[(category, re.compile(p)) for category, p in rules["problems"].items()],
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Entities by rule; house numbers come out in one form (3栋, 2单元, 501)."""

    def __init__(self) -> None:
        self._rules = load_rules(Path(__file__).with_name("facts.yml"))

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactExtractor":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            if text:
                facts = self.facts(text)
                known = message.get(ENTITIES, [])
                message.set(
                    ENTITIES, known + self.add_extractor_name(facts), add_to_output=True
                )
        return messages

    def facts(self, text: Text) -> List[Fact]:
        """All facts of a message; positions are those of the text as it was typed."""
        # Only one-to-one folding keeps the positions: 3栋 in full width is 3栋 all the same.
        plain = "".join(_half_width(character) for character in text)
        return [
            *self._address(plain),
            *_matches("phone", _PHONE, plain, clean=lambda m: re.sub(r"\D", "", m.group())),
            *_matches("time", _TIME, plain, limit=2),
            *self._community(plain),
            *self._place(plain),
            *self._problem(plain),
        ]

    def _address(self, text: Text) -> List[Fact]:
        dashed = _DASHED.search(text)
        if dashed and not _BUILDING.search(text):
            return [
                _fact("building", f"{dashed.group(1)}栋", dashed.span(1)),
                _fact("unit", f"{dashed.group(2)}单元", dashed.span(2)),
                _fact("room", dashed.group(3), dashed.span(3)),
            ]
        found: List[Fact] = []
        building, unit = _BUILDING.search(text), _UNIT.search(text)
        if building:
            area = f"{building.group(1).upper()}区" if building.group(1) else ""
            value = f"{area}{to_arabic(building.group(2))}栋"
            found.append(_fact("building", value, building.span()))
        if unit:
            found.append(_fact("unit", f"{to_arabic(unit.group(1))}单元", unit.span()))
        if building or unit:
            start = max(m.end() for m in (building, unit) if m)
            after = _AFTER_UNIT.match(text, _unit_word_start(text, start))
            if after:
                found.append(_fact("room", to_arabic(after.group(1)), after.span(1)))
        if not any(fact["entity"] == "room" for fact in found):
            found += _matches("room", _ROOM, text, clean=lambda m: to_arabic(m.group(1)), limit=1)
        return found

    def _community(self, text: Text) -> List[Fact]:
        known = self._rules.communities.search(text)
        if known:
            return [_fact("community", known.group(), known.span())]
        for match in _COMMUNITY.finditer(text):
            name = match.group()
            lead = _LEAD.match(name)
            start = match.start() + (lead.end() if lead else 0)
            name = text[start : match.end()]
            if len(name) >= 3 and name not in _NOT_NAMES:
                return [_fact("community", name, (start, match.end()))]
        return []

    def _place(self, text: Text) -> List[Fact]:
        for match in _ROAD.finditer(text):
            lead = _LEAD.match(match.group())
            start = match.start() + (lead.end() if lead else 0)
            if match.end() - start >= 3:
                return [_fact("place", text[start : match.end()], (start, match.end()))]
        spots = [m for pattern in self._rules.places for m in [pattern.search(text)] if m]
        if spots:
            first = min(spots, key=lambda m: m.start())
            return [_fact("place", first.group(), first.span())]
        floor = _FLOOR.search(text)
        return [_fact("place", floor.group(), floor.span())] if floor else []

    def _problem(self, text: Text) -> List[Fact]:
        best: Optional[Tuple[int, Text, Any]] = None
        for category, pattern in self._rules.problems:
            match = pattern.search(text)
            if match and (best is None or match.start() < best[0]):
                best = (match.start(), category, match)
        if best is None:
            return []
        _, category, match = best
        problem = _fact("problem", match.group(), match.span())
        return [problem, _fact("category", category, match.span())]


def _unit_word_start(text: Text, end: int) -> int:
    """Where the word 单元/栋/号楼 that ends at `end` begins."""
    for word in ("号楼", "单元", "栋", "幢"):
        if text[:end].endswith(word):
            return end - len(word)
    return end


def _half_width(character: Text) -> Text:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _fact(entity: Text, value: Text, span: Tuple[int, int]) -> Fact:
    return {"entity": entity, "value": value, "start": span[0], "end": span[1]}


def _matches(
    entity: Text,
    pattern: Pattern[Text],
    text: Text,
    clean: Any = lambda match: match.group(),
    limit: int = 3,
) -> List[Fact]:
    found = list(pattern.finditer(text))[:limit]
    return [_fact(entity, clean(match), match.span()) for match in found]
