"""What happens when somebody types `python -m examiner`?"""

import os
import sys

from examiner.arrow import on_its_own

if __name__ == "__main__":
    on_its_own()
    from examiner.cli import main

    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is written and closed; taking the libraries down in order would only cost time
