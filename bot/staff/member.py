"""Who works here: roles, members and the errors of accounts in words for people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each role may do what the ones before it may.

    A party's person (责任主体) has a page of their own and nothing of desk and office.
    """

    PARTY = "party"
    STAFF = "staff"
    SECRETARY = "secretary"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _LABELS[self]

    def reaches(self, needed: "Role") -> bool:
        """True if this role is `needed` or stands above it."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


_LABELS = {
    Role.PARTY: "责任主体",
    Role.STAFF: "工作人员",
    Role.SECRETARY: "书记",
    Role.ADMIN: "管理员",
}


def introduced(name: str) -> str:
    """How residents hear of a person: 社区工作人员王芳; a name like 社区管理员 says so itself."""
    return name if name.startswith("社区") else f"社区工作人员{name}"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A staff account without its secrets."""

    id: int
    username: str
    name: str
    role: Role
    active: bool
    session_epoch: int
    locked_until: datetime | None = None
    last_seen_at: datetime | None = None
    # For whom a party's person works; None for all others.
    party_id: int | None = None

    @property
    def signature(self) -> str:
        """How histories name this person: the name alone may not be unique."""
        return f"{self.name}（{self.username}）"


class StaffError(Exception):
    """Base of the errors of accounts; `str()` is what the person needs to hear."""


class WrongPassword(StaffError):
    """User name and password do not belong together, or the account is not active."""

    def __init__(self, text: str = "用户名或密码不对，请再试一次。") -> None:
        super().__init__(text)


class AccountLocked(StaffError):
    """Too many wrong passwords in a row."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"密码连续输错太多次，为了安全先锁定，请 {minutes} 分钟后再试。")
        self.minutes = minutes


class WeakPassword(StaffError):
    """The new password is too short or too long."""


class InvalidAccount(StaffError):
    """A user name or a name that cannot be used."""


class UsernameTaken(StaffError):
    """Somebody else has this user name."""

    def __init__(self, username: str) -> None:
        super().__init__(f"用户名“{username}”已经有人用了，请换一个。")


class UnknownStaff(StaffError):
    """No such account."""

    def __init__(self) -> None:
        super().__init__("没有这个账号，可能已被删除。")


class LastAdmin(StaffError):
    """Without an active administrator nobody could manage accounts."""

    def __init__(self) -> None:
        super().__init__("这是最后一位管理员，不能停用或改为其他角色。请先设置另一位管理员。")


class SignedOut(StaffError):
    """The session behind an open page has ended."""

    def __init__(self) -> None:
        super().__init__("您的登录已失效，请重新登录。写好的内容请先复制下来。")


class NotAllowed(StaffError):
    """The role does not reach."""

    def __init__(self, needed: Role) -> None:
        super().__init__(f"这项操作需要“{needed.label}”权限，请联系管理员。")
