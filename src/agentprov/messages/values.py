"""What is said of values, documents, hours and calls."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

VALUES: Final[Catalogue] = {
    # a field of any object
    "field.required": Entry("a value is required", "give a value"),
    "field.unknown": Entry("there is no field `{field}` here", "remove it, or correct its name{hint}"),
    "field.wrong_type": Entry("expected {expected}, found {found}", "write {expected}"),
    "field.invalid": Entry("`{value}` is not {expected}", "write {expected}"),
    "field.too_long": Entry("longer than {limit} characters", "shorten it to {limit} characters"),
    "field.too_many": Entry("more than {limit} entries", "remove entries until {limit} are left"),
    "field.empty": Entry("at least one entry is required", "add an entry"),
    "field.duplicate": Entry("`{value}` is given more than once", "remove the repetition"),
    "field.out_of_range": Entry("`{value}` is outside {low} to {high}", "choose a value from {low} to {high}"),
    "field.unknown_choice": Entry("`{value}` is not one of: {choices}", "choose one of: {choices}"),
    "field.unknown_tag": Entry("`{value}` is not a known kind; known are: {choices}", "choose one of: {choices}"),
    "field.control_character": Entry(
        "contains a character that can't be shown ({character})", "remove the character {character}"
    ),
    "field.naive_instant": Entry("an instant needs a time zone or offset", "add `Z` or an offset such as `+01:00`"),
    "id.invalid": Entry(
        "`{value}` is not an id",
        "use 1 to 128 letters, digits and `. _ : @ + = / -`, starting with a letter or digit",
    ),
    "id.mismatch": Entry("the object here calls itself `{value}`", "give the object the id it is filed under"),
    "id.wrong_kind": Entry("the object filed here is no {kind}", "file it among the objects of its own kind"),
    # a tenant as a whole
    "reference.missing": Entry("there is no {kind} `{value}`", "create that {kind}, or refer to one that exists"),
    "reference.cycle": Entry("leads back to itself: {witness}", "cut the circle at one of: {witness}"),
    "reference.too_deep": Entry("is nested deeper than {most} levels", "take levels out; {most} are the most"),
    "reference.in_use": Entry("still referred to by {referrers}", "detach or replace the references first"),
    "route.cycle": Entry(
        "a call can go round without a caller's key: {witness}", "send one of these steps elsewhere: {witness}"
    ),
    "failover.self": Entry("an agent can't be their own failover", "choose another destination"),
    "forward.self": Entry("`{value}` is a number of this tenant itself", "forward to a number outside the tenant"),
    "stage.order": Entry(
        "a stage after `{value}` seconds doesn't follow the one before",
        "let the first stage begin at once, each later one after more seconds, and those without any come last",
    ),
    "tier.not_a_member": Entry("`{value}` has a tier and is no member", "add them to the members, or remove the tier"),
    "sticky.time_to_live": Entry("a time to live is wanted in hours or in days", "give one of the two"),
    "timeout.out_of_range": Entry(
        "`{value}` seconds is outside {low} to {high}", "choose a whole number of seconds from {low} to {high}"
    ),
    # hours
    "schedule.invalid": Entry(
        "`{value}` is not a time of day, or not an interval of a day",
        "write times as `HH:MM` or `HH:MM:SS`, a start before `24:00`, and an end other than the start;"
        " `00:00-24:00` is the whole day",
    ),
    "schedule.overlap": Entry("`{value}` overlaps `{other}`", "shorten one of the two, or join them"),
    "schedule.too_many": Entry("more than {limit} entries", "join or remove entries until {limit} are left"),
    "schedule.dates_reversed": Entry("`{last}` is before `{first}`", "give the earlier date first"),
    "schedule.closed_adds": Entry("what only adds hours can't be closed", "give it hours, or let it own its dates"),
    "schedule.override_empty": Entry(
        "`{value}` is not after the instant it was set", "give a later end, or none to keep it until it is revoked"
    ),
    "time_zone.unknown": Entry(
        "`{value}` is not a time zone", "write the zone's IANA name exactly, such as `Asia/Kolkata` or `UTC`"
    ),
    "time_zone.no_data": Entry("this machine has no time-zone data", "install the `tzdata` package"),
    # documents
    "document.syntax": Entry(
        "not valid {format} at line {line}, column {column}: {reason}",
        "correct the text at line {line}, column {column}",
    ),
    "document.empty": Entry("the document is empty", "write a document, or choose another file"),
    "document.encoding": Entry("not UTF-8 at line {line}, column {column}", "save the file as UTF-8"),
    "document.unknown_format": Entry("`{value}` is not a known format", "choose one of: {choices}"),
    "document.version_required": Entry(
        "the document doesn't say that it is one of agentprov's",
        'write `agentprov = {version}` at its top (in JSON, `"agentprov": {version}`), or choose another file',
    ),
    "document.unknown_version": Entry(
        "documents of version `{value}` can't be read; known are: {choices}",
        "use a release of the library that reads version `{value}`",
    ),
    "document.too_large": Entry("the document is larger than {limit} bytes", "split it, or raise the limit"),
    "document.too_deep": Entry(
        "more than {limit} tables and lists inside one another", "nest less deeply, or raise the limit"
    ),
    "document.too_many": Entry("more than {limit} entries in the whole document", "split it, or raise the limit"),
    "document.more_problems": Entry(
        "more than {limit} problems; the rest is not shown", "mend those that are shown, then read again"
    ),
    "document.yaml_feature": Entry(
        "{feature} can't be used, at line {line}, column {column}", "write the values out plainly"
    ),
    "json.duplicate_key": Entry("the key `{key}` is given more than once", "remove the repetition"),
    "json.number": Entry("not a number, or too large a number", "write a number of ordinary size"),
    "yaml.duplicate_key": Entry("the key `{key}` is given more than once", "remove the repetition"),
    "yaml.number": Entry("too large a number", "write a number of ordinary size"),
    "toml.number": Entry("the document has too large a number", "write numbers of ordinary size"),
    "extra.missing": Entry(
        "this needs the package `{package}`, which is not installed", "install the extra `{extra}`: agentprov[{extra}]"
    ),
    # text, logins, numbers and languages of a person
    "field.not_normal_form": Entry("is not written in the composed normal form", "write it in the composed form (NFC)"),
    "login.required": Entry("a login is required", "give a login"),
    "login.wrong_type": Entry("a login is text", "write the login as text"),
    "login.invalid_character": Entry(
        "the login contains `{character}`, which a login can't",
        "use letters, digits and `. _ - @ + '`, a letter or digit first",
    ),
    "login.not_normal_form": Entry(
        "the login contains letters that look like others; plainly written it is `{normal}`", "write `{normal}`"
    ),
    "login.bidi_control": Entry(
        "the login contains `{character}`, which reverses the direction of text", "remove `{character}`"
    ),
    "login.mixed_direction": Entry(
        "the login mixes text written from left to right and from right to left", "use one direction of writing"
    ),
    "login.too_long": Entry("the login is longer than {limit} characters", "shorten it to {limit} characters"),
    "login.confusable": Entry("the login looks like `{other}`", "choose a login that can't be taken for `{other}`"),
    "windows_login.required": Entry("a Windows login is required", "give a Windows login"),
    "windows_login.wrong_type": Entry("a Windows login is text", "write the Windows login as text"),
    "windows_login.invalid": Entry("`{value}` is not a Windows login", "write `name`, `name@domain` or `DOMAIN\\name`"),
    "windows_login.too_long": Entry(
        "the Windows login is longer than {limit} characters", "shorten it to {limit} characters"
    ),
    "numeric_id.required": Entry("a numeric id is required", "give a numeric id"),
    "numeric_id.wrong_type": Entry("a numeric id is a whole number", "write a whole number"),
    "numeric_id.invalid": Entry("`{value}` is not a numeric id", "use the digits 0 to 9 only, not starting with 0"),
    "numeric_id.out_of_range": Entry("the numeric id is outside {low} to {high}", "choose one from {low} to {high}"),
    "language.required": Entry("a language is required", "give a language tag such as `en` or `pt-BR`"),
    "language.wrong_type": Entry("a language is text", "write a language tag such as `en` or `pt-BR`"),
    "language.invalid": Entry("`{value}` is not a language tag", "write a BCP 47 tag such as `en` or `pt-BR`"),
    # phone numbers and email addresses
    "phone.required": Entry("a phone number is required", "give a phone number"),
    "phone.wrong_type": Entry("a phone number is text", "write the phone number as text"),
    "phone.invalid_character": Entry(
        "the phone number contains `{character}`", "use the digits 0 to 9, a leading `+`, spaces and `( ) - . /`"
    ),
    "phone.letters": Entry("`{value}` contains letters", "write the number in digits"),
    "phone.service_code": Entry("`{value}` is a service code", "give a number that can be called"),
    "phone.emergency": Entry("`{value}` is an emergency number", "give a person's own number"),
    "phone.region_required": Entry(
        "`{value}` has no country prefix, and no region is known", "write the number with `+` and its country prefix"
    ),
    "phone.international_off": Entry(
        "`{value}` is not a number of {region}, and international calling is off",
        "give a number of {region}, or turn international calling on",
    ),
    "phone.length": Entry("`{value}` doesn't have {digits} digits", "write exactly {digits} national digits"),
    "phone.too_short": Entry("`{value}` is too short for a phone number", "give the whole number"),
    "phone.too_long": Entry("`{value}` is too long for a phone number", "give one number only"),
    "phone.impossible": Entry(
        "`{value}` can't be a phone number: its country prefix or its length doesn't exist",
        "check the country prefix and the number of digits",
    ),
    "phone.invalid": Entry("`{value}` is not a valid phone number", "check the number"),
    "phone.premium": Entry("`{value}` is a premium-rate number", "give a number at an ordinary rate"),
    "phone.destination_not_allowed": Entry(
        "`{value}` is a number of {region}, which isn't an allowed destination", "choose a number in: {allowed}"
    ),
    "phone.not_canonical": Entry(
        "`{value}` is not stored in the E.164 form", "store it as `+`, country prefix and number, digits only"
    ),
    "email.required": Entry("an email address is required", "give an email address"),
    "email.wrong_type": Entry("an email address is text", "write the email address as text"),
    "email.too_long": Entry(
        "the email address is longer than {limit} characters, or than {local_limit} before the `@`",
        "give an address of at most {limit} characters, {local_limit} before the `@`",
    ),
    "email.invalid": Entry("`{value}` is not an email address", "write it as `name@example.com`"),
    "email.reserved_domain": Entry(
        "`{domain}` ends in a reserved name that gets no mail", "give an address in a real domain"
    ),
    "email.not_normal_form": Entry(
        "the email address contains letters that look like others; plainly written it is `{normal}`", "write `{normal}`"
    ),
    "email.not_canonical": Entry(
        "`{value}` is not stored in its normal form", "store it with the domain in lower case and ASCII: `{canonical}`"
    ),
    # network addresses
    "ip.wrong_type": Entry("a network address is text", "write the address as text, such as `192.0.2.1`"),
    "ip.invalid": Entry(
        "`{value}` is not {expected}", "write {expected}, such as `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`"
    ),
    "ip.zone_not_allowed": Entry("`{value}` names a network interface", "remove `%` and what follows it"),
    "ip.too_many": Entry("more than {limit} networks", "unite networks until at most {limit} are left"),
    "ip.too_wide": Entry("`{value}` lets every address in", "list the networks that are meant, or allow all openly"),
    # passwords
    "password.required": Entry("a password is required", "give a password"),
    "password.wrong_type": Entry("a password is a secret text", "give the password as a secret text"),
    "password.too_short": Entry("the password is shorter than {limit} characters", "use at least {limit} characters"),
    "password.too_long": Entry("the password is longer than {limit} characters", "use at most {limit} characters"),
    "password.invalid_character": Entry(
        "the password contains a character that can't be typed or shown", "use characters that can be typed and seen"
    ),
    "password.not_latin": Entry("the password contains a character that isn't {expected}", "use only {expected}"),
    "password.needs_lower": Entry(
        "the password has fewer lower-case letters than {count}", "lower-case letters needed: {count}"
    ),
    "password.needs_upper": Entry(
        "the password has fewer upper-case letters than {count}", "upper-case letters needed: {count}"
    ),
    "password.needs_digit": Entry("the password has fewer digits than {count}", "digits needed: {count}"),
    "password.needs_special": Entry(
        "the password has fewer special characters than {count}", "special characters needed: {count}"
    ),
    "password.common": Entry("the password is one of those everybody tries first", "don't use a well-known password"),
    "password.banned": Entry("the password is on your organisation's list", "don't use a word your organisation bans"),
    "password.contains_login": Entry("the password contains the login", "don't put the login into the password"),
    "password_policy.unsatisfiable": Entry(
        "no password can satisfy this rule: {needed} characters are needed, {limit} are allowed",
        "allow longer passwords, or ask for fewer characters",
    ),
    # calls
    "call.over": Entry("the call is over", "report nothing more about it"),
    "call.event_misfit": Entry(
        "`{event}` can't happen to a call whose state is `{waiting}`",
        "report what the step asked for, or that the caller is gone",
    ),
    "call.not_rung": Entry("`{value}` wasn't rung", "name one of those who were: {choices}"),
    "call.other_tenant": Entry("the call belongs to tenant `{value}`, not `{expected}`", "ask its own tenant's router"),
    "state.malformed": Entry("this is no state that the library wrote", "pass on the text exactly as it was written"),
    "state.version": Entry(
        "the state has version {value}, and {known} is known", "let the version of the library that wrote it read it"
    ),
}
