"""Types of criteria: one module for each, with its keys, its reading, its condition and its words."""
