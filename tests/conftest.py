"""How hard Hypothesis tries: choose with ``HYPOTHESIS_PROFILE=quick|ci|deep|smoke``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 25
"""Of each property in minutes: most draw whole tenants. ``make deep`` tries 400 times as many."""

# No deadline anywhere: a test's time says more about the machine than about the code.
# "Too slow" is such a time too, so only the profile of daily work reports it.
settings.register_profile("quick", max_examples=EXAMPLES, deadline=None)
settings.register_profile(
    "ci", max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "deep", max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile(
    "smoke", max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick"))
