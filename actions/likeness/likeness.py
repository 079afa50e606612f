"""How likely two appeals tell of the same problem (疑似重复): a few signs, weighed by a small model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from actions.likeness.telling import RareGrams, Telling
from knowledge.categories.tree import OTHER, category_tree
from knowledge.places.geometry import metres_between
from knowledge.yaml_file import parsed, read_yaml

_HERE = Path(__file__).parent
MEANING = "meaning"
SIGNS = (
    MEANING,
    "words",
    "same_place",
    "other_place",
    "same_spot",
    "other_number",
    "same_leaf",
    "windows_apart",
)
# Cosines of the shipped encoder lie between 0.83 and 1; so stretched they weigh like other signs.
_USUAL_COSINE, _STRETCH = 0.9, 10
# So far apart two people may stand who tell of the same thing.
_NEAR_METRES = 200
# What these count are houses; other numbers tell whatever apart.
_HOUSES = frozenset({"栋", "单元"})


class BurstRule(BaseModel):
    """So many households within so many minutes are a burst (突发).

    Who comes within `quiet_minutes` after the alert belongs to the same one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    households: int = Field(ge=2)
    minutes: int = Field(ge=1)
    quiet_minutes: int = Field(ge=1)

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def quiet(self) -> timedelta:
        return timedelta(minutes=self.quiet_minutes)


class Rules(BaseModel):
    """What people decide about likeness.

    Windows in days by leaf or group; leaves that concern a whole estate; `private` ones, of which
    no other resident is told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    default_days: int = Field(ge=1)
    days: dict[str, int]
    estate_wide: frozenset[str]
    private: frozenset[str]
    burst: BurstRule

    @model_validator(mode="after")
    def _known(self) -> "Rules":
        leaves = groups()
        unknown = self.days.keys() - {*leaves, *leaves.values()}
        unknown |= (self.estate_wide | self.private) - leaves.keys()
        if unknown:
            raise ValueError(f"no leaf or group of the tree: {'、'.join(sorted(unknown))}")
        return self

    def window(self, category: str) -> timedelta:
        """For how long an open appeal may be the same problem: by leaf, by group, else the default."""
        group = groups().get(category, "")
        days = self.days.get(category) or self.days.get(group) or self.default_days
        return timedelta(days=days)

    def concerns_all(self, category: str) -> bool:
        """Whether such a problem is that of a whole estate rather than of one house."""
        return category in self.estate_wide


class Weights(BaseModel):
    """One model's numbers: a weight a sign, what is added, and from where on it counts as likely."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, float]
    bias: float
    threshold: float = Field(gt=0, lt=1)

    def weigh(self, signs: Mapping[str, float]) -> float:
        """How likely, 0 to 1; a sign without a weight does not count."""
        total = self.bias + sum(weight * signs[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-total))


class Models(BaseModel):
    """`recorded`: both places are on record; `told`: they stand in the words at best.

    The other two serve while no encoder does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    told: Weights
    recorded: Weights
    told_by_words: Weights
    recorded_by_words: Weights

    @model_validator(mode="after")
    def _known(self) -> "Models":
        for model in (self.told, self.recorded, self.told_by_words, self.recorded_by_words):
            unknown = model.weights.keys() - set(SIGNS)
            if unknown:
                raise ValueError(f"no such sign: {'、'.join(sorted(unknown))}")
        return self


@dataclass(frozen=True)
class Verdict:
    """How likely, and whether that is enough to speak of it."""

    probability: float
    likely: bool


@dataclass(frozen=True)
class Likeness:
    """Compares tellings; all files are read by `load()`."""

    models: Models
    rules: Rules
    rare: RareGrams

    @classmethod
    def load(cls, folder: Path = _HERE) -> "Likeness":
        """Reads weights.yaml, rules.yaml and rare_grams.npy; raises BadFile with the reason."""
        models = parsed(Models, read_yaml(folder / "weights.yaml"), "weights.yaml")
        rules = parsed(Rules, read_yaml(folder / "rules.yaml"), "rules.yaml")
        return cls(models, rules, RareGrams.load(folder / "rare_grams.npy"))

    def compare(self, one: Telling, other: Telling) -> Verdict:
        """The verdict on two tellings, whichever comes first; two communities share no problem."""
        if _in_two_communities(one, other):
            return Verdict(0.0, False)
        signs = self.signs(one, other)
        model = self._model(one, other, by_words=one.vector is None or other.vector is None)
        probability = model.weigh(signs)
        return Verdict(probability, probability >= model.threshold)

    def worth_encoding(self, one: Telling, other: Telling) -> float:
        """0 where the same meaning would not make it likely; else more, the likelier it looks."""
        model = self._model(one, other, by_words=False)
        at_best = model.weigh({**self.signs(one, other), MEANING: _stretched(1.0)})
        return at_best if at_best >= model.threshold else 0.0

    def signs(self, one: Telling, other: Telling) -> dict[str, float]:
        """The models' input, by name."""
        same, apart = _place(one, other)
        leaf = one.category == other.category and one.category not in ("", OTHER)
        wide = self.rules.concerns_all(one.category) or self.rules.concerns_all(other.category)
        house, number = _numbers(one, other, wide)
        window = min(self.rules.window(one.category), self.rules.window(other.category))
        return {
            MEANING: _meaning(one, other),
            "words": self.rare.shared(one, other),
            "same_place": same,
            "other_place": apart,
            "same_spot": float(leaf and (house or wide)),
            "other_number": float(number),
            "same_leaf": float(leaf),
            "windows_apart": min(abs(one.at - other.at) / window, 2.0),
        }

    def _model(self, one: Telling, other: Telling, by_words: bool) -> Weights:
        if on_record(one, other):
            return self.models.recorded_by_words if by_words else self.models.recorded
        return self.models.told_by_words if by_words else self.models.told


def on_record(one: Telling, other: Telling) -> bool:
    """Whether both stand in the same community of the place directory."""
    return one.community_id is not None and one.community_id == other.community_id


@cache
def groups() -> Mapping[str, str]:
    """The group of each leaf."""
    return {leaf.key: group.key for group in category_tree().groups for leaf in group.leaves}


def _meaning(one: Telling, other: Telling) -> float:
    if one.vector is None or other.vector is None:
        return 0.0
    return _stretched(float(one.vector @ other.vector))


def _stretched(cosine: float) -> float:
    return _STRETCH * (cosine - _USUAL_COSINE)


def _place(one: Telling, other: Telling) -> tuple[float, float]:
    """(same place, another place): by record, by location, else by names in the words."""
    if on_record(one, other) or _in_two_communities(one, other):
        same = on_record(one, other)
    elif one.point is not None and other.point is not None:
        same = _near_by(one, other)
    elif one.names and other.names:
        same = any(_one_name(a, b) for a in one.names for b in other.names)
    else:
        return 0.0, 0.0
    return float(same), float(not same)


def _in_two_communities(one: Telling, other: Telling) -> bool:
    """Whether both are on record apart, and not where two communities meet."""
    known = one.community_id is not None and other.community_id is not None
    return known and not on_record(one, other) and not _near_by(one, other)


def _near_by(one: Telling, other: Telling) -> bool:
    if one.point is None or other.point is None:
        return False
    return metres_between(one.point, other.point) <= _NEAR_METRES


def _one_name(one: str, other: str) -> bool:
    """梅溪湖嘉顺苑 and 嘉顺苑: a name may be told in fewer characters."""
    short, long = sorted((one, other), key=len)
    return long == short or (len(short) >= 3 and short in long)


def _numbers(one: Telling, other: Telling, wide: bool) -> tuple[bool, bool]:
    """(the same house, a number that contradicts); houses do not where the estate is concerned."""
    mine, theirs = one.numbers, other.numbers
    counted = [unit for unit in mine.keys() & theirs.keys() if not (wide and unit in _HOUSES)]
    apart = any(not mine[unit] & theirs[unit] for unit in counted)
    house = bool(mine.get("栋", frozenset()) & theirs.get("栋", frozenset()))
    return house, apart
