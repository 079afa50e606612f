"""The community's category tree in plain Python: groups (大类), leaves (小类), official places."""

from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from knowledge.settings import PROJECT_ROOT
from knowledge.yaml_file import parsed, read_yaml

CATEGORIES_FILE = PROJECT_ROOT / "knowledge" / "content" / "categories.yaml"
OTHER = "其他"

Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Leaf(BaseModel):
    """A leaf: what it covers, what is easily taken for it, who deals with it, where it belongs.

    `dispatch` is the wider key that parties name in `handles`; `official` is level 1 to 3 of the
    official tree.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    covers: str = Field(min_length=1)
    easily_confused: dict[str, str] = Field(default_factory=dict, alias="not")
    dispatch: Key
    official: tuple[str, str, str]


class Group(BaseModel):
    """A group of leaves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    leaves: tuple[Leaf, ...] = Field(min_length=1)


class CategoryTree(BaseModel):
    """All groups, in the order in which people see them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: tuple[Group, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> "CategoryTree":
        keys = self.keys
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"leaves stand twice: {'、'.join(sorted(twice))}")
        if OTHER not in keys:
            raise ValueError(f"the leaf {OTHER} is missing")
        return self

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for group in self.groups for leaf in group.leaves)

    @property
    def keys(self) -> tuple[str, ...]:
        """The leaves by name."""
        return tuple(leaf.key for leaf in self.leaves)

    @property
    def dispatch_keys(self) -> tuple[str, ...]:
        """What parties can be responsible for, each once."""
        return tuple(dict.fromkeys(leaf.dispatch for leaf in self.leaves))

    def dispatch_of(self, category: str) -> str:
        """The dispatch key of a leaf; a category that is no leaf stands for itself."""
        found = (leaf.dispatch for leaf in self.leaves if leaf.key == category)
        return next(found, category)


@cache
def category_tree() -> CategoryTree:
    """The tree of the project, read once; raises BadFile with the reason."""
    return parsed(CategoryTree, read_yaml(CATEGORIES_FILE), CATEGORIES_FILE.name)
