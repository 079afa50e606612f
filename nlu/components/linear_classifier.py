"""A light intent classifier: named features beside a sentence vector, one matrix product."""

import json
import logging
from collections import Counter
from typing import Any, Dict, List, Optional, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.danger_sayings import CALM, DANGER, SAYING
from nlu.components.fact_extractor import FactExtractor
from nlu.components.features import Features
from nlu.components.plain_text import PlainReader
from nlu.components.plain_tokenizer import plain_of
from nlu.components.sentence_encoder import SentenceEncoder
from nlu.components.sources import sources_digest

logger = logging.getLogger(__name__)

EMERGENCY = "emergency"
# What a message is told of danger by words that no rule knows: a chance, 0 to 1.
DANGER_CHANCE = "danger_chance"

# The class of sayings that tell of no danger; a space keeps it apart from any intent.
_CALM = "calm saying"
_CLASSES = {DANGER: EMERGENCY, CALM: _CALM}
_NEVER = -1e9
# From so many characters on a message is a letter.
_LETTER = 60


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Multinomial logistic regression over binary features, weighted by inverse frequency, and the
    sentence vector, which carries what was learned from one wording to others of like meaning.

    Trained with scikit-learn; answers with numpy alone. Confidences are calibrated by temperatures
    found in cross-validation (Guo et al. 2017, On Calibration of Modern Neural Networks): one for
    chat, one for letters, whose many features leave every score flat.

    What only sounds like danger is a class of its own, never given as an intent. A second regression
    tells danger from everything else, without the vector, which knows what burns but not whether it
    burns now. The chance of danger is the mean of what both say, better than either.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer, SentenceEncoder]

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """Rasa's cache knows this class's own lines only: name what else a model depends on."""
        return sources_digest()

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`dense_weight`: the length of the sentence vector beside that of the other features, 1."""
        return {
            "C": 30.0,
            "danger_C": 10.0,
            "dense_weight": 1.5,
            "min_count": 3,
            "ranking_length": 5,
        }

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._features = Features()
        # Of its own: Rasa runs no extractor on the training data, and so the order is free.
        self._extractor = FactExtractor()
        self._reader = PlainReader()
        self._vocabulary: Dict[Text, int] = {}
        self._labels: List[Text] = []
        self._idf = np.zeros(0, dtype=np.float32)
        # A row for each of the features, then one for each dimension of the sentence vector.
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)
        self._temperatures = [1.0, 1.0]
        self._danger_weights = np.zeros(0, dtype=np.float32)
        self._danger_bias = 0.0

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntentClassifier":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            facts = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
            arrays = np.load(folder / "classifier.npz")
            component._vocabulary = {name: row for row, name in enumerate(facts["features"])}
            component._labels = facts["labels"]
            component._temperatures = facts["temperatures"]
            component._idf = arrays["idf"]
            component._weights = arrays["weights"]
            component._bias = arrays["bias"]
            component._danger_weights = arrays["danger_weights"]
            component._danger_bias = facts["danger_bias"]
        return component

    def train(self, training_data: TrainingData) -> Resource:
        # scikit-learn takes a second to import, and serving does without.
        from nlu.components.softmax_regression import Examples, fit, held_out_scores

        intents = [e for e in training_data.intent_examples if e.get(TEXT)]
        sayings = [e for e in training_data.training_examples if e.get(SAYING)]
        labels = [e.get(INTENT) for e in intents] + [_CLASSES[e.get(SAYING)] for e in sayings]
        documents = [self._document(e) for e in [*intents, *sayings]]
        self._choose_features(documents)
        vectors = np.concatenate([self._vector(e) for e in [*intents, *sayings]])
        examples = Examples(self._matrix(documents), vectors)

        model = fit(examples, labels, self._config["C"])
        self._labels = model.labels
        self._weights = model.weights.astype(np.float32)
        self._bias = model.bias.astype(np.float32)
        self._learn_danger(examples.sparse, [label == EMERGENCY for label in labels])
        scores = held_out_scores(examples, labels, self._config["C"])[: len(intents)]
        self._calibrate(scores, intents)
        self._persist()
        return self._resource

    def _calibrate(self, scores: np.ndarray, intents: List[Message]) -> None:
        """Find the temperatures on scores that nobody trained on, shape (intents, labels)."""
        scores = scores + self._never_said()
        right = np.array([self._labels.index(e.get(INTENT)) for e in intents])
        letters = np.array([_is_letter(e.get(TEXT)) for e in intents])
        self._temperatures = [
            _best_temperature(scores[kind], right[kind]) for kind in (letters == 0, letters == 1)
        ]
        logger.info(
            "intent classifier: %d features, cross-validated accuracy %.3f, temperatures %s",
            len(self._vocabulary),
            float((scores.argmax(axis=1) == right).mean()),
            self._temperatures,
        )

    def _never_said(self) -> np.ndarray:
        """Added to scores, so that the class of calm sayings is no intent; shape (labels,)."""
        return np.array([_NEVER if label == _CALM else 0.0 for label in self._labels])

    def _choose_features(self, documents: List[List[Text]]) -> None:
        """Those that occur often enough, each with its inverse frequency."""
        counts = Counter(name for document in documents for name in document)
        kept = sorted(n for n, c in counts.items() if c >= self._config["min_count"])
        self._vocabulary = {name: row for row, name in enumerate(kept)}
        idf = [1 + np.log(len(documents) / counts[name]) for name in kept]
        self._idf = np.array(idf, dtype=np.float32)

    def _learn_danger(self, matrix: Any, told: List[bool]) -> None:
        from sklearn.linear_model import LogisticRegression

        danger = LogisticRegression(
            C=self._config["danger_C"], class_weight="balanced", max_iter=400
        )
        danger.fit(matrix, told)
        self._danger_weights = danger.coef_[0].astype(np.float32)
        self._danger_bias = float(danger.intercept_[0])

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking, danger = self._judge(message)
            message.set(DANGER_CHANCE, danger)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _judge(self, message: Message) -> Tuple[List[Dict[Text, Any]], float]:
        """The likeliest intents, best first, and the chance that the message tells of danger."""
        text = message.get(TEXT)
        if not text or not self._labels or not plain_of(message, self._reader).text.strip():
            return [{"name": None, "confidence": 0.0}], 0.0
        rows = self._rows(self._document(message))
        values = self._idf[rows]
        norm = float(np.sqrt((values**2).sum())) or 1.0
        values = values / norm
        scores = values @ self._weights[rows] + self._bias
        scores += self._vector(message)[0] @ self._weights[len(self._vocabulary) :]
        sure = (scores + self._never_said()) / self._temperatures[_is_letter(text)]
        chances = np.exp(sure - sure.max())
        chances /= chances.sum()
        best = np.argsort(-chances)[: self._config["ranking_length"]]
        ranking = [{"name": self._labels[i], "confidence": float(chances[i])} for i in best]
        alone = float(values @ self._danger_weights[rows]) + self._danger_bias
        odds = (alone + _log_odds(scores, self._labels.index(EMERGENCY))) / 2
        return ranking, float(1 / (1 + np.exp(-odds)))

    def _document(self, message: Message) -> List[Text]:
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        words = [token.text for token in tokens if token.text.strip()]
        plain = plain_of(message, self._reader)
        kinds = {fact["entity"] for fact in self._extractor.facts_in(plain)}
        return self._features.of(plain.text, words, kinds)

    def _vector(self, message: Message) -> np.ndarray:
        """The weighed sentence vector, shape (1, d)."""
        _, sentence = message.get_dense_features(TEXT, [])
        vector: np.ndarray = sentence.features * self._config["dense_weight"]
        return vector

    def _rows(self, document: List[Text]) -> List[int]:
        return [self._vocabulary[name] for name in document if name in self._vocabulary]

    def _matrix(self, documents: List[List[Text]]) -> Any:
        from scipy.sparse import csr_matrix
        from sklearn.preprocessing import normalize

        rows = [self._rows(document) for document in documents]
        lengths = np.cumsum([0] + [len(row) for row in rows])
        columns = np.concatenate([np.array(row, dtype=np.int32) for row in rows])
        matrix = csr_matrix(
            (self._idf[columns], columns, lengths), shape=(len(rows), len(self._vocabulary))
        )
        return normalize(matrix)

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            facts = {
                "features": list(self._vocabulary),
                "labels": self._labels,
                "temperatures": self._temperatures,
                "danger_bias": self._danger_bias,
            }
            (folder / "classifier.json").write_text(
                json.dumps(facts, ensure_ascii=False), encoding="utf-8"
            )
            np.savez(
                folder / "classifier.npz",
                idf=self._idf,
                weights=self._weights,
                bias=self._bias,
                danger_weights=self._danger_weights,
            )


def _log_odds(scores: np.ndarray, place: int) -> float:
    """How much likelier one class is than all others together, as a logarithm."""
    others = np.delete(scores, place)
    most = others.max()
    return float(scores[place] - most - np.log(np.exp(others - most).sum()))


def _is_letter(text: Text) -> int:
    return int(len(text) >= _LETTER)


def _best_temperature(scores: np.ndarray, right: np.ndarray) -> float:
    """The temperature with the least negative log-likelihood on scores nobody trained on."""
    candidates = np.geomspace(0.1, 3.0, 60)
    if not len(right):
        return 1.0
    losses = []
    for temperature in candidates:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled).sum(axis=1))
        losses.append(float((log_sum - scaled[np.arange(len(right)), right]).mean()))
    return float(candidates[int(np.argmin(losses))])
