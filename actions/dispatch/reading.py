"""What is wrong with dispatch rules that somebody wrote, told in Chinese with the line."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from knowledge.yaml_file import BadFile, Lines

Known = TypeVar("Known")

_MESSAGES = {
    "missing": "没有写",
    "extra_forbidden": "没有这一栏，请看看是不是写错了字",
    "string_too_short": "太短了，请写清楚",
    "string_too_long": "太长了",
    "too_short": "至少要写一个",
    "string_type": "要写成文字",
    "tuple_type": "要写成一列",
    "dict_type": "下面要写成“名称: 内容”",
    "model_type": "下面要写成“名称: 内容”",
}


class BadRules(ValueError):
    """Rules that cannot be used (规则有误); `problems` says where and why, in Chinese."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = tuple(problems)

    @classmethod
    def of_yaml(cls, error: BadFile) -> "BadRules":
        cause = error.__cause__
        if not isinstance(cause, yaml.MarkedYAMLError) or cause.problem_mark is None:
            return cls(["看不懂：最外层要写“规则:”和“兜底:”两部分。"])
        line = cause.problem_mark.line + 1
        if "stands twice" in str(cause.problem):
            return cls([f"第 {line} 行起的这一段里，同一栏写了两次。"])
        return cls([f"第 {line} 行附近的写法不对：请检查缩进、冒号和方括号，不要用全角的冒号。"])


def problems_in(error: ValidationError, content: Lines) -> list[str]:
    """One sentence a problem: 第 12 行“电梯”：“主办”没有写。"""
    told = []
    for each in error.errors():
        place, path = content, list(each["loc"])
        line, name = 0, ""
        for step in each["loc"]:
            place = _inside(place, step)
            if isinstance(place, Lines):
                line, name = place.line, str(place.get("名称") or name)
        column = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        where = (f"第 {line} 行" if line else "") + (f"“{name}”" if name else "")
        about = f"“{column}”" if column else ""
        told.append(f"{where}：{about}{_reason(each)}。" if where else f"{about}{_reason(each)}。")
    return list(dict.fromkeys(told))


def one_of(known: Mapping[str, Known], what: str) -> Callable[[Any], Known]:
    """A validator that takes the names of `known` and says in Chinese which there are."""

    def find(value: Any) -> Known:
        if isinstance(value, str) and value in known:
            return known[value]
        names = "、".join(name for name in known if not name.isascii())
        raise ValueError(f"里的“{value}”不是{what}，可以写：{names}")

    return find


def yes_or_no(value: Any) -> Any:
    """是 and 否 beside YAML's own true and false."""
    if value in ("是", "否"):
        return value == "是"
    if not isinstance(value, bool):
        raise ValueError("要写 是 或 否")
    return value


def _inside(place: Any, step: Any) -> Any:
    try:
        return place[step]
    except (KeyError, IndexError, TypeError):
        return place if isinstance(place, Lines) else None


def _reason(problem: Any) -> str:
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return _MESSAGES.get(problem["type"], "写得不对")
