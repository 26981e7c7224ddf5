"""The values that strategies draw from: small pools of ids, so that objects meet each other, and awkward values.

The ids are shared by every strategy: a role drawn by :func:`~agentprov.testing.strategies.roles` and a user drawn by
:func:`~agentprov.testing.strategies.users` speak of the same few objects. Every value is valid; the awkward ones are
those that break code which looks right: names of several scripts, of both directions of writing, with combining
marks, or as long as is allowed; logins that differ by case; zones with odd offsets or strange clock changes.
"""

from __future__ import annotations

from typing import Final

from agentprov.model.access import Permission
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    AnnouncementId,
    CalendarId,
    CallerIdId,
    DepartmentId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SeparationId,
    SkillId,
    TenantId,
    TimeConditionId,
    TimeGroupId,
    UserGroupId,
    UserId,
    VoicemailId,
)
from agentprov.model.properties import PropertyName

# ---- ids ------------------------------------------------------------------------------------------------------------

TENANT: Final = TenantId("t-acme")
USERS: Final = tuple(UserId(f"u-{name}") for name in ("asha", "ravi", "lena", "omar", "zoe", "kim"))
ROLES: Final = tuple(RoleId(f"r-{name}") for name in ("admin", "supervisor", "agent", "auditor"))
SEPARATION: Final = SeparationId("s-apart")
USER_GROUPS: Final = tuple(UserGroupId(f"g-{name}") for name in ("all", "sales", "north", "night"))
DEPARTMENTS: Final = tuple(DepartmentId(f"d-{name}") for name in ("sales", "support", "billing"))
AGENT_GROUPS: Final = tuple(AgentGroupId(f"a-{name}") for name in ("red", "blue"))
QUEUES: Final = tuple(QueueId(f"q-{name}") for name in ("main", "vip"))
SKILLS: Final = tuple(SkillId(f"s-{name}") for name in ("hindi", "norsk", "refunds"))
PROFILES: Final = tuple(ProfileId(f"p-{name}") for name in ("day", "night", "own"))
NUMBERS: Final = tuple(NumberId(f"n-{name}") for name in ("main", "direct", "press"))
IVRS: Final = tuple(IvrId(f"i-{name}") for name in ("welcome", "more"))
TIME_CONDITIONS: Final = tuple(TimeConditionId(f"c-{name}") for name in ("office", "holidays"))
TIME_GROUPS: Final = tuple(TimeGroupId(f"h-{name}") for name in ("office", "evening", "odd"))
CALENDARS: Final = tuple(CalendarId(f"k-{name}") for name in ("public", "company"))
ANNOUNCEMENTS: Final = tuple(AnnouncementId(f"m-{name}") for name in ("hello", "closed"))
VOICEMAILS: Final = (VoicemailId("v-box"),)
CALLER_IDS: Final = tuple(CallerIdId(f"o-{name}") for name in ("mumbai", "oslo"))
ADDRESSES: Final = tuple(AddressId(f"w-{name}") for name in ("office", "home"))

UNKNOWN: Final = "x-nobody"
"""An id that no strategy gives to an object."""

# ---- permissions and properties -------------------------------------------------------------------------------------

SECTIONS: Final = {
    "user": ("view", "add", "edit", "delete"),
    "queue": ("view", "edit"),
    "number": ("view",),
    "access": ("grant",),
}
PERMISSIONS: Final = tuple(
    Permission(f"{section}:{action}") for section, actions in SECTIONS.items() for action in actions
)
PROPERTIES: Final = tuple(
    PropertyName(name)
    for name in (
        "wrap_up.phone",
        "ring_timeout",
        "language",
        "max_contacts",
        "resource_filter",
        "pause.after_missed_calls",
    )
)

# ---- people ---------------------------------------------------------------------------------------------------------

NAMES: Final = (
    "Asha Rao",
    "Ng",
    "Zoë Müller-Lüdenscheidt",
    "Đặng Thị Ánh",
    "Łukasz Żółć",
    "\u0130brahim I\u015f\u0131k",
    "Ἀθηνᾶ Παππά",
    "Ольга Ёлкина",
    "陳大文",
    "김 하늘",
    "अनुष्का शर्मा",
    "முத்து கிருஷ்ணன்",
    "علی‌رضا",  # with a zero-width non-joiner, which Persian needs
    "שרה כהן",
    "ริน สมใจ",
    "Q̃oyllur Ĭ̀",  # combining marks that have no composed form
    "O'Brien; DROP TABLE users",
    "=1+1",
    "Night team \N{CRESCENT MOON}",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} Kim",
    '<b>bold</b> & "quoted"',
    "null",
    "x" * 200,
    "ß" * 200,
)
"""Names, each in the composed normal form, up to the longest that is allowed."""

LOGINS: Final = tuple(
    Login(text)
    for text in (
        "asha",
        "Asha",
        "asha.rao@example.com",
        "ASHA.RAO@example.com",
        "o'brien",
        "agent+1@example.org",
        "_robot-7",
        "007",
        "żółć",
        "straße",
        "\u0131rmak",
        "ольга",
        "שרה",
        "김하늘",
        "अनुष्का",
        "l" * 254,
    )
)
"""Logins, of which some differ only by case: in a tenant that ignores case they collide."""

EMAILS: Final = tuple(
    Email(text)
    for text in (
        "asha@example.com",
        "Asha@example.com",
        "asha+night@example.org",
        "o'brien@example.net",
        "ops@xn--bcher-kva.example",
        "a.very.long.local.part.that.is.still.shorter.than.sixty.four@example.com",
    )
)

PHONES: Final = tuple(
    PhoneNumber(text)
    for text in (
        "+918123456789",
        "+917410410123",
        "+447400123456",
        "+12015550123",
        "+4740612345",
        "+4721234567",
        "+4915123456789",
        "+22365012345",
        "+61412345678",
        "+9779841234567",
        "+5511961234567",
        "+390212345678",
        "+390212345678;ext=12",
    )
)
"""Numbers of people, from thirteen numbering plans; one keeps its leading zero, one has a dialled suffix."""

EXTERNALS: Final = tuple(PhoneNumber(text) for text in ("+33612345678", "+819012345678", "+27711234567"))
"""Numbers that calls are forwarded to."""

DIALLED: Final = tuple(PhoneNumber(text) for text in ("+911800123456", "+4723050000", "+441212345678", "+97122345678"))
"""Numbers that a tenant has for its callers, apart from those that legs ring, so that no leg leads back."""

CALLERS: Final = (*(PhoneNumber(text) for text in ("+79123456789", "+393123456789")), *PHONES[:3])
"""Numbers of callers; some are also agents' own."""

TYPED: Final = (
    "080 6965 1170",
    "(022) 2345-6789",
    "91 22 2345 6789",
    "+91 22 2345 6789",
    "22 34 56 78",
    "+47 40 61 23 45",
    "0047 22 33 44 55",
    "+223 65 01 23 45",
    "212 555 0123",
    "+1 876 210 1234",
    "+1 555 555 5555",  # of a range that isn't known yet, in a plan of many countries
    "+1 900 234 5678",
    "+44 20 7946 0958 ext. 12",
    "+44 909 879 0123",
    "+881 612 345 678",
    "+883 5100 0000 0094",
    "+800 1234 5678",
    "112",
    "1 1 2",
    "\uff11\uff11\uff12",  # full width
    "\u200b112#",
    "100",
    "103",
    "113",
    "911",
    "999",
    "+91 100",
    "0047 113",
    "+44 999",
    "101",
    "199",
    "12",
    "",
    "1-800-FLOWERS",
    "*21*91234567#",
    "300&DAHDI/g1/123",
    "100@10.0.0.1",
    "\uff18\uff10\uff16\uff19\uff16\uff15\uff11\uff11\uff17\uff10",
    "80\u202e6965 1170",
    "8069651170\x00",
    "\ud800",
    "9" * 4_000,
)
"""What people and attackers type to call out: numbers, emergency numbers in several forms, extensions, no numbers."""

LANGUAGES: Final = ("en", "hi-IN", "nb-NO", "zh-Hant-TW", "sr-Latn-RS", "es-419")

# ---- time -----------------------------------------------------------------------------------------------------------

TIME_ZONES: Final = (
    "UTC",
    "Asia/Kolkata",
    "Europe/Oslo",
    "America/New_York",
    "Asia/Kathmandu",  # +05:45
    "Australia/Eucla",  # +08:45
    "Pacific/Marquesas",  # -09:30
    "America/St_Johns",  # -03:30, with clock changes
    "Australia/Lord_Howe",  # changes by half an hour
    "Europe/Dublin",  # its winter time is the odd one
    "Africa/Casablanca",  # goes back for Ramadan
    "America/Santiago",  # repeats the last hour of a Saturday
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Kiritimati",  # +14:00
    "Asia/Calcutta",  # another name of a zone above
)
"""IANA zones: odd offsets, clock changes of all kinds, one missing day, and a link."""
