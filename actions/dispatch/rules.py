"""Dispatch rules (派单规则) in plain Python: read from YAML, the first that fits decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from actions.appeals.appeal import URGENCY_WORDS, Urgency
from actions.dispatch.reading import BadRules, one_of, problems_in, yes_or_no
from knowledge.categories.tree import category_tree
from knowledge.places.place import CommunityKind, PartyKind
from knowledge.yaml_file import BadFile, yaml_of

ENDS_WITH = "…"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


def _listed(value: Any) -> Any:
    return [] if value is None else value if isinstance(value, list) else [value]


def _category(value: Any) -> str:
    tree = category_tree()
    known = {*tree.keys, *tree.dispatch_keys, *(group.key for group in tree.groups)}
    if value not in known:
        raise ValueError(f"没有“{value}”这个类别")
    return str(value)


_URGENCIES = {name: level for level in Urgency for name in (level.value, URGENCY_WORDS[level])}
_KINDS = {name: kind for kind in CommunityKind for name in (kind.value, kind.label)}
_PARTIES = {name: kind for kind in PartyKind for name in (kind.value, kind.label)}
Category = Annotated[str, BeforeValidator(_category)]
Kind = Annotated[CommunityKind, BeforeValidator(one_of(_KINDS, "社区类型"))]
PartyName = Annotated[PartyKind, BeforeValidator(one_of(_PARTIES, "责任主体"))]
Level = Annotated[Urgency, BeforeValidator(one_of(_URGENCIES, "紧急程度"))]
Flag = Annotated[bool, BeforeValidator(yes_or_no)]
Listed = BeforeValidator(_listed)


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be dispatched: its category, the type of community if known, what was said."""

    category: str
    kind: CommunityKind | None = None
    place: str = ""
    content: str = ""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Condition(_Strict):
    name: Text = Field(alias="名称")
    categories: Annotated[tuple[Category, ...], Listed] = Field((), alias="类别")
    kinds: Annotated[tuple[Kind, ...], Listed] = Field((), alias="社区")
    places: Annotated[tuple[Text, ...], Listed] = Field((), alias="地点")
    words: Annotated[tuple[Text, ...], Listed] = Field((), alias="含词")
    why: Why = Field(alias="理由")

    def fits(self, case: Case, places: frozenset[str]) -> bool:
        """Whether every condition holds; `places` are the kinds of place that the case tells."""
        said = case.place + case.content
        return (
            (not self.categories or not _names(case.category).isdisjoint(self.categories))
            and (not self.kinds or case.kind in self.kinds)
            and (not self.places or not places.isdisjoint(self.places))
            and (not self.words or any(word in said for word in self.words))
        )


class Duty(_Strict):
    """Who acts: `lead` in order of preference, everybody of `helpers` whom the community has."""

    lead: Annotated[tuple[PartyName, ...], Listed, Field(min_length=1)] = Field(alias="主办")
    helpers: Annotated[tuple[PartyName, ...], Listed] = Field((), alias="协办")
    secretary: Flag = Field(False, alias="书记牵头")
    mediator: Flag = Field(False, alias="需要调解")
    why: Why = Field(alias="理由")


class Rule(_Condition, Duty):
    """Who acts in which cases (一条规则)."""


class Haste(_Condition):
    """Which cases are at least so pressing, whoever acts (紧急程度)."""

    urgency: Level = Field(Urgency.URGENT, alias="程度")


class Fallback(Duty):
    """Who acts where no rule fits (兜底)."""

    name: ClassVar[str] = "兜底"


class RuleBook(_Strict):
    """All rules, in the order in which they are asked."""

    groups: dict[Text, Annotated[tuple[Kind, ...], Listed]] = Field({}, alias="社区分组")
    places: dict[Text, Annotated[tuple[Text, ...], Listed]] = Field({}, alias="地点")
    hastes: tuple[Haste, ...] = Field((), alias="紧急程度")
    rules: tuple[Rule, ...] = Field(alias="规则")
    fallback: Fallback = Field(alias="兜底")

    @model_validator(mode="before")
    @classmethod
    def _without_groups(cls, content: Any) -> Any:
        """Community groups stand for their kinds; whatever else is wrong shows later."""
        if not isinstance(content, dict) or not isinstance(content.get("社区分组"), dict):
            return content
        groups = {name: _listed(kinds) for name, kinds in content["社区分组"].items()}
        opened = {
            part: [_opened(entry, groups) for entry in content[part]]
            for part in ("规则", "紧急程度")
            if isinstance(content.get(part), list)
        }
        return {**content, **opened}

    @model_validator(mode="after")
    def _consistent(self) -> "RuleBook":
        names = [each.name for each in (*self.rules, *self.hastes)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"规则重名：{'、'.join(twice)}")
        used = {place for each in (*self.rules, *self.hastes) for place in each.places}
        if unknown := sorted(used - self.places.keys()):
            raise ValueError(f"“地点”里没有：{'、'.join(unknown)}")
        return self

    def decide(self, case: Case) -> Rule | Fallback:
        """The first rule that fits, else the fallback."""
        places = self.places_of(case)
        return next((rule for rule in self.rules if rule.fits(case, places)), self.fallback)

    def haste(self, case: Case) -> Haste | None:
        """Why a case is pressing, None where it is not."""
        places = self.places_of(case)
        return next((haste for haste in self.hastes if haste.fits(case, places)), None)

    def places_of(self, case: Case) -> frozenset[str]:
        """The kinds of place that the place tells; only where it tells none, the content."""
        return self._places_in(case.place) or self._places_in(case.content)

    def _places_in(self, text: str) -> frozenset[str]:
        return frozenset(
            name for name, words in self.places.items() if any(_told(word, text) for word in words)
        )


def read_rules(text: str) -> RuleBook:
    """The rules of a YAML text. Raises BadRules with all that is wrong, in Chinese, by line."""
    try:
        content = yaml_of(text, "派单规则")
    except BadFile as error:
        raise BadRules.of_yaml(error) from error
    try:
        return RuleBook.model_validate(content)
    except ValidationError as error:
        raise BadRules(problems_in(error, content)) from error


def _names(category: str) -> frozenset[str]:
    """What a rule may call a category: leaf, group, and a dispatch key that is no other leaf."""
    tree = category_tree()
    names = {category}
    key = tree.dispatch_of(category)
    if key not in tree.keys:
        names.add(key)
    names.update(g.key for g in tree.groups if any(leaf.key == category for leaf in g.leaves))
    return frozenset(names)


def _opened(entry: Any, groups: Mapping[Any, Sequence[Any]]) -> Any:
    if not isinstance(entry, dict) or "社区" not in entry:
        return entry
    kinds = [kind for name in _listed(entry["社区"]) for kind in groups.get(name, [name])]
    opened = entry.copy()
    opened["社区"] = kinds
    return opened


def _told(word: str, text: str) -> bool:
    if word.startswith(ENDS_WITH):
        return text.endswith(word.removeprefix(ENDS_WITH))
    return word in text
