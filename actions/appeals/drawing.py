"""Draws the life of an appeal from its table: `python -m actions.appeals.drawing` for docs/appeals.md."""

from collections import defaultdict

from actions.appeals.life import BY_WORDS, MOVE_WORDS, STATUS_WORDS, TABLE, AppealStatus, By, Rule


def mermaid() -> str:
    """A state diagram of every move that leads elsewhere, in Mermaid's words."""
    arrows: dict[tuple[AppealStatus, AppealStatus], list[str]] = defaultdict(list)
    for move, rule in TABLE.items():
        for source, targets in rule.paths.items():
            for target in targets:
                if target is not source:
                    arrows[source, target].append(MOVE_WORDS[move])
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    {status}: {word}" for status, word in STATUS_WORDS.items()]
    lines.append(f"    [*] --> {AppealStatus.RECEIVED}: 登记")
    lines += [
        f"    {source} --> {target}: {'、'.join(moves)}"
        for (source, target), moves in sorted(arrows.items(), key=_in_life)
    ]
    return "\n".join(lines)


def moves() -> str:
    """A Markdown table of all moves: from where to where, and by whom."""
    lines = ["| 动作 | 从 | 到 | 谁可以做 |", "| --- | --- | --- | --- |"]
    for move, rule in TABLE.items():
        sources = "、".join(STATUS_WORDS[status] for status in rule.paths)
        if len(rule.paths) == len(AppealStatus):
            sources = "任何状态"
        lines.append(f"| {MOVE_WORDS[move]} | {sources} | {_targets(rule)} | {_who(rule)} |")
    return "\n".join(lines)


def _targets(rule: Rule) -> str:
    stays = all(targets == (source,) for source, targets in rule.paths.items())
    if stays:
        return "不变"
    reached = {target for targets in rule.paths.values() for target in targets}
    return "、".join(word for status, word in STATUS_WORDS.items() if status in reached)


def _who(rule: Rule) -> str:
    return "、".join(BY_WORDS[by] for by in By if rule.permits(by))


def _in_life(arrow: tuple[tuple[AppealStatus, AppealStatus], list[str]]) -> tuple[int, int]:
    order = list(AppealStatus)
    (source, target), _ = arrow
    return order.index(source), order.index(target)


if __name__ == "__main__":
    print(f"```mermaid\n{mermaid()}\n```\n\n{moves()}")
