"""The one place where we change how Rasa 3.6.21 calls custom actions.

1. Rasa compiles and checks the JSON schema of its own schema before every check of an action's reply:
   a third of a turn. The schema never changes, so the validator is made once.
2. Rasa catches what an action raises and goes on without it. Here it ends the turn (see `failures`).

`install()` is called by the channel; tests check that the patched names still exist and still mean the
same in the installed Rasa.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.extensions.failures import TurnFailed, where

logger = logging.getLogger(__name__)

_validator = Draft7Validator(RemoteAction.action_response_format_spec())
_original_run = RemoteAction.run


def install() -> None:
    """Patch Rasa's classes; calling it again changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    RemoteAction.run = _run


def _validate_action_result(_self: RemoteAction, result: Dict[str, Any]) -> bool:
    """As Rasa's own: True, or raises jsonschema's `ValidationError`."""
    for error in _validator.iter_errors(result):
        raise error
    return True


async def _run(
    self: RemoteAction,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> List[Event]:
    """Run the action; raises `TurnFailed` (502) when the action server is away or the action failed."""
    try:
        return await _original_run(self, output_channel, nlg, tracker, domain)
    except Exception as error:  # Rasa's, aiohttp's, jsonschema's…
        logger.error("The action %s failed: %s", self.name(), where(error))  # noqa: TRY400
        raise TurnFailed(502, "action_failed", f"The action {self.name()} failed.") from error
