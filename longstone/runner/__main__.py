"""What does make run do? Start the database, bring it up to date, and watch over web, worker and sequencer."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from longstone.runner import postgres
from longstone.runner.supervisor import Child, Hopeless, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="longstone.runner", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-demo", action="store_true", help="start an empty house")
    return parser.parse_args()


def free_port(wanted: int) -> int:
    """Give the wanted port, or the next that is free."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise SystemExit(f"No port from {wanted} to {wanted + 49} is free. Give another with --port.")


def environment(role: str, url: str, *, demo: bool) -> dict[str, str]:
    """Give what a process of the house needs to know."""
    home = os.environ.get("LONGSTONE_HOME") or str(ROOT / "var")
    told = {"LONGSTONE_HOME": home, "LONGSTONE_ROLE": role, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    return {
        **os.environ,
        **told,
        "DJANGO_SETTINGS_MODULE": "longstone.site.settings",
        "LONGSTONE_DEMO": "1" if demo else "0",
    }


def manage(env: dict[str, str], *told: str) -> None:
    """Run one of the house's own commands to its end."""
    done = subprocess.run([sys.executable, "-m", "longstone", *told], env=env, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"`longstone {' '.join(told)}` failed; its last lines above say why.")


def main() -> int:
    """Run the house until it is stopped."""
    given, home = arguments(), Path(os.environ.get("LONGSTONE_HOME") or ROOT / "var")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = None if os.environ.get("DATABASE_URL") else postgres.Postgres(home)
    if server:
        server.start()
        server.prepare()
    try:
        return _run(given, server)
    finally:
        if server:
            server.stop()


def url_for(server: postgres.Postgres | None, role: str) -> str:
    """Give a role's database address: our own server's, or the setting for that role, or the one for all."""
    if server:
        return server.url(role)
    return os.environ.get(f"DATABASE_URL_{role.upper()}") or os.environ["DATABASE_URL"]


def _run(given: argparse.Namespace, server: postgres.Postgres | None) -> int:
    demo = not given.no_demo
    envs = {role: environment(role, url_for(server, role), demo=demo) for role in ("owner", "web", "worker")}
    manage(envs["owner"], "migrate", "-v0")
    if demo:
        manage(envs["worker"], "load_demo")
    port = free_port(given.port)
    watch = Supervisor(children(envs, port), beneath=server)
    watch.start()
    try:
        _answering(watch, port)
        _welcome(port, demo=demo)
        watch.watch()
    except Hopeless as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    finally:
        watch.stop()
    return 0


def children(envs: dict[str, dict[str, str]], port: int) -> list[Child]:
    """Name the processes of the house."""
    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    granian += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    static = ["--static-path-route", "/static", "--static-path-mount", str(ROOT / "longstone/site/static")]
    longstone = [sys.executable, "-m", "longstone"]
    return [
        Child("web", [*granian, *static, "longstone.site.wsgi:application"], envs["web"]),
        Child("worker", [*longstone, "work"], envs["worker"]),
        Child("sequencer", [*longstone, "sequence"], envs["worker"]),
    ]


def _answering(watch: Supervisor, port: int) -> None:
    for _ in range(600):
        watch.tend()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Hopeless("The web did not answer within a minute.")


def _welcome(port: int, *, demo: bool) -> None:
    lines = [f"\nLongstone is at http://127.0.0.1:{port}/"]
    if demo:
        from demo import PASSWORD, SIGN_INS

        lines += [f"  {name:<20} {who}" for name, who in SIGN_INS] + [f"  password for all: {PASSWORD}"]
    sys.stdout.write("\n".join([*lines, "Stop it with Ctrl+C.\n"]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
