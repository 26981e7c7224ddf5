"""For the tests of whoever builds on agentprov: strategies, scenarios, contracts. Needs the extra ``testing``."""

import sys

# The assertions of the contract suites say what they compared only if pytest rewrites the module before it is imported.
# Hypothesis imports this package in every test run, so nothing is loaded here that isn't there already.
if "pytest" in sys.modules:
    sys.modules["pytest"].register_assert_rewrite("agentprov.testing.contracts")
