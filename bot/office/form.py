"""The editor's form in plain Python: from typed text to an entry, complaints in plain Chinese."""

from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.office import words
from knowledge.entries.entry import EntryContent, Exam, Sections

EXAM = ("find", "avoid")
SECTIONS = ("who", "materials", "where", "cost", "time", "steps")
Values = dict[str, Any]


def blank(today: date) -> Values:
    """The values of an empty form."""
    return {
        "title": "",
        "topic": "",
        "questions": "",
        "answer": "",
        **dict.fromkeys(SECTIONS, ""),
        "source": "",
        "local": False,
        "checked_on": today.isoformat(),
        "find": "",
        "avoid": "",
        "belongs": {},
    }


def values_of(content: EntryContent) -> Values:
    """What the form shows for an entry."""
    return {
        "title": content.title,
        "topic": content.topic,
        "questions": "\n".join(content.questions),
        "answer": content.answer,
        **content.sections.model_dump(),
        "source": content.source,
        "local": content.local,
        "checked_on": content.checked_on.isoformat(),
        "find": "\n".join(content.exam.find),
        "avoid": "\n".join(miss.question for miss in content.exam.avoid),
        # Where a near miss belongs is not shown; it stays with its question.
        "belongs": {miss.question: miss.belongs for miss in content.exam.avoid},
    }


def with_question(values: Values, question: str) -> Values:
    """The values with one more question of residents, unless it stands there already."""
    questions = dict.fromkeys([*_lines(values["questions"]), question])
    return values | {"questions": "\n".join(questions)}


def content_of(values: Values) -> EntryContent:
    """The entry that was typed; raises pydantic's ValidationError."""
    own = {*SECTIONS, *EXAM, "belongs"}
    fields = {name: value for name, value in values.items() if name not in own}
    fields["questions"] = _lines(values["questions"])
    fields["sections"] = {name: values[name] or "" for name in SECTIONS}
    fields["exam"] = {
        "find": _lines(values["find"]),
        "avoid": [
            {"question": line, "belongs": values["belongs"].get(line, "")}
            for line in dict.fromkeys(_lines(values["avoid"]))
        ],
    }
    return EntryContent.model_validate(fields)


def as_typed(values: Values, checked_on: date) -> EntryContent:
    """The entry as far as it is written, unjudged: for a look, never to be stored.

    `checked_on` stands in where the typed date is none.
    """
    kept = {"local", "belongs"}
    text = {name: (value or "").strip() for name, value in values.items() if name not in kept}
    return EntryContent.model_construct(
        title=text["title"],
        topic=text["topic"],
        questions=_lines(text["questions"]),
        answer=text["answer"],
        sections=Sections(**{name: text[name] for name in SECTIONS}),
        source=text["source"],
        local=bool(values["local"]),
        checked_on=typed_date(values) or checked_on,
        exam=Exam(),
    )


def typed_date(values: Values) -> date | None:
    try:
        return date.fromisoformat(values["checked_on"] or "")
    except ValueError:
        return None


def complaints(values: Values) -> dict[str, str]:
    """What is wrong with which field; empty if all is well."""
    try:
        content_of(values)
    except ValidationError as error:
        found: dict[str, str] = {}
        for each in error.errors():
            place = each["loc"]
            name = str(place[1] if place[0] in ("sections", "exam") else place[0])
            found.setdefault(name, _complaint(each, place))
        return found
    return {}


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _complaint(error: Any, place: tuple[int | str, ...]) -> str:
    kind, context, typed = error["type"], error.get("ctx", {}), error["input"]
    if place[0] == "checked_on":
        return words.PICK_A_DATE
    if place[0] == "exam" and len(place) > 2:
        return words.line_too_long(int(place[2]) + 1, context["max_length"])
    if place[0] == "questions" and len(place) == 2:
        return words.line_too_long(int(place[1]) + 1, context["max_length"])
    if place[0] == "questions":
        return words.NO_QUESTION
    if kind == "string_too_long":
        return words.too_long(context["max_length"], len(str(typed).strip()))
    if kind == "string_too_short" and typed:
        return words.too_short(context["min_length"])
    return words.FILL_IN
