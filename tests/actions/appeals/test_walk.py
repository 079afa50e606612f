"""Random lives: legal and illegal deeds by everybody, on a real database."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from actions.appeals.appeal import Appeal
from actions.appeals.deeds import DEED, Deed
from actions.appeals.life import TABLE, Actor, AppealError, By, Move, StaleAppeal, allowed, targets
from actions.appeals.tables import AppealEventRow, AppealNewsRow
from tests.actions.appeals.conftest import Office
from tests.actions.appeals.folding import fold


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries; what it becomes depends on where the appeal stands then."""

    # Among the moves that lead on from here, among all that the table allows, or among all.
    among: Literal["onward", "legal", "all"]
    pick: int
    by: By
    party: int
    resident: int
    minutes: int
    hours: int
    level: int
    yes: bool
    stale: bool


ENDS = {Move.WITHDRAW, Move.REFUSE, Move.CLOSE}
STEPS = st.lists(
    st.builds(
        Step,
        # A walk that only stumbles, or ends at once, gets nowhere.
        among=st.sampled_from(["onward", "onward", "onward", "legal", "all"]),
        pick=st.integers(0, 2**20),
        by=st.sampled_from(By),
        party=st.integers(0, 3),
        resident=st.integers(1, 3),
        minutes=st.sampled_from([1, 7, 90, 300, 3_000]),
        hours=st.integers(-30, 200),
        level=st.integers(1, 5),
        yes=st.booleans(),
        stale=st.sampled_from([False] * 9 + [True]),
    ),
    min_size=12,
    max_size=40,
)


def tried(step: Step, appeal: Appeal, office: Office) -> tuple[Deed, Actor]:
    """The deed and who does it."""
    legal = [(move, by) for by in By for move in allowed(appeal.status, by)]
    onward = [
        (move, by)
        for move, by in legal
        if move not in ENDS and targets(appeal.status, move) != (appeal.status,)
    ]
    everything = [(move, step.by) for move in Move]
    among = {"onward": onward or legal, "legal": legal, "all": everything}[step.among]
    move, by = among[step.pick % len(among)]
    right = step.among != "all"
    lead = appeal.lead_party_id if right else None
    # The fourth party is nobody's.
    parties = [*office.parties, 404]
    party_id = (lead or parties[step.party]) if by is By.PARTY else None
    joins = move is Move.JOIN
    own = 1 if right and not joins else step.resident
    resident_id = own if by is By.RESIDENT else None
    return deed(step, move, parties, office), Actor(by, by.value, party_id, resident_id)


def deed(step: Step, move: Move, parties: list[int], office: Office) -> Deed:
    words, level = f"第{step.pick}句", min(step.level, 3)
    until = office.clock() + timedelta(hours=step.hours)
    photos = [step.pick] if step.yes else []
    party = {"party_id": parties[step.party], "helper_ids": parties[: step.level % 3]}
    solved = {"solved": step.yes, "satisfaction": step.level if step.yes else None}
    facts: dict[Move, dict[str, Any]] = {
        Move.DISPATCH: {**party, "note": words},
        Move.REDISPATCH: {**party, "reason": words},
        Move.RETURN: {"reason": words, "evidence": words, "photos": photos},
        Move.EXTEND: {"reason": words, "until": until},
        Move.SUSPEND: {"reason": words, "until": until},
        Move.ANSWER: {"answer": words, "photos": photos},
        Move.CALL_BACK: {"contacted": step.level < 4, **(solved if step.level < 4 else {})},
        Move.RATE: {"satisfaction": step.level, "solved": step.yes},
        Move.REOPEN: {"reason": words, "photos": photos},
        Move.REFUSE: {"reason": words, "where_to": words},
        Move.SUPERVISE: {"level": level},
        Move.ESCALATE: {"level": level, "reason": words},
        Move.NOTE: {"note": words, "photos": photos},
        Move.ADD: {"note": words, "photos": photos},
        Move.JOIN: {"resident_id": step.resident},
    }
    return DEED.validate_python({"move": move, **facts.get(move, {})})


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_whatever_is_tried_the_history_tells_the_whole_truth(
    office: Office, steps: list[Step]
) -> None:
    filed = await office.filed(photos=[1])
    seen, appeal = await office.appeals.history(filed.id), filed
    for step in steps:
        office.clock.forward(timedelta(minutes=step.minutes))
        act, actor = tried(step, appeal, office)
        version = appeal.version - 1 if step.stale else appeal.version
        rule = TABLE[act.move]
        known = appeal.status in rule.paths and rule.permits(actor.by)
        try:
            after = await office.casework.act(appeal.id, act, actor, version)
        except AppealError as refusal:
            assert not isinstance(refusal, StaleAppeal) or step.stale
            after = appeal
        else:
            assert known and not step.stale
            assert after.status in targets(appeal.status, act.move)
        stored = await office.appeals.get(appeal.id)
        history = await office.appeals.history(appeal.id)
        assert stored == after
        # Nothing is rewritten, and one deed is one event; a neighbour who joined has joined.
        grown = len(history) - len(seen)
        assert history[: len(seen)] == seen and grown == (after is not appeal and after != appeal)
        assert stored.version == len(history)
        folded = fold(filed, history)
        assert {name: getattr(stored, name) for name in folded} == folded
        seen, appeal = history, after
    async with office.database.read() as session:
        ours = select(AppealEventRow.id).where(AppealEventRow.appeal_id == appeal.id)
        news = await session.scalars(
            select(AppealNewsRow.event_id).where(AppealNewsRow.event_id.in_(ours))
        )
        assert sorted(news) == [event.id for event in seen]
