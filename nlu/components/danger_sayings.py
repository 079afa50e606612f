"""What sounds like danger, beside the examples of the intents: training messages without an intent."""

from pathlib import Path
from typing import Dict, List, Text

import yaml
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

# What a training message of this folder tells: one of the two below.
SAYING = "saying"
DANGER, CALM = "danger", "none"
_FOLDER = Path(__file__).with_name("sayings")


def read_sayings() -> List[Message]:
    """The texts of the folder `sayings`, each once."""
    found: Dict[Text, Text] = {}
    for file in sorted(_FOLDER.glob("*.yml")):
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        for kind in (DANGER, CALM):
            for text in told.get(kind, []):
                found.setdefault(str(text), kind)
    return [Message(data={TEXT: text, SAYING: kind}) for text, kind in found.items()]
