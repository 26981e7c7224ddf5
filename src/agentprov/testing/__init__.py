"""For the tests of whoever builds on agentprov: strategies, scenarios, contracts. Needs the extra ``testing``."""
