"""The shapes of the API's bodies, by resource. Requests are checked against them; the OpenAPI document has them.

Answers are written straight from the core's values; that they have these shapes is what the tests check.
"""
