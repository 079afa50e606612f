"""What residents say of an answer (评价): solved or not, and how satisfied they are."""

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.appeal_actions import OnAppeal, kept
from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Deed
from actions.appeals.life import ANSWERED, AppealStatus
from actions.following import Followed
from actions.speaking import Heard, Pairs, speak
from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnNote

_NOT_SOLVED = re.compile(
    r"(?:没有?|还没|未|冇)(?:[^不，,。]{0,4})(?:解决|修好|弄好|办好|搞好|处理|修|好)|还(?:在|是)(?:漏|坏|堵|吵|响|臭|黑|停|不)|又(?:坏|漏|堵)"
)
_SOLVED = re.compile(r"(?:解决|修好|弄好|办好|搞好|处理好|好)(?:了|啦|咯)")
# Tried in this order; "2分钟" is no rating.
_STARS = (
    (1, re.compile(r"非常不满意|很不满意|太差|一星|1(?:星|分(?!钟))|垃圾|差评")),
    (
        2,
        re.compile(
            r"不满|不太满意|没修|没解决|没办|没好|不行|不太?好|不怎么|失望|糟|两星|二星|2(?:星|分(?!钟))|差(?!不多)"
        ),
    ),
    (3, re.compile(r"基本满意|一般|还行|还可以|凑合|马马虎虎|差不多|三星|3(?:星|分(?!钟))")),
    (
        5,
        re.compile(
            r"非常满意|很满意|蛮满意|特别|太好|五星|5(?:星|分(?!钟))|好评|点赞|不错|蛮好|很好"
        ),
    ),
    (4, re.compile(r"满意|好|可以|四星|4(?:星|分(?!钟))")),
)


_SATISFIED, _NOT_SATISFIED = 4, 2


class Rate(OnAppeal):
    """What the resident says of the answer: solved or not, and how satisfied, on five levels."""

    wanted = ANSWERED

    def name(self) -> str:
        return "action_rate"

    def _meant(self, newest: Sequence[Appeal]) -> Appeal:
        """What waits for a rating; else the newest, so that nothing old is taken up by mistake."""
        waiting = (each for each in newest if each.status is AppealStatus.DONE)
        going_on = (each for each in newest if each.is_open or each.status in ANSWERED)
        return next(waiting, next(going_on, newest[0]))

    async def _of_joined(self, heard: Heard, joined: Followed) -> str:
        said = heard.question
        stars = next((n for n, pattern in _STARS if pattern.search(said)), None)
        solved = not _NOT_SOLVED.search(said) and (stars or _SATISFIED) > _NOT_SATISFIED
        satisfied = stars if solved or (stars or _SATISFIED) <= _NOT_SATISFIED else None
        return await self._following.say(joined, solved, satisfied, kept(heard))

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        note, said = TurnNote(outcome=Outcome.ANSWERED), heard.question
        if appeal.status not in ANSWERED:
            now = await self._standing(appeal)
            later = texts.RATE_LATER if appeal.is_open else texts.RATE_ENDED
            return later.format(number=appeal.number, standing=now), note, ()
        stars = next((n for n, pattern in _STARS if pattern.search(said)), None)
        if _NOT_SOLVED.search(said):
            return await self._again(heard, appeal, stars), note, ()
        if stars is None and _SOLVED.search(said):
            return await self._solved(heard, appeal), note, texts.RATE_BUTTONS
        stars = stars or _SATISFIED
        solved = stars >= _SATISFIED
        await self._do(
            heard, appeal, deeds.Rate(satisfaction=stars, solved=solved, note=kept(heard))
        )
        if stars <= _NOT_SATISFIED:
            note.outcome = Outcome.HANDED_OFF
            detail = f"对诉求 {appeal.number} 不满意：{said}"
            note.handoff = HandoffAsk(reason=HandoffReason.ASKED, detail=detail, priority=1)
            return texts.RATED_LOW.format(number=appeal.number), note, ()
        return texts.RATED.format(number=appeal.number), note, ()

    async def _solved(self, heard: Heard, appeal: Appeal) -> str:
        if appeal.status is AppealStatus.DONE:
            await self._do(
                heard, appeal, deeds.CallBack(contacted=True, solved=True, note=kept(heard))
            )
        return texts.SOLVED.format(number=appeal.number)

    async def _again(self, heard: Heard, appeal: Appeal, stars: int | None) -> str:
        """Not solved: back to who had it, with what the resident says."""
        why, satisfied = kept(heard), stars if stars and stars <= _NOT_SATISFIED else None
        if appeal.status is AppealStatus.DONE:
            deed: Deed = deeds.CallBack(
                contacted=True, solved=False, satisfaction=satisfied, note=why
            )
        else:
            deed = deeds.Reopen(reason=why)
        again = await self._do(heard, appeal, deed)
        return texts.REOPENED.format(number=appeal.number, standing=await self._standing(again))

    def _without_appeal(
        self, dispatcher: CollectingDispatcher, heard: Heard
    ) -> list[dict[str, Any]]:
        speak(dispatcher, heard, texts.RATE_NOTHING, TurnNote(outcome=Outcome.CHAT))
        return []
