"""The look that desk and office share: palette, spacing, header and a few small parts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from nicegui import ui

from bot.staff.member import StaffMember

PALETTE_CSS = """
:root{
 --pine:#1f5c50;--pine-deep:#17463d;--pine-wash:#dfece6;
 --seal:#b3402a;--seal-deep:#8d2f1e;--seal-wash:#f8e6e0;
 --ochre:#b07d2b;--ochre-deep:#7d5612;--ochre-wash:#f7ecd6;
 --ink:#1f2b28;--soft:#5d6a66;--line:#e6e1d6;--line-strong:#cfc8b9;
 --paper:#f6f3ec;--card:#fffefb;
 --sans:"PingFang SC","HarmonyOS Sans SC","Source Han Sans SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;
 --serif:"Source Han Serif SC","Noto Serif SC","Noto Serif CJK SC","Songti SC",STSong,SimSun,serif;
}
"""
_CSS = (Path(__file__).parent / "theme.css").read_text("utf-8")
NAVIGATION = (
    ("工作台", "/desk"),
    ("诉求", "/desk/appeals"),
    ("知识库", "/office"),
    ("派单规则", "/office/dispatch"),
    ("二维码", "/office/codes"),
    ("志愿者", "/office/volunteers"),
    ("账号", "/office/account"),
)
SIGN_OUT = "退出登录"


def apply_theme() -> None:
    """Colours and styles of a page; call it first in a `@ui.page` function."""
    ui.colors(
        primary="#1f5c50",
        secondary="#b07d2b",
        accent="#b3402a",
        dark="#1f2b28",
        positive="#2d7a5f",
        negative="#b3402a",
        info="#3d6f8e",
        warning="#b07d2b",
    )
    ui.add_css(PALETTE_CSS + _CSS)


def header(member: StaffMember, *, active: str, csrf: str) -> None:
    """The bar on top of every staff page; `active` is the path of the room one is in."""
    with ui.header(wrap=False).classes("mh-header"):
        with ui.link(target="/desk").classes("mh-brand").props('aria-label="民呼我应"'):
            ui.label("应").classes("mh-seal").props("aria-hidden=true")
            ui.label("民呼我应").classes("mh-brand-name")
        with ui.element("nav").classes("mh-nav"):
            for label, path in NAVIGATION:
                link = ui.link(label, path).classes("mh-nav-link")
                if path == active:
                    link.classes("is-active").props("aria-current=page")
        with ui.element("div").classes("mh-who"):
            ui.label(member.name).classes("mh-who-name")
            ui.label(member.role.label).classes("mh-who-role")
        with ui.element("form").props("method=post action=/signout").classes("mh-signout"):
            ui.element("input").props(f"type=hidden name=csrf value={csrf}")
            with ui.element("button").props(f"type=submit title={SIGN_OUT} aria-label={SIGN_OUT}"):
                ui.icon("logout")


@contextmanager
def page(
    title: str, lead: str = "", *, back: tuple[str, str] | None = None
) -> Iterator[ui.element]:
    """The middle of a page under the header: a title, a line of explanation, then the content.

    Yields the place for actions at the right of the title; what is built inside the `with` block
    goes below. `back` is a link (label, path) above the title.
    """
    with ui.element("main").classes("mh-page"):
        with ui.element("div").classes("mh-page-head"):
            with ui.element("div").classes("mh-page-title"):
                if back:
                    with ui.link(target=back[1]).classes("mh-back"):
                        ui.icon("arrow_back")
                        ui.label(back[0])
                ui.label(title).classes("mh-h1").props("role=heading aria-level=1")
                if lead:
                    ui.label(lead).classes("mh-lead")
            actions = ui.element("div").classes("mh-page-actions")
        yield actions


@contextmanager
def card(title: str = "", note: str = "") -> Iterator[ui.element]:
    """A white sheet with an optional title; yields the sheet."""
    with ui.element("section").classes("mh-card") as sheet:
        if title:
            with ui.element("div").classes("mh-card-head"):
                ui.label(title).classes("mh-h2").props("role=heading aria-level=2")
                if note:
                    ui.label(note).classes("mh-note")
        yield sheet


def chip(text: str, tone: str = "plain") -> ui.label:
    """A small mark; tones: plain, pine, ochre, seal."""
    return ui.label(text).classes(f"mh-chip mh-chip-{tone}")


def quiet_button(
    text: str, on_click: Callable[..., Any] | None = None, *, icon: str | None = None
) -> ui.button:
    """The second choice beside a filled button."""
    button = ui.button(text, on_click=on_click, icon=icon, color=None)
    return button.props("unelevated").classes("mh-quiet")


def nothing(text: str, icon: str = "inbox") -> None:
    """What stands where a list is empty."""
    with ui.element("div").classes("mh-nothing"):
        ui.icon(icon)
        ui.label(text)


def tell(text: str, tone: Literal["positive", "negative", "warning"] = "positive") -> None:
    """A short word at the top of the page; tones: positive, negative, warning."""
    ui.notify(text, type=tone, position="top", classes="mh-toast", textColor="white", timeout=4000)
