"""What an appeal must be, told by its history alone: the columns that its events add up to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actions.appeals.appeal import Appeal, AppealEvent

TIMES = ("dispatched_at", "contact_due_at", "due_at", "sign_due_at")


def fold(filed: Appeal, history: Sequence[AppealEvent]) -> dict[str, Any]:
    """The changing columns after all events; `filed` is the appeal as it was when filed."""
    told: dict[str, Any] = {
        "status": "received", "lead_party_id": None, "helper_ids": [], "followers": 0,
        "photos": filed.photos, "answer": "", "solved": None, "satisfaction": None,
        "called_back_at": None, "called_back_by": "", "call_back_result": "",
        "signed_at": None, "contacted_at": None, "done_at": None, "closed_at": None,
        "suspended_until": None, "urged_at": None, **dict.fromkeys(TIMES),
        **dict.fromkeys(
            ("returns", "reopened", "extended", "urged", "call_back_attempts", "supervision",
             "escalation_level"), 0,
        ),
    }  # fmt: skip
    for event in history:
        _add(told, event)
        told["status"] = event.to_status or told["status"]
        told["updated_at"] = event.at
    return told


def _add(told: dict[str, Any], event: AppealEvent) -> None:
    facts, at = event.details, event.at
    for name in TIMES:
        if facts.get(name):
            told[name] = datetime.fromisoformat(facts[name])
    match event.kind:
        case "dispatch" | "redispatch":
            told["lead_party_id"] = facts["party_id"]
            told["helper_ids"] = sorted(set(facts["helper_ids"]) - {facts["party_id"]})
            told["signed_at"] = None
        case "sign":
            told["signed_at"] = at
        case "start":
            told["signed_at"] = told["signed_at"] or at
        case "contact":
            told["contacted_at"] = told["contacted_at"] or at
        case "return":
            told |= {"lead_party_id": None, "helper_ids": [], "signed_at": None}
            told["returns"] += 1
        case "extend":
            told["due_at"] = datetime.fromisoformat(facts["until"])
            told["extended"] += 1
        case "suspend":
            told["suspended_until"] = datetime.fromisoformat(facts["until"])
        case "resume":
            told["suspended_until"] = None
        case "answer":
            told |= {"answer": event.note, "done_at": at, "solved": None, "satisfaction": None}
            told |= {"called_back_at": None, "called_back_by": "", "call_back_result": ""}
        case "call_back" if not facts["contacted"]:
            told["call_back_attempts"] += 1
            told |= {"call_back_result": "unreached", "called_back_by": event.actor}
        case "call_back":
            told["satisfaction"] = facts["satisfaction"] or told["satisfaction"]
            if not facts["solved"]:
                _reopen(told)
            result = "solved" if facts["solved"] else "unsolved"
            told |= {"solved": facts["solved"], "call_back_result": result}
            told |= {"called_back_at": at, "called_back_by": event.actor}
        case "rate":
            told["satisfaction"] = facts["satisfaction"]
            told["solved"] = facts["solved"] or told["solved"]
            if event.to_status:
                told |= {"called_back_at": at, "called_back_by": event.actor}
                told["call_back_result"] = "solved"
        case "close":
            told["closed_at"] = at
        case "reopen":
            _reopen(told)
            told["photos"] = [*told["photos"], *facts["photos"]]
        case "add":
            told["photos"] = [*told["photos"], *facts["photos"]]
        case "urge":
            told["urged"] += 1
            told["urged_at"] = at if facts["by"] == "resident" else told["urged_at"]
        case "supervise":
            told["supervision"] = facts["level"]
        case "escalate":
            told["escalation_level"] = facts["level"]
        case "join":
            told["followers"] += 1


def _reopen(told: dict[str, Any]) -> None:
    told["reopened"] += 1
    if told["reopened"] >= 2:
        told["escalation_level"] = min(told["escalation_level"] + 1, 3)
    told |= {"solved": False, "answer": "", "call_back_attempts": 0, "signed_at": None}
    told |= {"contacted_at": None, "done_at": None, "closed_at": None}
    if told["lead_party_id"] is None:
        told |= dict.fromkeys(TIMES)
