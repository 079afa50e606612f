"""What a party asks to do (办理请求), and the deed that it means."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from actions.appeals import deeds
from actions.appeals.life import Move
from bot.party import words

# A day that is promised lasts until the end of its work.
_DAY_ENDS = time(18)


class Unsaid(ValueError):
    """Something that the deed needs is missing; its text is Chinese and says what."""


class Wish(BaseModel):
    """One deed of a party; which fields it needs depends on `move`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    move: Literal["sign", "start", "contact", "note", "answer", "return", "extend", "resume"]
    words: deeds.Words = Field(
        "", description="办结的答复、退单或延期的原因、联系经过、备注；answer、return、extend 必填"
    )
    evidence: deeds.Words = Field("", description="退单的依据；没有照片时必填")
    stage: Literal["", "before", "after"] = Field(
        "", description="备注的照片是处理前（before）还是处理后（after）拍的"
    )
    until: date | None = Field(None, description="延期到哪一天（当天下午 6 点）；extend 必填")
    photos: Annotated[list[str], Field(max_length=9)] = Field(
        [], description="上传照片时得到的 ticket"
    )
    version: int | None = Field(None, description="看到的版本；别人先改过就回 409")


def deed_of(wish: Wish, photos: list[int], zone: ZoneInfo) -> deeds.Deed:
    """The deed with photos by their media ids; raises `Unsaid`."""
    said, move = wish.words, Move(wish.move)
    if move in words.UNSAID and not said:
        raise Unsaid(words.UNSAID[move])
    match move:
        case Move.SIGN:
            return deeds.Sign()
        case Move.START:
            return deeds.Start(note=said)
        case Move.CONTACT:
            return deeds.Contact(note=said)
        case Move.RESUME:
            return deeds.Resume(note=said)
        case Move.ANSWER:
            return deeds.Answer(answer=said, photos=photos)
        case Move.RETURN:
            if not (wish.evidence or photos):
                raise Unsaid(words.NO_EVIDENCE)
            return deeds.Return(reason=said, evidence=wish.evidence, photos=photos)
        case Move.EXTEND:
            if wish.until is None:
                raise Unsaid(words.NO_DAY)
            until = datetime.combine(wish.until, _DAY_ENDS, zone)
            return deeds.Extend(reason=said, until=until)
        case _:
            if not (said or photos):
                raise Unsaid(words.EMPTY_NOTE)
            stage = words.STAGES.get(wish.stage, "")
            note = "：".join(part for part in (stage, said) if part)
            return deeds.Note(note=note[: deeds.WORDS_MOST], photos=photos)
