"""Rasa's memory between messages (对话记忆), in Redis: only of matters that are still open.

The gateway lets one message of a conversation through at a time, gives every matter a session of
its own, and sends a message again whose turn was lost. So nothing is kept in the middle of a turn,
nothing is merged with what another process wrote, and a matter that is finished leaves nothing.
"""

import json
from typing import Any, Dict, Optional, Text

from rasa.core.tracker_store import RedisTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

# Looked up once: Rasa walks all kinds of events for every event that it reads.
_KINDS = {kind.type_name: kind for kind in reversed(all_subclasses(Event))}


class OpenMatters(RedisTrackerStore):
    """Named by `type: nlu.tracker_store.OpenMatters` in endpoints.yml; options as Rasa's own."""

    async def save(self, tracker: DialogueStateTracker, timeout: Optional[float] = None) -> None:
        """Keep the tracker at the end of a turn; forget it where the turn closed the matter."""
        await self.stream_events(tracker)
        if not _turn_is_over(tracker):
            return
        key = self.key_prefix + tracker.sender_id
        if _matter_is_open(tracker):
            expires = timeout or self.record_exp
            self.red.set(key, self.serialise_tracker(tracker), ex=expires)
        elif _turns(tracker) > 1:
            self.red.delete(key)

    async def _retrieve(
        self, sender_id: Text, fetch_all_sessions: bool
    ) -> Optional[DialogueStateTracker]:
        stored = self.red.get(self.key_prefix + sender_id)
        return self.deserialise_tracker(sender_id, stored) if stored else None

    def deserialise_tracker(self, sender_id: Text, serialised: Text) -> DialogueStateTracker:
        """The tracker as it was saved."""
        tracker = self.init_tracker(sender_id)
        for event in json.loads(serialised)["events"]:
            tracker.update(_event(event), self.domain)
        return tracker


def _event(parameters: Dict[Text, Any]) -> Event:
    return _KINDS[parameters["event"]]._from_parameters(parameters)


def _turn_is_over(tracker: DialogueStateTracker) -> bool:
    last = tracker.events[-1] if tracker.events else None
    listens = isinstance(last, ActionExecuted) and last.action_name == ACTION_LISTEN_NAME
    return listens and _turns(tracker) > 0


def _turns(tracker: DialogueStateTracker) -> int:
    return sum(isinstance(event, UserUttered) for event in tracker.events)


def _matter_is_open(tracker: DialogueStateTracker) -> bool:
    """What the last action of the turn said of it; a turn without a word is kept, to be safe."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            turn = (event.data.get("custom") or {}).get("turn")
            if turn is not None:
                return bool(turn["open_matter"])
    return True
