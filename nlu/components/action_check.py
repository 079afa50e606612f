"""Checks an action server's answer with a validator that is built once.

Rasa 3.6.21 lets jsonschema check its own fixed schema anew on every call, which takes most of the
CPU of a turn. Here and in `kept_connection` we replace a method of Rasa; any other version is refused.
"""

from typing import Any, Dict, Text

import rasa
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction

VERSION = "3.6.21"


def install() -> None:
    """Put the quick check in place; raises RuntimeError for any Rasa but the one measured."""
    if rasa.__version__ != VERSION:
        raise RuntimeError(f"the quick action check knows rasa {VERSION}, not {rasa.__version__}")
    validator = Draft202012Validator(RemoteAction.action_response_format_spec())

    def _validate_action_result(self: RemoteAction, result: Dict[Text, Any]) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += ". The action server's answer is not of the form that Rasa expects."
        raise error

    RemoteAction._validate_action_result = _validate_action_result
