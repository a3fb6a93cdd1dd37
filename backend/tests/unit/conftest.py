"""What tests without a database share: how Hypothesis looks for examples."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How fast examples are made says something of the machine, and nothing of what is tested.
settings.register_profile("guichet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("guichet")
