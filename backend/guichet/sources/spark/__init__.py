"""Spark by Spark Connect: everything that knows its protocol."""
