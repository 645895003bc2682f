"""What can be asked of the house on a command line? `python -m longstone COMMAND`."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstone.site.settings")
sys.argv[0] = "longstone"
execute_from_command_line(sys.argv)
