"""From what a user filled in to an answer: criteria are checked, one statement is composed, and it is run.

`criteria`, `compose`, `options` and `dialect` are pure; `searches` runs what they made.
"""
