"""A client of Guichet's API, for programs. It needs nothing of the server, nor any other part of this package.

from guichet.client import Client

with Client("https://guichet.example.com", token="…") as guichet:
    for row in guichet.rows("companies", {"country": [250]}):
        print(row["name"])
"""

from __future__ import annotations

from guichet.client.calls import Client
from guichet.client.problems import (
    BrokenOffError,
    BusyError,
    ClientError,
    ConflictError,
    CriteriaError,
    ExtractError,
    NotFoundError,
    ProblemError,
    ServerError,
    SignInError,
    SlowError,
    TooLargeError,
    UnreachableError,
)
from guichet.client.shapes import (
    Column,
    Count,
    Criterion,
    Extract,
    Form,
    Interface,
    Option,
    Options,
    Result,
    SavedSearch,
    Token,
    User,
    ValueList,
)

__all__ = [
    "BrokenOffError",
    "BusyError",
    "Client",
    "ClientError",
    "Column",
    "ConflictError",
    "Count",
    "CriteriaError",
    "Criterion",
    "Extract",
    "ExtractError",
    "Form",
    "Interface",
    "NotFoundError",
    "Option",
    "Options",
    "ProblemError",
    "Result",
    "SavedSearch",
    "ServerError",
    "SignInError",
    "SlowError",
    "Token",
    "TooLargeError",
    "UnreachableError",
    "User",
    "ValueList",
]
