"""/office/links: webhooks, the group robots of parties, and what did not arrive (对接)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nicegui import ui
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot import theme
from bot.office import link_words as words
from bot.office.services import OfficeServices
from bot.office.words import ACCOUNT
from bot.staff.member import Role, StaffError, StaffMember
from bot.webhooks.addresses import ForbiddenAddress
from bot.webhooks.notices import EVENT_WORDS
from bot.webhooks.registry import RobotView, UnknownWebhook, Webhook, WebhookPlan, Webhooks
from bot.webhooks.robots import ROBOT_WORDS, Robot, RobotKind
from bot.webhooks.tables import FAILED

PATH = "/office/links"
_REFUSALS = (StaffError, ForbiddenAddress, UnknownWebhook)


@dataclass(frozen=True, slots=True)
class LinkServices:
    """Built once by the process, passed to the page."""

    office: OfficeServices
    webhooks: Webhooks


def register(services: LinkServices) -> None:
    """Define the page; call it once, before `ui.run_with`."""

    @ui.page(PATH, title=words.LINKS)
    async def links(request: Request) -> Response | None:
        member = await services.office.enter(request, "/office/account")
        if not isinstance(member, StaffMember):
            return member
        back = (ACCOUNT, "/office/account")
        with theme.page(words.LINKS, words.LINKS_LEAD, back=back) as actions:
            if not member.role.reaches(Role.ADMIN):
                theme.nothing(words.ADMINS_ONLY, "lock")
                return None
            page = _Links(services, member)
            with actions:
                ui.button(words.NEW, icon="add", on_click=page.open_new).props("unelevated")
            await page.build()
        return None


class _Links:
    """Three lists; a change redraws the list that it is in."""

    def __init__(self, services: LinkServices, admin: StaffMember) -> None:
        self._webhooks = services.webhooks
        self._accounts = services.office.accounts
        self._admin = admin

    async def build(self) -> None:
        # Outside the lists: what stands here outlives the row whose button opened it.
        self._front = ui.element("div")
        with theme.card(words.WEBHOOKS, words.WEBHOOKS_NOTE):
            self._hooks = ui.element("div").classes("of-people")
        with theme.card(words.ROBOTS, words.ROBOTS_NOTE):
            self._robots = ui.element("div").classes("of-people")
        with theme.card(words.FAILED, words.FAILED_NOTE):
            self._failed = ui.element("div").classes("of-people")
        await self._show_hooks()
        await self._show_robots()
        await self._show_failed()

    async def _show_hooks(self) -> None:
        hooks = await self._webhooks.list()
        self._hooks.clear()
        with self._hooks:
            if not hooks:
                theme.nothing(words.NO_WEBHOOKS, "link_off")
            for hook in hooks:
                told = "、".join(EVENT_WORDS[each] for each in hook.events) or words.ALL_EVENTS
                with _row(hook.url, told):
                    if not hook.active:
                        theme.chip(words.STOPPED, "seal")
                    _flat(words.CHANGE, lambda hook=hook: self._open(hook))
                    _flat(words.RENEW, lambda hook=hook: self._renew(hook))
                    _flat(words.REMOVE, lambda hook=hook: self._remove(hook), "accent")

    async def _show_robots(self) -> None:
        robots = await self._webhooks.robots()
        self._robots.clear()
        with self._robots:
            if not robots:
                theme.nothing(words.NO_PARTIES, "smart_toy")
            for view in robots:
                about = [ROBOT_WORDS[view.kind], view.host] if view.kind else [words.NO_ROBOT]
                with _row(view.party, " · ".join(about + [words.SIGNED] * view.signed)):
                    _flat(words.SET_ROBOT, lambda view=view: self._open_robot(view))
                    if view.kind:
                        _flat(words.TAKE_AWAY, lambda view=view: self._set(view, None), "accent")

    async def _show_failed(self) -> None:
        failed = await self._webhooks.deliveries(FAILED)
        self._failed.clear()
        with self._failed:
            if not failed:
                theme.nothing(words.NONE_FAILED, "done_all")
            for each in failed:
                title = words.failed(
                    each.receiver, EVENT_WORDS.get(each.event, each.event), each.number
                )
                with _row(title, each.last_error):
                    _flat(words.AGAIN, lambda each=each: self._send_again(each.id))

    def open_new(self) -> None:
        self._open(None)

    def _open(self, hook: Webhook | None) -> None:
        with self._front, _dialog(words.CHANGE if hook else words.NEW) as dialog:
            url = _field(words.URL, hook.url if hook else "")
            events = ui.select(
                EVENT_WORDS, value=hook.events if hook else [], multiple=True, label=words.EVENTS
            ).props(f'outlined dense use-chips hint="{words.EVENTS_HINT}"')
            active = ui.switch(words.ACTIVE, value=hook.active if hook else True)

            async def save() -> None:
                try:
                    plan = WebhookPlan(
                        url=url.value or "", events=events.value, active=active.value
                    )
                except ValidationError:
                    theme.tell(words.WRONG_URL, "warning")
                    return

                async def change() -> None:
                    if hook:
                        await self._webhooks.change(hook.id, plan)
                        theme.tell(words.SAVED)
                    else:
                        self._show_once((await self._webhooks.register(plan)).secret)
                    await self._show_hooks()

                if await self._do(change):
                    dialog.close()

            _buttons(dialog, save)

    def _open_robot(self, view: RobotView) -> None:
        with self._front, _dialog(f"{words.ROBOTS}：{view.party}") as dialog:
            kinds = {kind.value: name for kind, name in ROBOT_WORDS.items()}
            kind = ui.radio(kinds, value=view.kind or RobotKind.WECOM).props("inline")
            url, secret = _field(words.ROBOT_URL), _field(words.ROBOT_SECRET)

            async def save() -> None:
                try:
                    robot = Robot(
                        kind=RobotKind(kind.value), url=url.value or "", secret=secret.value or ""
                    )
                except ValidationError:
                    theme.tell(words.WRONG_URL, "warning")
                    return
                if await self._set(view, robot):
                    dialog.close()

            _buttons(dialog, save)

    async def _set(self, view: RobotView, robot: Robot | None) -> bool:
        async def change() -> None:
            await self._webhooks.set_robot(view.party_id, robot)
            theme.tell(words.SAVED)
            await self._show_robots()

        return await self._do(change)

    def _renew(self, hook: Webhook) -> None:
        async def change() -> None:
            self._show_once((await self._webhooks.renew_secret(hook.id)).secret)

        self._ask(words.RENEW, words.RENEW_TEXT, change)

    def _remove(self, hook: Webhook) -> None:
        async def change() -> None:
            await self._webhooks.remove(hook.id)
            theme.tell(words.REMOVED)
            await self._show_hooks()
            await self._show_failed()

        self._ask(words.REMOVE, words.REMOVE_TEXT, change)

    async def _send_again(self, delivery_id: int) -> None:
        async def change() -> None:
            await self._webhooks.send_again(delivery_id)
            theme.tell(words.SENT_AGAIN)

        await self._do(change)
        await self._show_failed()

    def _ask(self, title: str, text: str, change: Callable[[], Awaitable[None]]) -> None:
        with self._front, _dialog(title) as dialog:
            ui.label(text)

            async def agree() -> None:
                dialog.close()
                await self._do(change)

            _buttons(dialog, agree, title)

    def _show_once(self, secret: str) -> None:
        with self._front, _dialog(words.SECRET) as dialog:
            dialog.props("persistent")
            ui.label(words.SECRET_TEXT)
            ui.label(secret).classes("of-secret")
            with ui.element("div").classes("mh-dialog-actions"):
                ui.button(words.CLOSE, on_click=dialog.close).props("unelevated")

    async def _do(self, change: Callable[[], Awaitable[None]]) -> bool:
        """Make a change as far as the right holds now; what is refused is told."""
        with self._front:
            try:
                await self._accounts.acting(self._admin, Role.ADMIN)
                await change()
            except _REFUSALS as error:
                theme.tell(str(error), "negative")
                return False
        return True


@contextmanager
def _row(title: str, note: str) -> Iterator[None]:
    with ui.element("div").classes("of-person"):
        with ui.element("div").classes("of-person-main"):
            ui.label(title).classes("of-person-name")
            ui.label(note).classes("mh-note")
        yield


@contextmanager
def _dialog(title: str) -> Iterator[ui.dialog]:
    with (
        ui.dialog(value=True).props(f'aria-label="{title}"') as dialog,
        ui.card().classes("mh-dialog"),
    ):
        ui.label(title).classes("mh-h1")
        yield dialog
    dialog.on("hide", dialog.delete)


def _field(label: str, value: str = "") -> ui.input:
    with ui.element("div").classes("mh-field"):
        ui.label(label).classes("mh-label")
        return ui.input(value=value).props(f'outlined dense autocomplete=off aria-label="{label}"')


def _buttons(
    dialog: ui.dialog, save: Callable[[], Awaitable[None]], label: str = words.SAVE
) -> None:
    with ui.element("div").classes("mh-dialog-actions"):
        theme.quiet_button(words.CANCEL, dialog.close)
        ui.button(label, on_click=save).props("unelevated")


def _flat(text: str, on_click: Callable[..., object], color: str = "primary") -> None:
    ui.button(text, on_click=on_click, color=color).props("flat dense")
