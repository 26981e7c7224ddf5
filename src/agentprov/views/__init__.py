"""Answers made to be looked at: from engines to values, and from these to text and HTML (AN-6)."""
