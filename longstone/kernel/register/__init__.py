"""The Register: one definition gives the page, the search, the count, the CSV, the JSON and the API of a list."""

from longstone.kernel.register.asking import Ask, parse
from longstone.kernel.register.columns import Column, Kind
from longstone.kernel.register.definition import BulkAct, Register
from longstone.kernel.register.filters import Between, Choice, Filter
from longstone.kernel.register.listing import Listing, listing, shown
from longstone.kernel.register.rows import Rows
from longstone.kernel.register.search import Search
from longstone.kernel.register.source import Count, Page, Source

__all__ = [
    "Ask", "Between", "BulkAct", "Choice", "Column", "Count", "Filter", "Kind", "Listing", "Page", "Register", "Rows", "Search", "Source",
    "listing", "parse", "shown",
]  # fmt: skip
