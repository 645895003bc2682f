"""What is this site's own: whose it is, where its way out leads, and how much it takes? Told by its environment, once (docs/how-to/public-side.md)."""

from os import environ

FORCE = environ.get("LONGSTONE_PUBLIC_FORCE", "")  # whose inbox it is: the force's short name
NAME = environ.get("LONGSTONE_PUBLIC_NAME", "the police")
TELEPHONE = environ.get("LONGSTONE_PUBLIC_TELEPHONE", "101")
EXIT = environ.get("LONGSTONE_PUBLIC_EXIT", "https://www.bbc.co.uk/weather")  # where the way out leads
PROXY = (
    environ.get("LONGSTONE_PUBLIC_PROXY") == "1"
)  # one proxy in front, whose X-Forwarded-Proto and -For are believed
SHELVES = environ.get("LONGSTONE_PUBLIC_SHELVES", "")  # a folder with the force's own forms/
QUICKEST = float(environ.get("LONGSTONE_PUBLIC_QUICKEST", "2"))  # seconds in which no person answers
LONGEST = 24 * 3600  # seconds for which a page that was opened can be sent
TRIES = int(environ.get("LONGSTONE_PUBLIC_TRIES", "30"))  # from one network in ten minutes
TRIES_OF_ALL = int(environ.get("LONGSTONE_PUBLIC_TRIES_OF_ALL", "600"))  # from all in ten minutes
DEMO = environ.get("LONGSTONE_DEMO") == "1"
