"""What was reached on the sealed sets is not lost again; `make evaluate` has the full tables."""

from tests.evaluate import sealed
from tests.evaluate.scores import accuracy, f1, macro_f1
from tests.evaluate.understanding import danger_shares, fact_counts, total
from tests.nlu.conftest import Understanding

# A little below what was measured (docs/nlu.md).
INTENT_ACCURACY, INTENT_F1 = 0.865, 0.875
FACT_F1 = 0.88
DANGER_RECALL, CALM_ALARMS = 0.89, 0.17


def test_intents(understanding: Understanding) -> None:
    examples = sealed.intents()
    right = [intent for _, intent in examples]
    said = [understanding.intent(text) for text, _ in examples]
    assert accuracy(right, said) >= INTENT_ACCURACY
    assert macro_f1(right, said) >= INTENT_F1


def test_facts(understanding: Understanding) -> None:
    assert f1(*total(fact_counts(understanding))) >= FACT_F1


def test_danger(understanding: Understanding) -> None:
    alarms, calm = danger_shares(understanding)
    said, found = (sum(column) for column in zip(*alarms.values(), strict=True))
    assert found / said >= DANGER_RECALL
    assert calm[1] / calm[0] <= CALM_ALARMS
