"""What happens when somebody types `python -m examiner`?"""

import sys

from examiner.cli import main

sys.exit(main(sys.argv[1:]))
