"""Gives each message a sentence vector (句向量), the dense feature that classifiers read."""

import hashlib
import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.plain_text import PlainReader
from nlu.components.plain_tokenizer import plain_of
from nlu.components.sentence_vectors import Pieces, SentenceVectors

_ROOT = Path(__file__).parents[2]
_FOLDER = "knowledge/encoder/student"
_FILES = ("config.json", "model.safetensors", "tokenizer.json")
_GRAPH, _PIECES = "encoder.onnx", "tokenizer.json"
# So many sentences of the training data show the graph which channels carry outliers.
_PROBES = 100
# The marks of beginning and end, and one between them.
_LEAST_PIECES = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Runs a sentence-transformers folder (plain BERT, mean pooling) on the plain form of messages.

    Training turns the folder into an ONNX graph in 8 bits, which travels with the dialogue model:
    who serves it needs neither the folder nor torch. Vectors agree with float32 to cosine 0.998.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """Rasa's cache knows this class's own lines only: name the weights and what reads them."""
        digest = hashlib.sha256()
        graph_code = Path(__file__).with_name("encoder_graph.py")
        source = _ROOT / config.get("folder", _FOLDER)
        for file in (graph_code, *(source / name for name in _FILES)):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`folder` from the root of the project; `most_pieces` of a text are read."""
        return {
            **DenseFeaturizer.get_default_config(),
            "folder": _FOLDER,
            "most_pieces": 64,
        }

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Raises InvalidConfigException where a text would have no piece left."""
        if config["most_pieces"] < _LEAST_PIECES:
            raise InvalidConfigException(f"most_pieces must be at least {_LEAST_PIECES}")

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        name: Text,
        vectors: Optional[SentenceVectors] = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._reader = PlainReader()
        self._vectors = vectors

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        return cls(config, model_storage, resource, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceEncoder":
        with model_storage.read_from(resource) as folder:
            pieces = Pieces(folder / _PIECES, config["most_pieces"])
            vectors = SentenceVectors((folder / _GRAPH).read_bytes(), pieces)
        return cls(config, model_storage, resource, execution_context.node_name, vectors)

    def train(self, training_data: TrainingData) -> Resource:
        """Raises UnfitEncoder where the folder holds another kind of model."""
        # Building the graph takes the package onnx, which serving does without.
        from nlu.components.encoder_graph import quantised_graph

        source = _ROOT / self._config["folder"]
        pieces = Pieces(source / _PIECES, self._config["most_pieces"])
        texts = [example.get(TEXT) for example in training_data.intent_examples]
        probes = [pieces.of(text) for text in texts[:: max(1, len(texts) // _PROBES)]]
        graph = quantised_graph(source, probes)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _GRAPH).write_bytes(graph)
            shutil.copyfile(source / _PIECES, folder / _PIECES)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        assert self._vectors is not None, "only a loaded encoder gives vectors"
        for message in messages:
            if message.get(TEXT):
                vector = self._vectors.of(plain_of(message, self._reader).text)
                self.add_features_to_message(None, vector, TEXT, message)
        return messages
