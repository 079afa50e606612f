"""Reads sentences out of Rasa's YAML: training data and held-out sets alike."""

import re
from pathlib import Path

import yaml

from knowledge.settings import PROJECT_ROOT

HERE = Path(__file__).parent
TRAINING = sorted((PROJECT_ROOT / "nlu" / "data" / "nlu").glob("*.yml"))
HELD_OUT = [HERE / "held_out.yml", HERE / "held_out_2.yml"]
_ANNOTATION = re.compile(r"\[([^\]]+)\]\([a-z_]+\)")


def sentences(*files: Path) -> list[tuple[str, str]]:
    """(sentence without annotations, intent) of all examples."""
    found = []
    for file in files:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in group["examples"].splitlines():
                found.append((_ANNOTATION.sub(r"\1", line[2:].strip()), group["intent"]))
    return found
