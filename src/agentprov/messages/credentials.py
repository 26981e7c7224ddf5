"""What is said of one-time codes, of setting and changing passwords, of API tokens, and of signing in."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

CREDENTIALS: Final[Catalogue] = {
    # one-time codes
    "otp.failed": Entry("the code isn't accepted ({reason})", "type the code you got last, or ask for another"),
    "otp.locked": Entry("too many wrong codes were tried: {count}", "have an admin allow codes again"),
    "otp.rate_limited": Entry("{limit} codes were asked for within an hour", "wait before you ask for another code"),
    # passwords
    "password.current_required": Entry("the present password is required", "type your present password as well"),
    "password.current_wrong": Entry("this isn't the present password", "type your present password"),
    "password.reused_one_time": Entry("this is the one-time password itself", "choose a password of your own"),
    "password.one_time_expired": Entry(
        "the one-time password has expired", "ask for a code, or have an admin reset the password again"
    ),
    "password.already_set": Entry("a password is set already", "change it, or ask for a recovery code"),
    "password.unreadable": Entry(
        "the stored password can't be read ({reason})", "look at the store, then have the password reset"
    ),
    "password.wrong": Entry("the password is wrong", "type the password again"),
    "password.not_set": Entry("no password is set", "ask for a code to set one"),
    "password.one_time": Entry("the one-time password must be replaced first", "choose a password of your own"),
    "user.web_login_blocked": Entry("signing in to the web is blocked for `{value}`", "ask an admin to lift the block"),
    # API tokens
    "token.missing": Entry("the request has no token", "send `Authorization: Bearer` and the token"),
    "token.malformed": Entry("this is no token", "copy the whole token, without anything around it"),
    "token.unknown": Entry("there is no such token", "have a new token generated"),
    "token.expired": Entry("the token has expired", "have a new token generated"),
    "token.revoked": Entry("the token was revoked", "have a new token generated"),
    "token.other_tenant": Entry("the token belongs to another tenant", "use a token of this tenant"),
    "token.role_not_allowed": Entry("users of the type `{value}` have no tokens", "use a user of a type for programs"),
    "token.exceeds_user": Entry("`{value}` doesn't hold {permissions}", "leave it out, or grant it to the user first"),
    "token.exceeds_actor": Entry(
        "`{actor}` doesn't hold {permissions} in the whole tenant", "have somebody who holds it do it"
    ),
    "token.not_scoped": Entry("the token isn't good for `{permission}`", "use a token with this permission"),
    "token.address_not_allowed": Entry(
        "tokens of `{value}` aren't good from this address",
        "send the request from an address that the user may come from",
    ),
    # signing in: one answer for every refusal, so it says nothing of why
    "auth.failed": Entry("signing in failed", "check what you typed, wait a while, or ask an admin"),
    "sign_in.refused": Entry(
        "refused as at sign-in: `{gate}`", "wait a while, come from an allowed address, or ask an admin"
    ),
    # credentials of somebody stronger
    "credentials.exceeds_actor": Entry(
        "`{actor}` doesn't hold {permissions} as `{value}` does, so can't set what they sign in with",
        "have somebody do it who holds all that the user holds",
    ),
}
