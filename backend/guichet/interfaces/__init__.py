"""What an interface is: its model, how definition files become it, and what authors are told.

This package knows no request and composes no SQL; `guichet.search` does.
"""
