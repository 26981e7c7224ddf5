"""Codes, problems with a path, and a short family of exceptions that carry them.

A :class:`Problem` is data: a code that never changes, where it is, and the parameters a sentence needs. The
sentence itself is made on demand from a catalogue (:mod:`agentprov.messages`), so a host can translate it. Whoever
checks something collects every problem and raises once; see :class:`Collector`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Self

import attrs

from agentprov.messages import ENGLISH, Catalogue, sentence

Path = tuple[str | int, ...]
"""Where a problem is: field names and map keys are text, positions in a list are integers counted from 0."""

Parameter = str | int | float | bool | tuple[str, ...]


class Code(StrEnum):
    """Every code of the library. Codes are API: documented, stable, never reused; their sentences are not."""

    # a field of any object
    FIELD_REQUIRED = "field.required"
    FIELD_UNKNOWN = "field.unknown"
    FIELD_WRONG_TYPE = "field.wrong_type"
    FIELD_INVALID = "field.invalid"
    FIELD_TOO_LONG = "field.too_long"
    FIELD_TOO_MANY = "field.too_many"
    FIELD_EMPTY = "field.empty"
    FIELD_DUPLICATE = "field.duplicate"
    FIELD_OUT_OF_RANGE = "field.out_of_range"
    FIELD_UNKNOWN_CHOICE = "field.unknown_choice"
    FIELD_UNKNOWN_TAG = "field.unknown_tag"
    FIELD_CONTROL_CHARACTER = "field.control_character"
    FIELD_NAIVE_INSTANT = "field.naive_instant"
    ID_INVALID = "id.invalid"
    ID_MISMATCH = "id.mismatch"
    ID_WRONG_KIND = "id.wrong_kind"

    # a tenant as a whole
    REFERENCE_MISSING = "reference.missing"
    REFERENCE_CYCLE = "reference.cycle"
    REFERENCE_IN_USE = "reference.in_use"
    REFERENCE_TOO_DEEP = "reference.too_deep"
    ROUTE_CYCLE = "route.cycle"
    FAILOVER_SELF = "failover.self"
    FORWARD_SELF = "forward.self"
    STAGE_ORDER = "stage.order"
    TIER_NOT_A_MEMBER = "tier.not_a_member"
    STICKY_TIME_TO_LIVE = "sticky.time_to_live"
    TIMEOUT_OUT_OF_RANGE = "timeout.out_of_range"

    # access and properties
    PERMISSION_INVALID = "permission.invalid"
    PERMISSION_UNKNOWN = "permission.unknown"
    PERMISSION_NOT_GRANTED = "permission.not_granted"
    PERMISSION_DENIED = "permission.denied"
    SCOPE_UNKNOWN = "scope.unknown"
    ROLE_NOT_IN_BLUEPRINT = "role.not_in_blueprint"
    ROLE_SECOND_PARENT = "role.second_parent"
    GRANTS_TOO_MANY = "grants.too_many"
    SCOPE_TOO_LONG = "scope.too_long"
    SEPARATION_TOO_FEW_ROLES = "separation.too_few_roles"
    SEPARATION_UNKNOWN = "separation.unknown"
    SEPARATION_VIOLATED = "separation.violated"
    SEPARATION_HAS_ROLE = "separation.has_role"
    SEPARATION_LACKS_ROLE = "separation.lacks_role"
    ROLE_UNKNOWN = "role.unknown"
    ROLE_EVERYONE = "role.everyone"
    ROLE_ASSIGNED = "role.assigned"
    ROLE_NOT_ASSIGNED = "role.not_assigned"
    ROLE_INHERITED = "role.inherited"
    ROLE_NOT_INHERITED = "role.not_inherited"
    ROLE_NOT_AUTHORIZED = "role.not_authorized"
    GRANT_EXISTS = "grant.exists"
    GRANT_MISSING = "grant.missing"
    SESSION_UNKNOWN = "session.unknown"
    SESSION_OVER = "session.over"
    SESSION_OTHER_USER = "session.other_user"
    SESSION_SEPARATION = "session.separation"
    SESSION_ROLE_ACTIVE = "session.role_active"
    SESSION_ROLE_NOT_ACTIVE = "session.role_not_active"
    PROPERTY_NAME = "property.name"
    PROPERTY_UNKNOWN = "property.unknown"
    PROPERTY_NOT_SETTABLE = "property.not_settable"
    PROPERTY_BOUNDS_EMPTY = "property.bounds_empty"
    PROFILE_OWNER = "profile.owner"
    PROFILE_PERSONAL = "profile.personal"
    REGION_UNKNOWN = "region.unknown"

    # a user among others
    LOGIN_TAKEN = "login.taken"
    NUMERIC_ID_TAKEN = "numeric_id.taken"
    EXTENSION_TAKEN = "extension.taken"
    EMAIL_TAKEN = "email.taken"
    MOBILE_TAKEN = "mobile.taken"
    NUMBER_TAKEN = "number.taken"
    WINDOWS_LOGIN_DOMAIN = "windows_login.domain"
    DIALLER_PANEL_NEEDS_LOGIN_BASED = "dialler_panel.needs_login_based"
    FORWARD_WITHOUT_PHONE = "forward.without_phone"
    SUPERVISOR_SELF = "supervisor.self"
    SUPERVISOR_ROLE = "supervisor.role"
    SUPERVISOR_HAS_AGENTS = "supervisor.has_agents"
    USER_NOT_ROUTED = "user.not_routed"
    USER_UNKNOWN = "user.unknown"
    USER_NOT_ACTIVE = "user.not_active"
    OBJECT_UNKNOWN = "object.unknown"
    BLUEPRINT_NO_RULE = "blueprint.no_rule"

    # changes and their guards
    CONFLICT_STALE = "conflict.stale"
    CONFLICT_TENANT = "conflict.tenant"
    CONFLICT_CHANGED = "conflict.changed"
    USER_LOGGED_ON_QUEUE = "user.logged_on_queue"
    LIVE_FACT_MISSING = "live.fact_missing"

    # provisioning: forms, guards, storage
    FIELD_NOT_ALLOWED = "field.not_allowed"
    FIELD_DERIVED = "field.derived"
    FIELD_IMMUTABLE = "field.immutable"
    FIELD_NEEDS = "field.needs"
    FIELD_TAKEN = "field.taken"
    FIELD_CONTRADICTS = "field.contradicts"
    FIELD_RECOMMENDED = "field.recommended"
    FIELD_DISCOURAGED = "field.discouraged"
    CONTACT_REQUIRED = "contact.required"
    ROLE_ONLY_ONE = "role.only_one"
    ROLE_EXCEEDS_ACTOR = "role.exceeds_actor"
    RESOURCE_FILTER_EXCEEDS_ACTOR = "resource_filter.exceeds_actor"
    REVOKE_EXCEEDS_ACTOR = "revoke.exceeds_actor"
    VISIBILITY_EXCEEDS_ACTOR = "visibility.exceeds_actor"
    USER_NOT_IN_ACCESS_LIST = "user.not_in_access_list"
    SKILL_WITHOUT_LEVEL = "skill.without_level"
    LOGIN_IMMUTABLE = "login.immutable"
    TWO_FACTOR_NEEDS_MOBILE = "two_factor.needs_mobile"
    PASSWORD_NOT_GENERATED = "password.not_generated"
    PASSWORD_METHOD = "password.method"
    ID_TAKEN = "id.taken"
    USER_MOVE_NOT_UPDATE = "user.move_not_update"
    USER_BLOCK_NOT_DELETE = "user.block_not_delete"
    USER_UNBLOCK_NEEDS_ADMIN = "user.unblock_needs_admin"
    ADMIN_LAST = "admin.last"
    TENANT_UNKNOWN = "tenant.unknown"
    TENANT_EXISTS = "tenant.exists"
    VERSION_UNKNOWN = "version.unknown"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key.invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key.reused"

    # hours
    SCHEDULE_INVALID = "schedule.invalid"
    SCHEDULE_OVERLAP = "schedule.overlap"
    SCHEDULE_TOO_MANY = "schedule.too_many"
    SCHEDULE_DATES_REVERSED = "schedule.dates_reversed"
    SCHEDULE_CLOSED_ADDS = "schedule.closed_adds"
    SCHEDULE_OVERRIDE_EMPTY = "schedule.override_empty"
    TIME_ZONE_UNKNOWN = "time_zone.unknown"
    TIME_ZONE_NO_DATA = "time_zone.no_data"

    # documents
    DOCUMENT_SYNTAX = "document.syntax"
    DOCUMENT_EMPTY = "document.empty"
    DOCUMENT_ENCODING = "document.encoding"
    DOCUMENT_UNKNOWN_FORMAT = "document.unknown_format"
    DOCUMENT_VERSION_REQUIRED = "document.version_required"
    DOCUMENT_UNKNOWN_VERSION = "document.unknown_version"
    DOCUMENT_TOO_LARGE = "document.too_large"
    DOCUMENT_TOO_DEEP = "document.too_deep"
    DOCUMENT_TOO_MANY = "document.too_many"
    DOCUMENT_MORE_PROBLEMS = "document.more_problems"
    DOCUMENT_YAML_FEATURE = "document.yaml_feature"
    JSON_DUPLICATE_KEY = "json.duplicate_key"
    JSON_NUMBER = "json.number"
    YAML_DUPLICATE_KEY = "yaml.duplicate_key"
    YAML_NUMBER = "yaml.number"
    TOML_NUMBER = "toml.number"
    EXTRA_MISSING = "extra.missing"

    # text, logins, numbers and languages of a person
    FIELD_NOT_NORMAL_FORM = "field.not_normal_form"
    LOGIN_REQUIRED = "login.required"
    LOGIN_WRONG_TYPE = "login.wrong_type"
    LOGIN_INVALID_CHARACTER = "login.invalid_character"
    LOGIN_NOT_NORMAL_FORM = "login.not_normal_form"
    LOGIN_BIDI_CONTROL = "login.bidi_control"
    LOGIN_MIXED_DIRECTION = "login.mixed_direction"
    LOGIN_TOO_LONG = "login.too_long"
    LOGIN_CONFUSABLE = "login.confusable"
    WINDOWS_LOGIN_REQUIRED = "windows_login.required"
    WINDOWS_LOGIN_WRONG_TYPE = "windows_login.wrong_type"
    WINDOWS_LOGIN_INVALID = "windows_login.invalid"
    WINDOWS_LOGIN_TOO_LONG = "windows_login.too_long"
    NUMERIC_ID_REQUIRED = "numeric_id.required"
    NUMERIC_ID_WRONG_TYPE = "numeric_id.wrong_type"
    NUMERIC_ID_INVALID = "numeric_id.invalid"
    NUMERIC_ID_OUT_OF_RANGE = "numeric_id.out_of_range"
    LANGUAGE_REQUIRED = "language.required"
    LANGUAGE_WRONG_TYPE = "language.wrong_type"
    LANGUAGE_INVALID = "language.invalid"

    # phone numbers and email addresses
    PHONE_REQUIRED = "phone.required"
    PHONE_WRONG_TYPE = "phone.wrong_type"
    PHONE_INVALID_CHARACTER = "phone.invalid_character"
    PHONE_LETTERS = "phone.letters"
    PHONE_SERVICE_CODE = "phone.service_code"
    PHONE_EMERGENCY = "phone.emergency"
    PHONE_REGION_REQUIRED = "phone.region_required"
    PHONE_INTERNATIONAL_OFF = "phone.international_off"
    PHONE_LENGTH = "phone.length"
    PHONE_TOO_SHORT = "phone.too_short"
    PHONE_TOO_LONG = "phone.too_long"
    PHONE_IMPOSSIBLE = "phone.impossible"
    PHONE_INVALID = "phone.invalid"
    PHONE_PREMIUM = "phone.premium"
    PHONE_DESTINATION_NOT_ALLOWED = "phone.destination_not_allowed"
    PHONE_NOT_CANONICAL = "phone.not_canonical"
    EMAIL_REQUIRED = "email.required"
    EMAIL_WRONG_TYPE = "email.wrong_type"
    EMAIL_TOO_LONG = "email.too_long"
    EMAIL_INVALID = "email.invalid"
    EMAIL_RESERVED_DOMAIN = "email.reserved_domain"
    EMAIL_NOT_NORMAL_FORM = "email.not_normal_form"
    EMAIL_NOT_CANONICAL = "email.not_canonical"

    # network addresses
    IP_WRONG_TYPE = "ip.wrong_type"
    IP_INVALID = "ip.invalid"
    IP_ZONE_NOT_ALLOWED = "ip.zone_not_allowed"
    IP_TOO_MANY = "ip.too_many"
    IP_TOO_WIDE = "ip.too_wide"

    # passwords
    PASSWORD_REQUIRED = "password.required"
    PASSWORD_WRONG_TYPE = "password.wrong_type"
    PASSWORD_TOO_SHORT = "password.too_short"
    PASSWORD_TOO_LONG = "password.too_long"
    PASSWORD_INVALID_CHARACTER = "password.invalid_character"
    PASSWORD_NOT_LATIN = "password.not_latin"
    PASSWORD_NEEDS_LOWER = "password.needs_lower"
    PASSWORD_NEEDS_UPPER = "password.needs_upper"
    PASSWORD_NEEDS_DIGIT = "password.needs_digit"
    PASSWORD_NEEDS_SPECIAL = "password.needs_special"
    PASSWORD_COMMON = "password.common"
    PASSWORD_BANNED = "password.banned"
    PASSWORD_CONTAINS_LOGIN = "password.contains_login"
    PASSWORD_POLICY_UNSATISFIABLE = "password_policy.unsatisfiable"

    # calls
    CALL_OVER = "call.over"
    CALL_EVENT_MISFIT = "call.event_misfit"
    CALL_NOT_RUNG = "call.not_rung"
    CALL_OTHER_TENANT = "call.other_tenant"
    STATE_MALFORMED = "state.malformed"
    STATE_VERSION = "state.version"

    @property
    def sentence(self) -> str:
        """The English sentence's template, with its parameters in braces."""
        return ENGLISH[self.value].message


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong: a stable code, where it is, and the parameters its sentence needs.

    >>> from agentprov.errors import Code, Problem
    >>> p = Problem(code=Code.FIELD_REQUIRED, path=("users", "u-asha", "login"))
    >>> print(p)
    users.u-asha.login: a value is required (field.required)
    """

    code: Code
    path: Path = ()
    parameters: Mapping[str, Parameter] = attrs.field(factory=dict, hash=False)

    def under(self, *parts: str | int) -> Problem:
        """The same problem seen from further out: ``parts`` are put before its path."""
        return Problem(code=self.code, path=(*parts, *self.path), parameters=self.parameters)

    @property
    def where(self) -> str:
        """The path as text: ``users.u-asha.alternate_numbers[1]``; ``(whole)`` for the empty path."""
        return path_text(self.path)

    @property
    def message(self) -> str:
        """The problem as one plain English sentence without a full stop."""
        return self.words(ENGLISH)

    @property
    def mend(self) -> str:
        """What a person can do about it, in English."""
        return sentence(ENGLISH[self.code.value].mend, self.parameters)

    def words(self, catalogue: Catalogue) -> str:
        """The sentence from a host's own catalogue; a code that the catalogue lacks is given in English."""
        entry = catalogue.get(self.code.value) or ENGLISH[self.code.value]
        return sentence(entry.message, self.parameters)

    def __str__(self) -> str:
        return f"{self.where}: {self.message} ({self.code.value})"


def path_text(path: Path) -> str:
    """A path as a person writes it. A key that holds a dot, a bracket or a space is put in double quotes."""
    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            plain = part.replace("-", "").replace("_", "").isalnum() and part.isascii()
            text = part if plain else '"' + part.encode("unicode_escape").decode("ascii")[:80] + '"'
            out += f".{text}" if out else text
    return out or "(whole)"


class AgentprovError(Exception):
    """The root of the family. ``problems`` is never empty, and every problem of the attempt is in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        # Exceptions pickle by calling the class with `args`, so `args` holds exactly the parameter.
        super().__init__(self.problems)

    @classmethod
    def of(cls, code: Code, *path: str | int, **parameters: Parameter) -> Self:
        """The error with this one problem."""
        return cls([Problem(code=code, path=path, parameters=parameters)])

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes of the problems, in order."""
        return tuple(problem.code for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidValue(AgentprovError, ValueError):
    """A value or a tenant can't be built from what was given."""


class MalformedDocument(AgentprovError, ValueError):
    """A document can't be read: not the format, not the version, over a limit, or not a valid value inside."""


class NotFound(AgentprovError, LookupError):
    """What was asked about isn't there."""


class Refused(AgentprovError):
    """The request is well formed and isn't allowed, by want of a permission or by a guard."""


class Conflict(AgentprovError):
    """Somebody else was first: the version is no longer the expected one, or a unique value was taken."""


class MissingExtra(AgentprovError, ImportError):
    """An optional extra isn't installed; the problem names it."""


class Collector:
    """Collects problems and raises them once, so that whoever asks sees all of them.

    >>> from agentprov.errors import Code, Collector, InvalidValue
    >>> found = Collector()
    >>> found.add(Code.FIELD_REQUIRED, "login")
    >>> found.add(Code.FIELD_REQUIRED, "name")
    >>> try:
    ...     found.check()
    ... except InvalidValue as error:
    ...     print(error)
    login: a value is required (field.required)
    name: a value is required (field.required)
    """

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, code: Code, *path: str | int, **parameters: Parameter) -> None:
        """Note one problem at ``path``."""
        self.problems.append(Problem(code=code, path=path, parameters=parameters))

    def absorb(self, problems: Iterable[Problem], *path: str | int) -> None:
        """Note problems found further in, as seen from here: ``path`` is put before theirs."""
        if problems:
            self.problems.extend(problem.under(*path) for problem in problems)

    def check(self, error: type[AgentprovError] = InvalidValue) -> None:
        """Raise ``error`` with everything collected, if anything was."""
        if self.problems:
            raise error(self.problems)
