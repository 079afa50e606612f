"""谁来管: ask the rules who would get an appeal, before or after they are saved."""

from collections.abc import Callable

from nicegui import ui

from actions.dispatch.reading import BadRules
from bot import theme
from bot.office import dispatch_words as words
from bot.office.dispatching import REFUSALS, Outcome, Trial
from bot.office.place_services import PlaceServices
from knowledge.categories.tree import category_tree


async def rules_try_box(services: PlaceServices, text: Callable[[], str]) -> None:
    """A card with the box; `text` gives the rules as they are written at the moment."""
    communities = await services.dispatching.places.communities()
    leaves = {
        leaf.key: f"{group.key} · {leaf.key}"
        for group in category_tree().groups
        for leaf in group.leaves
    }
    with theme.card(words.TRY, words.TRY_NOTE), ui.element("form").classes("of-who") as form:
        community = ui.select(
            {each.id: f"{each.name}（{each.kind.label}）" for each in communities},
            label=words.COMMUNITY,
            value=communities[0].id if communities else None,
        ).props(f'outlined dense options-dense aria-label="{words.COMMUNITY}"')
        category = ui.select(leaves, label=words.CATEGORY, with_input=True)
        category.props(f'outlined dense options-dense aria-label="{words.CATEGORY}"')
        place = ui.input(words.PLACE, placeholder=words.PLACE_HINT)
        place.props(f'outlined dense maxlength=200 aria-label="{words.PLACE}"')
        content = ui.input(words.CONTENT)
        content.props(f'outlined dense maxlength=500 aria-label="{words.CONTENT}"')
        ui.button(words.TRY_BUTTON).props("unelevated type=submit")
        result = ui.element("div").classes("of-who-result").props("aria-live=polite")

    async def ask() -> None:
        if community.value is None or not category.value:
            theme.tell(words.PICK, "warning")
            return
        trial = Trial(
            community_id=community.value,
            category=category.value,
            place=place.value or "",
            content=content.value or "",
        )
        result.clear()
        try:
            outcome = await services.dispatching.try_out(trial, text())
        except BadRules as error:
            with result:
                ui.label(words.WRONG).classes("of-warning")
                for problem in error.problems:
                    ui.label(problem).classes("of-problem")
            return
        except REFUSALS as error:
            theme.tell(str(error), "negative")
            return
        with result:
            _show(outcome)

    form.on("submit.prevent", ask)


def _show(outcome: Outcome) -> None:
    _line(words.LEAD, outcome.lead.name if outcome.lead else words.NOBODY)
    _line(words.HELPERS, "、".join(party.name for party in outcome.helpers))
    _line(words.GRID, outcome.grid or words.NO_GRID)
    _line(words.RULE, outcome.rule)
    _line(words.WHY, outcome.why)
    _line(words.URGENCY, "、".join([outcome.urgency, *outcome.tags]))


def _line(label: str, text: str) -> None:
    if text:
        with ui.element("div").classes("of-who-line"):
            ui.label(label).classes("mh-note")
            ui.label(text)
