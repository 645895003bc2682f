"""What is in what was seized? Opens images and folders and writes down what they hold, and nothing else.

`python -m examiner open IMAGE --out DIR` makes a catalogue; `docs/catalogue.md` says what it holds.
"""

from examiner.opening import Opened, open_image
from examiner.refusals import Refused
from examiner.settings import Settings, Walls
from examiner.version import VERSION

__all__ = ["VERSION", "Opened", "Refused", "Settings", "Walls", "open_image"]
