"""What accounts promise: lock-out, silence about unknown names, an administrator always."""

import asyncio

import pytest

from bot.staff.accounts import FIRST_ADMIN, StaffAccounts
from bot.staff.member import (
    AccountLocked,
    InvalidAccount,
    LastAdmin,
    NotAllowed,
    Role,
    SignedOut,
    StaffMember,
    UsernameTaken,
    WeakPassword,
    WrongPassword,
    introduced,
)
from knowledge.storage.database import Database
from tests.bot.staff.conftest import PASSWORD, QUICK, Clock


async def named(accounts: StaffAccounts, username: str) -> StaffMember:
    return next(member for member in await accounts.list() if member.username == username)


async def fail(accounts: StaffAccounts, username: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            await accounts.authenticate(username, "a wrong password")


async def test_the_right_password_opens_whatever_the_case_of_the_name(
    accounts: StaffAccounts,
) -> None:
    member = await accounts.authenticate(" Li ", PASSWORD)
    assert (member.name, member.role) == ("李书记", Role.SECRETARY)
    assert member.signature == "李书记（li）"


@pytest.mark.parametrize("username", ["li", "nobody"])
async def test_five_failures_lock_for_fifteen_minutes_known_or_unknown(
    accounts: StaffAccounts, clock: Clock, username: str
) -> None:
    await fail(accounts, username, 5)
    clock.pass_minutes(4.5)
    with pytest.raises(AccountLocked, match="11 分钟"):
        await accounts.authenticate(username, PASSWORD)
    clock.pass_minutes(10.5)
    await fail(accounts, username, 1)


async def test_after_the_lock_the_right_password_opens_again(
    accounts: StaffAccounts, clock: Clock
) -> None:
    await fail(accounts, "li", 5)
    clock.pass_minutes(15)
    assert (await accounts.authenticate("li", PASSWORD)).name == "李书记"


async def test_a_success_between_failures_starts_the_count_anew(accounts: StaffAccounts) -> None:
    await fail(accounts, "li", 4)
    await accounts.authenticate("li", PASSWORD)
    await fail(accounts, "li", 4)
    assert (await accounts.authenticate("li", PASSWORD)).name == "李书记"


async def test_guesses_sent_side_by_side_are_counted_too(accounts: StaffAccounts) -> None:
    guesses = [accounts.authenticate("li", f"guess number {n}") for n in range(12)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, WrongPassword) for result in results) == 5
    assert sum(isinstance(result, AccountLocked) for result in results) == 7


async def test_an_inactive_account_answers_like_a_wrong_password(accounts: StaffAccounts) -> None:
    await accounts.set_active((await named(accounts, "li")).id, False)
    await fail(accounts, "li", 1)
    with pytest.raises(WrongPassword):
        await accounts.authenticate("li", PASSWORD)


async def test_passwords_need_eight_characters_and_names_are_unique(
    accounts: StaffAccounts,
) -> None:
    with pytest.raises(WeakPassword, match="8"):
        await accounts.create("zhao", "赵", Role.STAFF, "seven77")
    with pytest.raises(UsernameTaken, match="li"):
        await accounts.create("LI", "另一个李", Role.STAFF, PASSWORD)
    with pytest.raises(InvalidAccount):
        await accounts.create("two words", "赵", Role.STAFF, PASSWORD)


async def test_the_last_administrator_stays(accounts: StaffAccounts) -> None:
    chen = await named(accounts, "chen")
    with pytest.raises(LastAdmin):
        await accounts.set_active(chen.id, False)
    with pytest.raises(LastAdmin):
        await accounts.set_role(chen.id, Role.STAFF)
    await accounts.set_role((await named(accounts, "li")).id, Role.ADMIN)
    assert (await accounts.set_role(chen.id, Role.STAFF)).role is Role.STAFF


async def test_the_first_password_is_made_once(database: Database, clock: Clock) -> None:
    accounts = StaffAccounts(database, clock)
    password = await accounts.ensure_admin()
    assert password is not None
    admin = await accounts.authenticate("admin", password)
    assert (admin.role, admin.name) == (Role.ADMIN, "社区管理员")
    assert await accounts.ensure_admin() is None


async def test_changing_the_password_needs_the_old_one_and_ends_the_epoch(
    accounts: StaffAccounts,
) -> None:
    li = await named(accounts, "li")
    with pytest.raises(WrongPassword, match="原密码"):
        await accounts.change_password(li.id, "not the old one", "a new password")
    changed = await accounts.change_password(li.id, PASSWORD, "a new password")
    assert changed.session_epoch == li.session_epoch + 1
    assert (await accounts.authenticate("li", "a new password")).id == li.id


async def test_a_reset_lifts_the_lock(accounts: StaffAccounts) -> None:
    await fail(accounts, "li", 5)
    password = await accounts.reset_password((await named(accounts, "li")).id)
    assert (await accounts.authenticate("li", password)).name == "李书记"


async def test_an_open_page_loses_its_rights_when_the_account_does(
    accounts: StaffAccounts,
) -> None:
    li = await named(accounts, "li")
    assert (await accounts.acting(li, Role.SECRETARY)).id == li.id
    await accounts.set_role(li.id, Role.STAFF)
    with pytest.raises(NotAllowed, match="书记"):
        await accounts.acting(li, Role.SECRETARY)
    await accounts.set_active(li.id, False)
    with pytest.raises(SignedOut):
        await accounts.acting(li, Role.STAFF)


async def test_whoever_needs_to_know_hears_of_a_closed_account_once_it_is_closed(
    database: Database, clock: Clock
) -> None:
    heard: list[tuple[int, bool]] = []

    async def closed(staff_id: int) -> None:
        heard.append((staff_id, next(m.active for m in await accounts.list() if m.id == staff_id)))

    accounts = StaffAccounts(database, clock, QUICK, on_deactivate=closed)
    chen = await accounts.create("chen", "陈", Role.ADMIN, PASSWORD)
    wang = await accounts.create("wang", "王", Role.STAFF, PASSWORD)
    with pytest.raises(LastAdmin):
        await accounts.set_active(chen.id, False)
    await accounts.set_active(wang.id, False)
    await accounts.set_active(wang.id, True)
    assert heard == [(wang.id, False)]


async def test_a_partys_person_belongs_to_a_party_that_exists(
    accounts: StaffAccounts, parties: list[int]
) -> None:
    with pytest.raises(InvalidAccount, match="哪个责任主体"):
        await accounts.create("zhang", "张师傅", Role.PARTY, PASSWORD)
    with pytest.raises(InvalidAccount, match="没有这个责任主体"):
        await accounts.create("zhang", "张师傅", Role.PARTY, PASSWORD, 999)
    zhang = await accounts.create("zhang", "张师傅", Role.PARTY, PASSWORD, parties[0])
    assert (zhang.role, zhang.party_id) == (Role.PARTY, parties[0])
    assert not zhang.role.reaches(Role.STAFF)
    assert Role.STAFF.reaches(Role.PARTY)
    sun = await accounts.create("sun", "孙", Role.STAFF, PASSWORD, parties[0])
    assert sun.party_id is None


async def test_changing_sides_ends_open_pages_and_what_was_in_hand(
    database: Database, clock: Clock, parties: list[int]
) -> None:
    heard: list[int] = []

    async def left(staff_id: int) -> None:
        heard.append(staff_id)

    accounts = StaffAccounts(database, clock, QUICK, on_deactivate=left)
    wang = await accounts.create("wang", "王晓", Role.STAFF, PASSWORD)
    wang = await accounts.set_role(wang.id, Role.SECRETARY)
    assert await accounts.member(wang.id, 1) == wang
    changed = await accounts.set_role(wang.id, Role.PARTY, parties[0])
    assert await accounts.member(wang.id, 1) is None
    assert await accounts.member(wang.id, changed.session_epoch) == changed
    moved = await accounts.set_role(wang.id, Role.PARTY, parties[1])
    assert (moved.party_id, moved.session_epoch) == (parties[1], 3)
    with pytest.raises(InvalidAccount):
        await accounts.set_role(wang.id, Role.PARTY)
    back = await accounts.set_role(wang.id, Role.STAFF)
    assert back.party_id is None
    assert heard == [wang.id] * 3


async def test_a_list_of_parties_says_where_they_work(
    accounts: StaffAccounts, parties: list[int]
) -> None:
    assert await accounts.parties() == {
        parties[0]: "江城雅苑 · 绿城物业",
        parties[1]: "江城置业",
    }


def test_residents_hear_a_name_once() -> None:
    assert introduced("王芳") == "社区工作人员王芳"
    assert introduced(FIRST_ADMIN) == "社区管理员"


async def test_another_process_is_believed_within_ten_seconds(
    accounts: StaffAccounts, database: Database, clock: Clock
) -> None:
    li = await named(accounts, "li")
    assert await accounts.member(li.id, li.session_epoch)
    elsewhere = StaffAccounts(database, clock)
    await elsewhere.set_active(li.id, False)
    clock.pass_minutes(10 / 60)
    assert await accounts.member(li.id, li.session_epoch) is None
