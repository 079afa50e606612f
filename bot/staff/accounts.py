"""Staff accounts: create, sign in, lock out, change; every change goes through here."""

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.staff.lockout import FAILURES, LOCKED_FOR, UnknownNames, refuse_locked
from bot.staff.member import (
    InvalidAccount,
    LastAdmin,
    NotAllowed,
    Role,
    SignedOut,
    StaffMember,
    UnknownStaff,
    UsernameTaken,
    WrongPassword,
)
from bot.staff.parties import named_parties, party_of
from bot.staff.passwords import Passwords, check_strength
from bot.staff.tables import StaffRow
from knowledge.storage.database import Database

CACHED_FOR = timedelta(seconds=10)
# Residents read this name: it says whom they talk with, and is no person's.
FIRST_ADMIN = "社区管理员"
_USERNAME = re.compile(r"[\w.-]{2,40}")


class StaffAccounts:
    """Accounts in SQL; `member()` answers from memory for at most ten seconds.

    `on_deactivate` gets the id of who may not come in any more, once that is stored.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        hasher: PasswordHasher | None = None,
        on_deactivate: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = Passwords(hasher or PasswordHasher())
        self._on_deactivate = on_deactivate
        self._unknown_names = UnknownNames()
        self._seen: dict[int, tuple[datetime, StaffMember | None]] = {}

    async def ensure_admin(self) -> str | None:
        """Make the first administrator `admin`; its password, or None if there are accounts."""
        if await self.list():
            return None
        password = secrets.token_urlsafe(12)
        try:
            await self.create("admin", FIRST_ADMIN, Role.ADMIN, password)
        except UsernameTaken:  # another process was faster
            return None
        return password

    async def create(
        self, username: str, name: str, role: Role, password: str, party_id: int | None = None
    ) -> StaffMember:
        """Raises `InvalidAccount`, also where a party's person belongs to no party that exists."""
        username, name = username.strip().casefold(), name.strip()
        if not _USERNAME.fullmatch(username):
            raise InvalidAccount("用户名用 2 到 40 个字母、数字或汉字，中间不要有空格。")
        if not 1 <= len(name) <= 30:
            raise InvalidAccount("请填写姓名，最多 30 个字。")
        row = StaffRow(
            username=username,
            name=name,
            role=role.value,
            password_hash=await self._passwords.hash(check_strength(password)),
            party_id=await self._party_of(role, party_id),
            active=True,
            failures=0,
            session_epoch=1,
            created_at=self._clock(),
        )
        try:
            async with self._database.write() as session:
                session.add(row)
        except IntegrityError as error:
            raise UsernameTaken(username) from error
        return _member(row)

    async def authenticate(self, username: str, password: str) -> StaffMember:
        """The member who signs in.

        Raises WrongPassword for a wrong password, an unknown name or an inactive account alike, and
        AccountLocked after five failures in a row; unknown names are counted just the same, so that
        nobody learns from the answer (or its time) which names exist.
        """
        username = username.strip().casefold()
        row = await self._by_username(username)
        if row is None:
            self._unknown_names.check(username, self._clock())
            await self._passwords.verify(None, password)
            self._unknown_names.fail(username, self._clock())
            raise WrongPassword
        refuse_locked(row.locked_until, self._clock())
        right = await self._passwords.verify(row.password_hash, password)
        async with self._database.write() as session:
            row = await _load(session, row.id)
            now = self._clock()
            # Guesses sent side by side all passed the check above; only the first five count.
            refuse_locked(row.locked_until, now)
            welcome = right and row.active
            if welcome:
                row.failures, row.locked_until, row.last_seen_at = 0, None, now
            else:
                row.failures += 1
                if row.failures >= FAILURES:
                    row.failures, row.locked_until = 0, now + LOCKED_FOR
        if not welcome:
            raise WrongPassword
        return self._forget(row)

    async def change_password(self, staff_id: int, old: str, new: str) -> StaffMember:
        """Change one's own password; older sessions end."""
        check_strength(new)
        async with self._database.read() as session:
            username = (await _load(session, staff_id)).username
        try:
            await self.authenticate(username, old)
        except WrongPassword as error:
            raise WrongPassword("原密码不对，请再试一次。") from error
        return await self._set_password(staff_id, new)

    async def reset_password(self, staff_id: int) -> str:
        """Give an account a new password (returned once), end its sessions, lift a lock."""
        password = secrets.token_urlsafe(9)
        await self._set_password(staff_id, password)
        return password

    async def set_role(self, staff_id: int, role: Role, party_id: int | None = None) -> StaffMember:
        """Change the role; who comes from a party or goes to one must sign in anew.

        Raises `LastAdmin`, and `InvalidAccount` where a party's person belongs to no party.
        """
        async with self._database.write() as session:
            row = await _load(session, staff_id)
            if role is not Role.ADMIN:
                await _keep_an_admin(session, row)
            was = (row.role == Role.PARTY, row.party_id)
            row.party_id = await party_of(session, role, party_id)
            row.role = role.value
            changes_sides = was != (role is Role.PARTY, row.party_id)
            if changes_sides:
                row.session_epoch += 1
        member = self._forget(row)
        if changes_sides and self._on_deactivate:
            await self._on_deactivate(staff_id)
        return member

    async def set_active(self, staff_id: int, active: bool) -> StaffMember:
        """Open or close an account; closing ends its sessions for good, and what it has in hand."""
        async with self._database.write() as session:
            row = await _load(session, staff_id)
            if not active:
                await _keep_an_admin(session, row)
                row.session_epoch += 1
            row.active = active
        member = self._forget(row)
        if not active and self._on_deactivate:
            await self._on_deactivate(staff_id)
        return member

    async def list(self) -> list[StaffMember]:
        async with self._database.read() as session:
            rows = await session.scalars(select(StaffRow).order_by(StaffRow.id))
            return [_member(row) for row in rows]

    async def parties(self) -> dict[int, str]:
        """The parties that somebody can work for, by id, as a list for people shows them."""
        async with self._database.read() as session:
            return await named_parties(session)

    async def member(self, staff_id: int, epoch: int) -> StaffMember | None:
        """The active member whose session began in this epoch, at most ten seconds old."""
        now = self._clock()
        checked_at, found = self._seen.get(staff_id, (None, None))
        if (
            checked_at is None
            or now - checked_at >= CACHED_FOR
            or (found is not None and found.session_epoch < epoch)
        ):
            async with self._database.read() as session:
                row = await session.get(StaffRow, staff_id)
            found = _member(row) if row else None
            self._seen[staff_id] = (now, found)
        return found if found and found.active and found.session_epoch == epoch else None

    async def acting(self, member: StaffMember, needed: Role) -> StaffMember:
        """The member as of now, before a change: a page may stay open longer than a right lasts."""
        current = await self.member(member.id, member.session_epoch)
        if current is None:
            raise SignedOut
        if not current.role.reaches(needed):
            raise NotAllowed(needed)
        return current

    async def _party_of(self, role: Role, party_id: int | None) -> int | None:
        async with self._database.read() as session:
            return await party_of(session, role, party_id)

    async def _by_username(self, username: str) -> StaffRow | None:
        async with self._database.read() as session:
            found: StaffRow | None = await session.scalar(
                select(StaffRow).where(StaffRow.username == username)
            )
            return found

    async def _set_password(self, staff_id: int, password: str) -> StaffMember:
        hashed = await self._passwords.hash(check_strength(password))
        async with self._database.write() as session:
            row = await _load(session, staff_id)
            row.password_hash = hashed
            row.session_epoch += 1
            row.failures, row.locked_until = 0, None
        return self._forget(row)

    def _forget(self, row: StaffRow) -> StaffMember:
        self._seen.pop(row.id, None)
        return _member(row)


def _member(row: StaffRow) -> StaffMember:
    return StaffMember(
        id=row.id,
        username=row.username,
        name=row.name,
        role=Role(row.role),
        active=row.active,
        session_epoch=row.session_epoch,
        locked_until=row.locked_until,
        last_seen_at=row.last_seen_at,
        party_id=row.party_id,
    )


async def _load(session: AsyncSession, staff_id: int) -> StaffRow:
    row = await session.get(StaffRow, staff_id, with_for_update=True)
    if row is None:
        raise UnknownStaff
    return row


async def _keep_an_admin(session: AsyncSession, row: StaffRow) -> None:
    others = await session.scalar(
        select(func.count()).where(
            StaffRow.role == Role.ADMIN.value, StaffRow.active, StaffRow.id != row.id
        )
    )
    if row.role == Role.ADMIN and row.active and not others:
        raise LastAdmin
