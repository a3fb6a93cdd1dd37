"""The databases that interfaces read: connections, read-only sessions with a time limit, and their errors.

This is the seam behind which another kind of database would come. It knows nothing of interfaces and criteria.
"""
