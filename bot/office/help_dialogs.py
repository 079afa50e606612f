"""The questions of the page of volunteers: what help is wanted, thanks in words, are you sure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nicegui import ui
from pydantic import ValidationError

from actions.volunteers.volunteer import HelpWanted
from bot import theme
from bot.office import volunteer_words as words
from bot.office.words import CANCEL


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wrote down, and the number of the appeal that it comes from, if any."""

    help: HelpWanted
    number: str


async def ask_request(communities: Mapping[int, str], skills: Sequence[str]) -> Wanted | None:
    """What help is wanted, or None."""
    with ui.dialog().props(f'aria-label="{words.NEW}"') as dialog, ui.card().classes("mh-dialog"):
        ui.label(words.NEW).classes("mh-h1")
        skill = ui.select(list(skills), label=words.SKILL)
        skill.props(f'outlined dense aria-label="{words.SKILL}"')
        text = _field(words.WHAT, words.WHAT_HINT, 1000)
        wanted_at = _field(words.WANTED_AT, words.WANTED_HINT, 100)
        community = ui.select(dict(communities), label=words.COMMUNITY)
        community.props(f'outlined dense clearable aria-label="{words.COMMUNITY}"')
        number = _field(words.FROM_APPEAL, "", 20)

        def create() -> None:
            try:
                wanted = HelpWanted(
                    skill=skill.value or "",
                    text=text.value or "",
                    wanted_at=wanted_at.value or "",
                    community_id=community.value,
                )
            except ValidationError:
                theme.tell(words.FILL_IN, "warning")
                return
            dialog.submit(Wanted(wanted, (number.value or "").strip()))

        with ui.element("div").classes("mh-dialog-actions"):
            theme.quiet_button(CANCEL, dialog.close)
            ui.button(words.CREATE, on_click=create).props("unelevated")
    answer = await dialog
    dialog.delete()
    return answer if isinstance(answer, Wanted) else None


async def ask_thanks(name: str) -> str:
    """The words of thanks; empty where nobody wrote any."""
    title = f"{words.THANK}：{name}"
    with ui.dialog().props(f'aria-label="{title}"') as dialog, ui.card().classes("mh-dialog"):
        ui.label(title).classes("mh-h1")
        ui.label(words.THANK_TEXT)
        text = _field(words.THANK_TITLE, words.THANK_HINT, 500)
        with ui.element("div").classes("mh-dialog-actions"):
            theme.quiet_button(CANCEL, dialog.close)
            ui.button(words.THANK, on_click=lambda: dialog.submit(text.value or "")).props(
                "unelevated"
            )
    answer = await dialog
    dialog.delete()
    return answer.strip() if isinstance(answer, str) else ""


async def ask_agreement(title: str, text: str) -> bool:
    """Whether somebody goes on with a step that cannot be taken back by a click."""
    with ui.dialog().props(f'aria-label="{title}"') as dialog, ui.card().classes("mh-dialog"):
        ui.label(title).classes("mh-h1")
        ui.label(text)
        with ui.element("div").classes("mh-dialog-actions"):
            theme.quiet_button(CANCEL, dialog.close)
            ui.button(title, color="accent", on_click=lambda: dialog.submit(True)).props(
                "unelevated"
            )
    agreed = await dialog
    dialog.delete()
    return agreed is True


def _field(label: str, hint: str, most: int) -> ui.input:
    with ui.element("div").classes("mh-field"):
        ui.label(label).classes("mh-label")
        field = ui.input(placeholder=hint)
        return field.props(f'outlined dense maxlength={most} aria-label="{label}"')
