"""How a knowledge entry becomes words: the answer, what was asked for, source and date."""

import re
from collections.abc import Sequence

from actions import texts
from knowledge.entries.entry import EntryContent

Buttons = tuple[tuple[str, str], ...]

# The order decides where a question names two: "在哪办、带什么" asks for both, the first leads.
_ASKS = {
    "materials": re.compile(
        r"材料|带什么|带么|带哪|带些?啥|要带|什么证件?|哪些证|准备什么|准备么|手续|复印件|照片"
        r"|(?:没|忘|冇)(?:有|带|得)?了?.{0,6}(?:证|本|卡|照片|证明)"
    ),
    "cost": re.compile(r"多少钱|费用|收费|要钱|花钱|免费|几多钱|补贴标准|发多少|有多少|多少"),
    "where": re.compile(
        r"在哪|哪里|哪儿|去哪|地址|窗口|找谁|找哪个|到哪|哪个(?:部门|单位|地方)|线下|跑一趟"
        r"|周末|上班|下班|开门|休息"
    ),
    "time": re.compile(
        r"多久|几久|几天|什么时候|么时候|时限|多长时间|几点|啥时候|好久|时间|工作日|办(?:得)?好"
    ),
    "who": re.compile(
        r"条件|资格|谁能|谁可以|哪些人|几岁|多大|符合|(?<!网上)(?<!手机上)(?:能不能|可不可以|可以|能)[办领申]|代办"
        r"|(?:帮|代|替|让|叫).{0,6}[办领申去]|不在本地|外地|本人"
    ),
    "steps": re.compile(
        r"步骤|流程|怎么[办申弄搞]|怎样办|如何[办申]|么样办|咋[办弄]|网上|手机上|程序"
    ),
}
_MOST_BUTTONS = 4


def sections_asked(text: str) -> list[str]:
    """Which sections of an entry a question asks for."""
    return [name for name, pattern in _ASKS.items() if pattern.search(text)]


def full_answer(content: EntryContent, question: str) -> tuple[str, Buttons]:
    """The answer, the sections that the question asks for, source and date; what else can be asked."""
    filled = content.sections.filled()
    shown = [name for name in sections_asked(question) if name in filled]
    if "steps" in shown and len(shown) > 1:
        shown.remove("steps")
    parts = [content.answer.strip(), *(_section(name, filled[name]) for name in shown)]
    return "\n\n".join([*parts, _footer(content)]), _more(filled, shown)


def section_answer(content: EntryContent, sections: Sequence[str]) -> tuple[str, Buttons] | None:
    """What an entry says under these sections; None where it says nothing there."""
    filled = content.sections.filled()
    asked = [name for name in sections if name in filled]
    if not asked:
        return None
    parts = [f"【{content.title}】", *(_section(name, filled[name]) for name in asked)]
    return "\n".join([*parts, "", _footer(content)]), _more(filled, asked)


def _section(name: str, text: str) -> str:
    gap = "\n" if "\n" in text.strip() else ""
    return f"{texts.SECTION_LABELS[name]}：{gap}{text.strip()}"


def _footer(content: EntryContent) -> str:
    lines = [texts.SOURCE.format(source=content.source)] if content.source else []
    checked = texts.CHECKED.format(date=content.checked_on.isoformat())
    lines.append(f"{checked}。{texts.LOCAL}" if content.local else checked)
    return "\n".join(lines)


def _more(filled: dict[str, str], shown: list[str]) -> Buttons:
    left = [name for name in filled if name not in shown]
    return tuple((texts.SECTION_LABELS[n], texts.SECTION_LABELS[n]) for n in left[:_MOST_BUTTONS])
