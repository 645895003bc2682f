"""What can be asked of the house on a command line? `python -m longstone COMMAND`.

Whoever has the server's command line is the house itself: what runs from here, the worker too, sees all, unless it acts for somebody.
"""

import os
import sys

from django.core.management import execute_from_command_line

from longstone.kernel.acting import acting
from longstone.kernel.actor import machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstone.site.settings")
sys.argv[0] = "longstone"
with acting(machine("the command line")):
    execute_from_command_line(sys.argv)
