"""What does make run do? Start the database, bring it up to date, and watch over web, worker and sequencer."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import urllib.request
from pathlib import Path

from longstone.kernel.refusals import Refusal
from longstone.runner import house, safekeeping
from longstone.runner.addresses import addresses
from longstone.runner.postgres import Postgres, PostgresFault
from longstone.runner.restore import refuse_half
from longstone.runner.supervisor import Hopeless, Supervisor

PUBLIC_PORT = 8100
PATIENCE = 120.0  # seconds for the first page, on a busy machine


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="longstone.runner", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8000, help="the port on this machine; the next free one if it is taken"
    )
    parser.add_argument(
        "--public-port", type=int, help="the port of the public's own pages; 8100, or the next free one"
    )
    parser.add_argument("--no-demo", action="store_true", help="start an empty house")
    return parser.parse_args()


def main() -> int:
    """Run the house until it is stopped, or do what the first word asks."""
    if sys.argv[1:2] and sys.argv[1] in safekeeping.ACTS:
        return safekeeping.main(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor listens itself
    given = arguments()
    home = Path(os.environ.get("LONGSTONE_HOME") or house.ROOT / "var").resolve()
    server = None
    try:
        house.make_home(home)
        refuse_half(home)
        server = None if os.environ.get("DATABASE_URL") else Postgres(home)
        urls = addresses(home, server)
        return run(given, house.environments(home, urls, demo=not given.no_demo), server)
    except (Hopeless, PostgresFault, house.NotReady, Refusal) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if server:
            server.stop()


def run(given: argparse.Namespace, envs: dict[str, dict[str, str]], server: Postgres | None) -> int:
    """Bring the database up to date, start the children, say where the house is, and watch."""
    house.manage(envs["owner"], "migrate", "-v0")
    if not given.no_demo:
        house.manage(envs["worker"], "load_demo")
    port = house.free_port(given.port)
    public = house.free_port(_public_port(given)) if house.open_to_the_public(envs) else None
    watch = Supervisor(house.children(envs, port, public), beneath=server)
    try:
        watch.start()
        if answering(watch, port):
            welcome(port, server, demo=not given.no_demo, public=public)
        watch.watch()
    finally:
        watch.stop()
    return 0


def _public_port(given: argparse.Namespace) -> int:
    if given.public_port is not None:
        return int(given.public_port)
    return PUBLIC_PORT if given.port else 0  # 0 asks for any


def answering(watch: Supervisor, port: int) -> bool:
    """Wait until the web answers and its first page opens; false when it was stopped meanwhile."""
    end = time.monotonic() + PATIENCE
    while not watch.stopping:
        watch.tend()
        try:
            for page in ("health/live", ""):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
        if time.monotonic() > end:
            raise Hopeless(f"The web did not answer within {PATIENCE:.0f} seconds. Its last lines above say why.")
    return False


def welcome(port: int, server: Postgres | None, *, demo: bool, public: int | None = None) -> None:
    """Say where the house is, where the public's pages are, who may sign in, and how to stop it."""
    address = f"http://localhost:{port}/"  # a passkey binds itself to a name, never to a number
    if server:
        server.tell(address)
    lines = [f"\nLongstone is at {address}"]
    if public:
        lines.append(f"What the public sees is at http://localhost:{public}/")
    if demo:
        from demo import PASSWORD, SIGN_INS

        lines += [f"  {name:<20} {who}" for name, who in SIGN_INS] + [f"  password for all: {PASSWORD}"]
    sys.stdout.write("\n".join([*lines, "Stop it with Ctrl+C.\n"]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
