"""The gateway's line to Rasa: one turn, or understanding alone."""

import logging
from typing import Any

import aiohttp
import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from actions.turn import TurnContext, TurnNote
from bot.conversations.contract import Button

log = logging.getLogger(__name__)


class Turn(BaseModel):
    """What the assistant says to one message, and what it decided."""

    texts: list[tuple[str, tuple[Button, ...]]]
    note: TurnNote


class Understanding(BaseModel):
    """What the assistant understood of a message that it does not answer itself."""

    intent: str = ""
    confidence: float = 0.0
    entities: dict[str, Any] = {}
    danger: str = ""
    official_category: str = ""
    official_confidence: float = 0.0


class _Item(BaseModel):
    """One of the messages that Rasa's REST channel returns for a turn."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    custom: dict[str, Any] = {}


_ITEMS = TypeAdapter(list[_Item])


class BrainUnavailable(RuntimeError):
    """Rasa is not there, or is too slow."""


class ActionsUnavailable(RuntimeError):
    """Rasa answered without a decision: the action server or Rasa's own store is down."""


class Brain:
    """Rasa's REST channel and its parser, with time-outs."""

    def __init__(self, url: str, token: str = "", timeout: float = 10.0) -> None:
        self._url = url
        self._params = {"token": token} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=2.0)
        self._opened: aiohttp.ClientSession | None = None

    @property
    def _http(self) -> aiohttp.ClientSession:
        """Opened at the first call: it belongs to the running loop."""
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                self._url,
                timeout=self._timeout,
                connector=aiohttp.TCPConnector(limit=64),
                json_serialize=lambda body: orjson.dumps(body).decode(),
            )
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    async def respond(self, sender: str, text: str, context: TurnContext) -> Turn:
        """One turn of the conversation `sender`.

        Raises `BrainUnavailable` where Rasa cannot be reached and `ActionsUnavailable` where the
        turn came back without a decision (an empty list is a failure, never an answer).
        """
        answer = await self._post(
            "/webhooks/rest/webhook",
            {"sender": sender, "message": text, "metadata": context.model_dump(mode="json")},
        )
        texts: list[tuple[str, tuple[Button, ...]]] = []
        note: TurnNote | None = None
        try:
            for item in _ITEMS.validate_python(answer):
                if item.text:
                    texts.append((item.text, item.buttons))
                if "turn" in item.custom:
                    note = _merged(note, TurnNote.model_validate(item.custom["turn"]))
        except ValidationError as error:
            raise ActionsUnavailable(f"rasa's answer is not understood: {error}") from error
        if note is None or not texts:
            raise ActionsUnavailable(f"rasa answered without a decision: {answer!r:.200}")
        # Choices are numbered on WeChat: only the last ones said can be meant by "2".
        spoken = [(said, ()) for said, _ in texts[:-1]]
        return Turn(texts=[*spoken, texts[-1]], note=note)

    async def parse(self, text: str) -> Understanding:
        """Understand a message without answering it; an empty result where Rasa is away."""
        try:
            parsed = await self._post("/model/parse", {"text": text})
        except BrainUnavailable as error:
            log.warning("message left without understanding: %s", error)
            return Understanding()
        intent = parsed.get("intent") or {}
        official = parsed.get("official_category") or {}
        entities = {e["entity"]: str(e["value"]) for e in reversed(parsed.get("entities", []))}
        return Understanding(
            intent=intent.get("name") or "",
            confidence=intent.get("confidence") or 0.0,
            danger=entities.pop("danger", ""),
            official_category=official.get("name") or "",
            official_confidence=official.get("confidence") or 0.0,
            entities=entities,
        )

    async def ready(self) -> bool:
        try:
            async with self._http.get(
                "/status", params=self._params, timeout=aiohttp.ClientTimeout(2.0)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            async with self._http.post(path, json=body, params=self._params) as response:
                response.raise_for_status()
                return orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise BrainUnavailable(f"{path}: {error!r}") from error


def _merged(first: TurnNote | None, second: TurnNote) -> TurnNote:
    """Two actions ran in one turn (a question answered inside a form): the first one decided.

    The second only keeps the matter open and adds what is to be remembered.
    """
    if first is None:
        return second
    return first.model_copy(
        update={
            "open_matter": second.open_matter,
            "appeal": first.appeal or second.appeal,
            "handoff": first.handoff or second.handoff,
            "remember": {**first.remember, **second.remember},
            "home": {**first.home, **second.home},
            "phone": first.phone or second.phone,
        }
    )
