"""The dialect of Spark: one object that stands for all modules of this room."""

from __future__ import annotations

from guichet.sql.dialect import Dialect
from guichet.sql.spark import (
    conditions,
    csv_cells,
    json_cells,
    options,
    quoting,
    rendering,
    summary,
    tables,
    types,
    value_lists,
    wrapping,
)
from guichet.sql.spark.lexer import LEXER
from guichet.sql.standard_dialect import StandardDialect


class SparkDialect(StandardDialect):
    """A `Dialect`: each of its functions says what it does where it stands."""

    name = "Spark"
    has_array_literals = False
    compares_exactly = True

    parse = staticmethod(LEXER.parse)
    find_bind_offsets = staticmethod(LEXER.find_bind_offsets)
    find_first_word = staticmethod(LEXER.find_first_word)
    stands_in_text = staticmethod(LEXER.stands_in_text)

    text_type = "STRING"
    render = staticmethod(rendering.render)
    array = staticmethod(quoting.several)
    fit_number = staticmethod(types.fit_number)
    get_value_kind = staticmethod(types.get_value_kind)
    is_text = staticmethod(types.is_text)

    equals = staticmethod(conditions.equals)
    is_any = staticmethod(conditions.is_any)
    is_in_rows = staticmethod(conditions.is_in_rows)
    matches = staticmethod(conditions.matches)
    pattern = staticmethod(conditions.pattern)
    lies_between = staticmethod(conditions.lies_between)

    select = staticmethod(wrapping.select)
    select_beyond = staticmethod(wrapping.select_beyond)
    compute_all = staticmethod(wrapping.compute_all)
    find_repeated_key = staticmethod(wrapping.find_repeated_key)

    text_cells = staticmethod(json_cells.text_cells)
    json_line = staticmethod(json_cells.line)
    key_cell = staticmethod(json_cells.key_cell)
    json_cells = staticmethod(json_cells.expressions)
    csv_cells = staticmethod(csv_cells.expressions)

    label = staticmethod(tables.label)
    cast = staticmethod(tables.cast)
    full_text = staticmethod(tables.full_text)
    sample = staticmethod(tables.sample)
    sample_together = staticmethod(tables.sample_together)
    quotes_value = staticmethod(tables.quotes_value)

    narrow_options = staticmethod(options.narrow)
    select_bound = staticmethod(value_lists.select_bound)
    select_bound_lines = staticmethod(value_lists.select_bound_lines)
    table_columns = staticmethod(value_lists.table_columns)
    line_table_columns = staticmethod(value_lists.line_table_columns)
    name_temporary = staticmethod(value_lists.name_temporary)
    count_with_matched = staticmethod(value_lists.count_with_matched)
    count_matched = staticmethod(value_lists.count_matched)
    select_unmatched = staticmethod(value_lists.select_unmatched)
    measure = staticmethod(summary.measure)
    count_values = staticmethod(summary.count_values)


SPARK: Dialect = SparkDialect()
