"""Tokens instead of a password: signed ones that expire within hours, and personal ones that their owner names."""
