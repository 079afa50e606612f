"""`make evaluate`: measures every part, or those that are named, and writes tables and pictures."""

import argparse
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from knowledge.settings import PROJECT_ROOT
from tests.evaluate.categories import categories, leaves
from tests.evaluate.duplicates import duplicates
from tests.evaluate.encoders import encoders
from tests.evaluate.finding import finding
from tests.evaluate.matters import matters
from tests.evaluate.report import Section, show, write
from tests.evaluate.sealed import DataAbsent
from tests.evaluate.understanding import danger, facts, intents

FOLDER = PROJECT_ROOT / "var" / "evaluate"


def parts(folder: Path, whole: bool) -> dict[str, Callable[[], Section]]:
    """What can be measured, by name, in the order of the report."""
    return {
        "intents": lambda: intents(folder),
        "facts": facts,
        "danger": danger,
        "categories": lambda: categories(folder),
        "leaves": leaves,
        "duplicates": duplicates,
        "finding": finding,
        "matters": matters,
        "encoder": lambda: encoders(whole),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these parts (none: all)")
    parser.add_argument("--whole", action="store_true", help="all question pairs, no sample")
    arguments = parser.parse_args()
    known = parts(FOLDER, arguments.whole)
    unknown = set(arguments.names) - set(known)
    if unknown:
        parser.error(f"没有这些部分：{'、'.join(sorted(unknown))}；可选：{'、'.join(known)}")
    console = Console()
    for number, name in enumerate(chosen := arguments.names or list(known), 1):
        console.rule(f"{number}/{len(chosen)} {name}")
        try:
            section = known[name]()
        except DataAbsent as absent:
            console.print(f"未测 {name}：{absent}")
            continue
        show(section, console)
        write([section], FOLDER)
    console.print(f"报告：{FOLDER / 'evaluate.md'}")


if __name__ == "__main__":
    main()
