"""One of several clients of a list: signs in, waits for a line, opens the lists again and again, and prints what each page took, in milliseconds.

python -m bench.clients ADDRESS WHO TIMES
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATHS = ("/cases/", "/evidence/")


@contextmanager
def served(home: Path, urls: dict[str, str]) -> Iterator[str]:
    """Run the house's own web server on a port of its own."""
    from longstone.runner import house

    port = house.free_port(0)
    child = next(one for one in house.children(house.environments(home, urls, demo=False), port) if one.name == "web")
    with (home / "said").open("w") as said:
        running = subprocess.Popen(child.argv, env=child.env, cwd=child.cwd, stdout=said, stderr=said)
        try:
            _wait(f"http://127.0.0.1:{port}/health/live")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The web server did not begin to answer.")


def opener(address: str, who: str) -> urllib.request.OpenerDirector:
    """Sign in."""
    from bench.filling import PASSWORD

    made = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = made.open(f"{address}/sign-in/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    told = {"csrfmiddlewaretoken": token[1] if token else "", "login": who, "password": PASSWORD}
    made.open(f"{address}/sign-in/login/", urllib.parse.urlencode(told).encode()).read()
    return made


def main() -> None:
    """Open the lists again and again."""
    address, who, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    browser = opener(address, who)
    print("signed in", flush=True)
    sys.stdin.readline()  # until all have: what a password's hash takes is no part of a list
    for _ in range(times):
        for path in PATHS:
            began = time.perf_counter()
            with browser.open(f"{address}{path}") as answer:
                answer.read()
                assert answer.url == f"{address}{path}", "nobody is signed in"
            print((time.perf_counter() - began) * 1000)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstone.site.settings")
    main()
