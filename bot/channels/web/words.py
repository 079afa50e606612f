"""Every word that the resident's page shows, read from `words.yaml` and checked at the start."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("words.yaml")


class Example(BaseModel):
    """A question that the opening card offers; `icon` is drawn in `page.html`."""

    model_config = ConfigDict(extra="forbid")

    icon: str
    say: str


class Call(BaseModel):
    """An emergency number."""

    model_config = ConfigDict(extra="forbid")

    number: str
    name: str


class PageWords(BaseModel):
    """What the browser shows by itself; every other field is plain text."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]

    examples: list[Example]
    calls: list[Call]


class Answers(BaseModel):
    """What the server tells the page."""

    model_config = ConfigDict(extra="forbid")

    bad_frame: str
    too_long: str
    empty: str
    too_fast: str
    not_kept: str
    bad_photo: str
    photo_too_big: str
    photo_too_many: str
    photo_missing: str
    expired: str
    refused: str


class MineAnswers(BaseModel):
    """What the server tells the page 我的诉求."""

    model_config = ConfigDict(extra="forbid")

    unknown: str
    refused: str
    missing: str
    too_fast: str
    bad_photo: str
    unclear: str


class Words(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    title: str
    subtitle: str
    seal: str
    page: PageWords
    answers: Answers
    mine: dict[str, str]
    mine_answers: MineAnswers


def load_words(file: Path = FILE) -> Words:
    return Words.model_validate(yaml.safe_load(file.read_text("utf-8")))
