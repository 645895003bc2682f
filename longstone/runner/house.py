"""Which processes make the house, and what is each of them told?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from longstone.runner.parent import die_with_parent
from longstone.runner.supervisor import Child

ROOT = Path(__file__).resolve().parent.parent.parent


class NotReady(RuntimeError):
    """The house cannot start; the sentence says why."""


def make_home(home: Path) -> None:
    """Make the folder of everything that is kept, which only we open; raises NotReady where it cannot be."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise NotReady(
            f"The folder {home} cannot be made ({fault.strerror}). Set LONGSTONE_HOME to another."
        ) from fault
    if not os.access(home, os.W_OK | os.X_OK):
        raise NotReady(f"The folder {home} cannot be written to. Set LONGSTONE_HOME to another.")


def environments(home: Path, urls: dict[str, str], *, demo: bool) -> dict[str, dict[str, str]]:
    """Give what a process of each role needs to know, and no other role's address."""
    kept = {name: told for name, told in os.environ.items() if not name.startswith("DATABASE_URL")}
    told = {"LONGSTONE_HOME": str(home), "LONGSTONE_DEMO": "1" if demo else "0", "PYTHONUNBUFFERED": "1"}
    told["DJANGO_SETTINGS_MODULE"] = "longstone.site.settings"
    return {role: {**kept, **told, "LONGSTONE_ROLE": role, "DATABASE_URL": url} for role, url in urls.items()}


def manage(env: dict[str, str], *told: str) -> None:
    """Run one of the house's own commands to its end."""
    if run(env, *told):
        raise NotReady(f"`longstone {' '.join(told)}` failed; its last lines above say why.")


def run(env: dict[str, str], *told: str) -> int:
    """Run one of the house's own commands to its end, and give how it ended."""
    argv = [sys.executable, "-m", "longstone", *told]
    return subprocess.run(argv, env=env, cwd=ROOT, check=False, preexec_fn=die_with_parent()).returncode


def free_port(wanted: int) -> int:
    """Give the wanted port, or the next that is free."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):  # taken, or no port at all
                continue
            return int(probe.getsockname()[1])  # 0 asks for any
    raise NotReady(f"No port from {wanted} to {wanted + 49} is free. Give another with --port.")


def children(envs: dict[str, dict[str, str]], port: int) -> list[Child]:
    """Name the processes of the house, in the order in which they start and stop."""
    longstone = [sys.executable, "-m", "longstone"]
    eraser = [Child("eraser", [*longstone, "erase"], envs["eraser"], ROOT)] if "eraser" in envs else []
    return [
        Child("web", web(port), envs["web"], ROOT),
        Child("worker", [*longstone, "work"], envs["worker"], ROOT),
        Child("sequencer", [*longstone, "sequence"], envs["worker"], ROOT),
        *eraser,
    ]


def web(port: int) -> list[str]:
    """Give the web server's command: this machine only, one process, four threads."""
    listen = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    size = ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    static = ["--static-path-route", "/static", "--static-path-mount", str(ROOT / "longstone/site/static")]
    return [sys.executable, "-m", "granian", *listen, *size, *static, "longstone.site.wsgi:application"]
