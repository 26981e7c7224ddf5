"""YAML as text: a plain part of it, needing the extra ``yaml``.

Anchors, aliases, tags and several documents in one text are refused. Of plain scalars only `true`, `false`, `null`,
decimal numbers without leading zeros and fractions are anything but text: `yes`, `on`, `012`, `1_000`, `09:30`,
`2026-01-31` and `+4791234567` are text. What is written by :func:`write` is
quoted wherever either reading could differ.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from agentprov.codec.limits import LONGEST_NUMBER, Limits
from agentprov.codec.parsed import Parsed, Place, place_of
from agentprov.errors import Code, MalformedDocument, MissingExtra, Parameter, Path, Problem

if TYPE_CHECKING:
    import yaml

# Each of these is a part of what YAML 1.1 takes for the same, so that its writers quote such texts.
_WORDS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FRACTION: Final = re.compile(r"-?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?")


def parse(text: str, limits: Limits) -> Parsed:
    """The document that a YAML text says, with the line and column of every value.

    Raises:
        MalformedDocument: ``document.syntax`` and ``document.yaml_feature`` with line and column, or a limit.
        MissingExtra: ``extra.missing``; ``agentprov[yaml]`` isn't installed.
    """
    yaml = _yaml()
    builder = _Builder(yaml, limits)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        raise _syntax_error(place_of(text, position), "a character that can't stand there") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = place_of(text, len(text)) if mark is None else (mark.line + 1, mark.column + 1)
        raise _syntax_error(place, error.problem or "not understood") from None
    except MalformedDocument:
        raise
    except (ValueError, OverflowError):  # an escape beyond the last character, a version of thousands of digits
        raise _syntax_error(place_of(text, len(text)), "a number out of range") from None
    return builder.parsed()


def _syntax_error(place: Place, reason: str) -> MalformedDocument:
    return MalformedDocument.of(
        Code.DOCUMENT_SYNTAX, format="YAML", line=place[0], column=place[1], reason=reason[:1].lower() + reason[1:]
    )


class _Builder:
    """Builds the document from the parser's events, and stops at the first one that goes over a limit."""

    def __init__(self, yaml: Any, limits: Limits) -> None:  # noqa: ANN401  the module
        self.yaml = yaml
        self.limits = limits
        self.items = 0
        self.documents = 0
        self.root: object = None
        # Of every open container: itself, its path, and the key its next value goes under.
        self.open: list[tuple[dict[str, object] | list[object], Path]] = []
        self.key: list[str | None] = []
        self.problems: list[Problem] = []
        self.places: dict[Path, Place] = {}

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        yaml = self.yaml
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _refused(event, "a second document")
            case yaml.AliasEvent():
                raise _refused(event, "an alias")
            case yaml.NodeEvent(anchor=str()):
                raise _refused(event, "an anchor")
            case yaml.NodeEvent(tag=str()):
                raise _refused(event, "a tag")
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._open(event, {})
            case yaml.SequenceStartEvent():
                self._open(event, [])
            case yaml.CollectionEndEvent():
                self.open.pop()
                self.key.pop()
            case _:
                pass

    def parsed(self) -> Parsed:
        """What was built."""
        return Parsed(document=self.root, problems=tuple(self.problems), places=self.places)

    def _open(self, event: yaml.Event, container: dict[str, object] | list[object]) -> None:
        if len(self.open) >= self.limits.depth:
            raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=self.limits.depth)
        path = self._put(event, container)
        self.open.append((container, path))
        self.key.append(None)

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        if self._wants_key():
            self._name(event)
        else:
            path = self._path()
            self._put(event, self._value(event, path))

    def _wants_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1][0], dict) and self.key[-1] is None

    def _name(self, event: Any) -> None:  # noqa: ANN401
        """Take a key. Keys are text as it stands, so that `2024` and `yes` can be ids."""
        container, path = self.open[-1]
        key: str = event.value
        if key in container:
            place = _place(event)
            parameters: dict[str, Parameter] = {"key": key[:80], "line": place[0], "column": place[1]}
            self.problems.append(Problem(code=Code.YAML_DUPLICATE_KEY, path=(*path, key), parameters=parameters))
        self.key[-1] = key
        self.places.setdefault((*path, key), _place(event))

    def _path(self) -> Path:
        if not self.open:
            return ()
        container, path = self.open[-1]
        key = self.key[-1]
        return (*path, len(container) if key is None else key)

    def _put(self, event: yaml.Event, value: object) -> Path:
        if self._wants_key():
            raise _refused(event, "a key that is a list or a table")
        path = self._path()
        self.places.setdefault(path, _place(event))
        if not self.open:
            self.root = value
            return path
        self.items += 1
        if self.items > self.limits.items:
            raise MalformedDocument.of(Code.DOCUMENT_TOO_MANY, limit=self.limits.items)
        container, key = self.open[-1][0], self.key[-1]
        if isinstance(container, list):
            container.append(value)
        elif key is not None:
            container[key] = value
            self.key[-1] = None
        return path

    def _value(self, event: Any, path: Path) -> object:  # noqa: ANN401
        text: str = event.value
        if not event.implicit[0]:  # quoted, or in a block: text
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _FRACTION.fullmatch(text):
            return float(text)
        if not _WHOLE.fullmatch(text):
            return text
        if len(text) > LONGEST_NUMBER:
            place = _place(event)
            parameters = {"line": place[0], "column": place[1]}
            self.problems.append(Problem(code=Code.YAML_NUMBER, path=path, parameters=parameters))
            return 0
        return int(text)


def _place(event: Any) -> Place:  # noqa: ANN401
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1)


def _refused(event: yaml.Event, feature: str) -> MalformedDocument:
    line, column = _place(event)
    return MalformedDocument.of(Code.DOCUMENT_YAML_FEATURE, feature=feature, line=line, column=column)


def write(document: dict[str, object]) -> str:
    """YAML in block style, the tables in the order of the document.

    Raises:
        MissingExtra: ``extra.missing``; ``agentprov[yaml]`` isn't installed.
    """
    yaml = _yaml()

    class Plain(yaml.SafeDumper):  # type: ignore[name-defined,misc]  # the module is a value here
        """Writes what stands twice twice, never as an alias."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  theirs
            return True

    text: str = yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, default_flow_style=False)
    return text


def _yaml() -> Any:  # noqa: ANN401  the module
    try:
        import yaml
    except ImportError:
        raise MissingExtra.of(Code.EXTRA_MISSING, extra="yaml", package="pyyaml") from None
    return yaml
