"""Mails: what they say, how they look, how they are handed to a mail server."""
