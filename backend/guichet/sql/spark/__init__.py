"""The dialect of Spark: one module per trade, pure functions that make SQL."""
