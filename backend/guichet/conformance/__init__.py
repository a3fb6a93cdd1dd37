"""What a kind of database has to keep, promise by promise, tried against a source that somebody has.

Nothing is written: the rows that are searched stand in the statements. Each group of promises is a module.
"""
