"""What happens when somebody types `python -m examiner`?"""

import os
import sys

from examiner.cli import main


class NoPandas:
    """Arrow loads pandas, where it happens to be installed, at its first array; we never need it."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


if __name__ == "__main__":
    sys.meta_path.insert(0, NoPandas())
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is written and closed; taking the libraries down in order would only cost time
