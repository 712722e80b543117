"""Many rights at once: each line is answered, then entered by itself, so that one that is wrong stops no other."""

from brands.bulk.answering import answer
from brands.bulk.csv_file import COLUMNS, MOST_LINES, TEMPLATE, Row, read_csv, written
from brands.bulk.entering import enter
from brands.bulk.lines import Line, line_of, tally, wrong_rows
from brands.bulk.papers import Papers

__all__ = [
    "COLUMNS",
    "MOST_LINES",
    "TEMPLATE",
    "Line",
    "Papers",
    "Row",
    "answer",
    "enter",
    "line_of",
    "read_csv",
    "tally",
    "written",
    "wrong_rows",
]
