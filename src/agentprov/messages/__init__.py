"""The English catalogue: for every code one sentence and one way to mend it.

Messages are lower case, without a full stop, with the user's input in backticks and no type names of the language.
A host replaces them by a catalogue of the same shape; a code it lacks falls back to English.
"""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry, sentence
from agentprov.messages.rights_and_changes import RIGHTS_AND_CHANGES
from agentprov.messages.rosters import ROSTERS
from agentprov.messages.values import VALUES

ENGLISH: Final[Catalogue] = {**VALUES, **RIGHTS_AND_CHANGES, **ROSTERS}

__all__ = ["ENGLISH", "Catalogue", "Entry", "sentence"]
