"""Puts the official first-level category (诉求一级分类) and its confidence on each message."""

from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.category_model import CategoryModel

OFFICIAL_CATEGORY = "official_category"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CategoryClassifier(GraphComponent):
    """Sets `official_category`: {name, confidence}; name None where nothing tells one.

    Works on the tokenizer's words; its weights are shipped, not trained with the dialogue model.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    def __init__(self) -> None:
        self._model = CategoryModel.load()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CategoryClassifier":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT):
                category = self.category(message)
                message.set(OFFICIAL_CATEGORY, category, add_to_output=True)
        return messages

    def category(self, message: Message) -> Dict[Text, Any]:
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        ranking = self._model.rank(token.text for token in tokens)
        return ranking[0] if ranking else {"name": None, "confidence": 0.0}
