"""Guichet: a self-hosted data portal over PostgreSQL databases."""

__version__ = "0.1.0"
