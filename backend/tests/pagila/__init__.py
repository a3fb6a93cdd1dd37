"""Somebody else's database, defined only from what the README says."""
