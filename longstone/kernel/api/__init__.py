"""Commands as an API: what an officer does by a form a registered system does by a request, with the same guard and the same record."""

from longstone.kernel.api.acts import Act, acts, name_of, rooms_lists, told_why_not
from longstone.kernel.api.answers import Refused
from longstone.kernel.api.mounting import mount
from longstone.kernel.api.reading import Listing, Row, Rows
from longstone.kernel.api.registers import Registered
from longstone.kernel.api.rows import FINDERS

__all__ = [
    "FINDERS",
    "Act",
    "Listing",
    "Refused",
    "Registered",
    "Row",
    "Rows",
    "acts",
    "mount",
    "name_of",
    "rooms_lists",
    "told_why_not",
]
