"""Sentences about stores: what a database can't do just now, and what somebody has to mend."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

STORES: Final[Catalogue] = {
    # what passes
    "store.unavailable": Entry(
        "the store gave no answer, so whether anything was stored isn't known",
        "try again, with the same idempotency key",
    ),
    "store.busy": Entry(
        "the store is busy, or took too long; nothing was stored", "try again, with the same idempotency key"
    ),
    "store.refused": Entry(
        "no connection was made, so nothing was stored: {value}",
        "set the address right, or let its account in",
    ),
    # what somebody has to mend
    "store.not_permitted": Entry(
        "the store's account isn't permitted to do that",
        "grant it the rights on the schema and its tables; make and upgrade the tables as their owner",
    ),
    "store.read_only": Entry(
        "the store takes no writes", "use the main server; of SQLite let its account write the file and the folder"
    ),
    "store.full": Entry("the store has no space left; nothing was stored", "make space, then try again"),
    "store.schema_missing": Entry("the database has no tables of this library", "run `agentprov store init`"),
    "store.schema_older": Entry(
        "the database has schema {value}, and this release needs {expected}", "run `agentprov store upgrade`"
    ),
    "store.schema_newer": Entry(
        "the database has schema {value}, and this release knows {expected} at most", "use a newer release of agentprov"
    ),
    "store.encoding": Entry(
        "the database keeps texts as {value}, which can't hold every name", "make a database with the encoding UTF8"
    ),
    "store.asynchronous_commit": Entry(
        "the database answers before a change is safe: {value}", "set `{expected}` for this database or its account"
    ),
    "store.corrupted": Entry(
        "what is stored isn't what was written: {value}", "restore it from a backup; `agentprov store verify` lists all"
    ),
    # what is found in one that was mended by hand, or only half restored
    "store.table_wrong": Entry(
        "a table isn't as this release makes it: {value}", "restore it from a backup, or make it as a new store has it"
    ),
    "store.row_orphaned": Entry(
        "a row is left of what isn't there: {value}", "find out why it was left, then delete it"
    ),
    "store.lookup_wrong": Entry(
        "the row for looking something up doesn't say what the object says: {value}",
        "restore it from a backup, or write the row anew",
    ),
    "store.log_gap": Entry("an entry of the log is missing: {value}", "restore it from a backup"),
    "store.log_diverged": Entry(
        "what the log leads to isn't what is stored: {value}",
        "restore it from a backup; find out who writes to the tables directly",
    ),
    "store.address": Entry("`{value}` is no address of a store", "write {expected}"),
}
