"""The settings: what can be configured, and how its text is read."""
