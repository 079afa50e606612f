"""Cuts a message into words after reading it into its plain form, which it leaves for the others."""

from typing import Any, Dict, List, Optional, Text

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.danger_sayings import read_sayings
from nlu.components.plain_text import Plain, PlainReader
from nlu.components.sources import sources_digest

# Where a message keeps its plain form; its `text` stays what was typed.
PLAIN = "plain"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class PlainTokenizer(JiebaTokenizer):
    """Rasa's JiebaTokenizer on the plain form; tokens stand where they were typed."""

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """Rasa's cache knows this class's own lines only: name what else the words depend on."""
        return sources_digest()

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(config, model_storage, resource)
        self._reader = PlainReader()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Reads what sounds like danger too: it goes the same way as all training messages."""
        return super().process_training_data(training_data.merge(TrainingData(read_sayings())))

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        typed = message.get(attribute)
        plain = self._reader.read(typed)
        if attribute == TEXT:
            message.set(PLAIN, plain)
        tokens = []
        for word, start, end in jieba.tokenize(plain.text):
            first, last = plain.typed_span(start, end)
            tokens.append(Token(word, first, last))
        return self._apply_token_pattern(tokens)


def plain_of(message: Message, reader: PlainReader) -> Plain:
    """The plain form that the tokenizer left; read now where there was no tokenizer."""
    plain: Optional[Plain] = message.get(PLAIN)
    return plain if plain is not None else reader.read(message.get(TEXT))
