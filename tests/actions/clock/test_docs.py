"""What clerks read in docs/clock.md is what the shipped files say."""

import pytest

from actions.clock.terms import Term, load_terms
from actions.metrics.rates import load_rates
from knowledge.settings import PROJECT_ROOT

MANUAL = (PROJECT_ROOT / "docs" / "clock.md").read_text("utf-8")


@pytest.mark.parametrize("term", load_terms().terms, ids=lambda term: term.name)
def test_each_term_stands_in_the_manual(term: Term) -> None:
    assert f"| {term.name} | {term.sign} | {term.contact} | {term.solve} |" in MANUAL


def test_the_levels_and_the_hard_cases_stand_in_the_manual() -> None:
    terms = load_terms()
    for rung in terms.ladder:
        assert f"**{rung.name}**" in MANUAL
    hard = next(term for term in terms.terms if term.name == "疑难")
    assert f"**疑难**包括：{'、'.join(hard.when.category)}。" in MANUAL


def test_the_time_to_dispatch_stands_in_the_manual() -> None:
    assert f"**{load_terms().dispatch}**" in MANUAL


def test_the_weights_stand_in_the_manual() -> None:
    plan = load_rates()
    rows = (("响应率", plan.response), ("解决率", plan.solution), ("满意率", plan.satisfaction))
    for name, formula in rows:
        row = next(line for line in MANUAL.splitlines() if line.startswith(f"| {name} |"))
        assert row.endswith(f"| {formula.weight:.0%} |")
