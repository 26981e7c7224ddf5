"""The English catalogue: for every code one sentence and one way to mend it.

Messages are lower case, without a full stop, with the user's input in backticks and no type names of the language.
A host replaces them by a catalogue of the same shape; a code it lacks falls back to English. The phrases of the
library's own that stand in messages as parameters can be replaced in the same catalogue.
"""

from __future__ import annotations

from typing import Final

from agentprov.messages.credentials import CREDENTIALS
from agentprov.messages.entries import Catalogue, Entry, sentence
from agentprov.messages.forms import FORMS
from agentprov.messages.phrases import PHRASES, phrase_key
from agentprov.messages.properties import PROPERTIES
from agentprov.messages.rights_and_changes import RIGHTS_AND_CHANGES
from agentprov.messages.rosters import ROSTERS
from agentprov.messages.scim import SCIM
from agentprov.messages.stores import STORES
from agentprov.messages.values import VALUES

ENGLISH: Final[Catalogue] = {
    **VALUES,
    **RIGHTS_AND_CHANGES,
    **FORMS,
    **CREDENTIALS,
    **PROPERTIES,
    **SCIM,
    **ROSTERS,
    **STORES,
}

__all__ = ["ENGLISH", "PHRASES", "Catalogue", "Entry", "phrase_key", "sentence"]
