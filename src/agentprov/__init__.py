"""Provision contact-centre agents: who they are, what they may do, when they work and how calls reach them."""

__version__ = "0.1.0"
