"""What a resident hears and says of an appeal that they joined rather than filed (我家也是)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from actions import texts
from actions.appeals.appeal import Appeal
from actions.appeals.life import AppealStatus
from actions.appeals.repository import Appeals
from actions.appeals.standing import standing
from actions.clock.calendar import WorkingCalendar
from actions.likeness.joining import Follower, Joining

_ANSWERED = frozenset({AppealStatus.DONE, AppealStatus.CALLED_BACK, AppealStatus.CLOSED})


@dataclass(frozen=True, slots=True)
class Followed:
    """An appeal that the resident joined, and their part in it."""

    appeal: Appeal
    follower: Follower


class Following:
    """Finds the joined appeal that is meant, and answers of it."""

    def __init__(
        self,
        joining: Joining,
        appeals: Appeals,
        clock: Callable[[], datetime],
        calendar: WorkingCalendar,
    ) -> None:
        self._joining = joining
        self._appeals = appeals
        self._clock = clock
        self._calendar = calendar

    async def meant(
        self, resident_id: int, number: str, own: Appeal | None, *, answered: bool
    ) -> Followed | None:
        """The joined appeal with this number; without one, the newest, unless `own` is newer.

        `answered` asks for one that was answered and of which they have not said anything yet.
        """
        for follower in await self._joining.joined_by(resident_id):
            appeal = await self._appeals.get(follower.appeal_id)
            if number:
                if appeal.number == number.upper():
                    return Followed(appeal, follower)
            elif answered and (appeal.status not in _ANSWERED or follower.solved is not None):
                continue
            elif own is None or follower.joined_at >= own.created_at:
                return Followed(appeal, follower)
        return None

    async def progress(self, followed: Followed) -> str:
        """Where it stands; of what the others said, nothing."""
        appeal = followed.appeal
        history = await self._appeals.history(appeal.id)
        return texts.FOLLOWED_PROGRESS.format(
            number=appeal.number,
            matter=appeal.community + appeal.building + appeal.category,
            households=1 + appeal.followers,
            standing=standing(appeal, history, self._clock(), self._calendar),
        )

    async def say(
        self, followed: Followed, solved: bool, satisfaction: int | None, words: str
    ) -> str:
        """Keep what this household says, and thank them."""
        appeal, follower = followed.appeal, followed.follower
        if appeal.status not in _ANSWERED:
            return await self.progress(followed)
        await self._joining.say(appeal.id, follower.resident_id, solved, satisfaction, words)
        told = texts.FOLLOWED_SOLVED if solved else texts.FOLLOWED_UNSOLVED
        return told.format(number=appeal.number)
