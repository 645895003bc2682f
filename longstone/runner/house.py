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
FOR_THE_PUBLIC = ("PATH", "LANG", "LC_", "TZ", "TMPDIR", "HOME", "PYTHON", "VIRTUAL_ENV", "LONGSTONE_PUBLIC", "LONGSTONE_TEST")  # fmt: skip


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
    envs = {role: {**kept, **told, "LONGSTONE_ROLE": role, "DATABASE_URL": url} for role, url in urls.items()}
    if "public" in envs:
        envs["public"] = _for_the_public(home, urls["public"], demo=demo)
    return envs


def _for_the_public(home: Path, url: str, *, demo: bool) -> dict[str, str]:
    """Tell the public's process nothing of the house: neither its secrets nor where its keys and bytes lie."""
    kept = {name: told for name, told in os.environ.items() if name.startswith(FOR_THE_PUBLIC)}
    force = {"LONGSTONE_PUBLIC_FORCE": "northshire", "LONGSTONE_PUBLIC_NAME": "Northshire Police"} if demo else {}
    told = {"LONGSTONE_PUBLIC_HOME": str(home / "public"), "LONGSTONE_DEMO": "1" if demo else "0", **force, **kept}
    return {**told, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "longstone.public.settings", "DATABASE_URL": url}


def open_to_the_public(envs: dict[str, dict[str, str]]) -> bool:
    """Say whether the public's own process is to run: it has a database role, a force, and is not left off."""
    told = envs.get("public", {})
    return bool(told.get("LONGSTONE_PUBLIC_FORCE")) and told.get("LONGSTONE_PUBLIC") != "0"


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


def children(envs: dict[str, dict[str, str]], port: int, public_port: int | None = None) -> list[Child]:
    """Name the processes of the house, in the order in which they start and stop."""
    longstone = [sys.executable, "-m", "longstone"]
    eraser = [Child("eraser", [*longstone, "erase"], envs["eraser"], ROOT)] if "eraser" in envs else []
    public = [Child("public", public_web(public_port), envs["public"], ROOT, may_stay_down=True)] if public_port else []
    return [
        *public,
        Child("web", web(port), envs["web"], ROOT),
        Child("worker", [*longstone, "work"], envs["worker"], ROOT),
        Child("sequencer", [*longstone, "sequence"], envs["worker"], ROOT),
        *eraser,
    ]


def web(port: int) -> list[str]:
    """Give the web server's command: this machine only, two processes of four threads, for a thread waits for the others of its process."""
    return _granian(port, "site", processes=2)


def public_web(port: int) -> list[str]:
    """Give the command of the public's own web server: one process, which counts the letters of each network by itself."""
    return _granian(port, "public", processes=1)


def _granian(port: int, site: str, *, processes: int) -> list[str]:
    listen = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    size = ["--workers", str(processes), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    static = ["--static-path-route", "/static", "--static-path-mount", str(ROOT / f"longstone/{site}/static")]
    return [sys.executable, "-m", "granian", *listen, *size, *static, f"longstone.{site}.wsgi:application"]
