"""Do the children come back when they die, and go in order when they are told?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from longstone.runner import supervisor
from longstone.runner.supervisor import Child, Hopeless, Supervisor
from tests.runner.conftest import ROOT, gone, wait_until

LIVE = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
PARENT = """
import os, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(grandchild.pid))
time.sleep(600)
"""
WRITES_ON_STOP = """
import signal, sys, time
def stop(*_):
    open(sys.argv[1], "a").write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
open(sys.argv[1] + sys.argv[2], "w")
time.sleep(600)
"""


class Ground:
    """A thing beneath that writes down when it is stopped, and can be let die."""

    def __init__(self, book: Path) -> None:
        self.book, self.runs, self.starts = book, True, 0

    def start(self) -> None:
        self.runs, self.starts = True, self.starts + 1

    def stop(self) -> None:
        self.book.write_text(f"{self.book.read_text() if self.book.exists() else ''}ground")

    def alive(self) -> bool:
        return self.runs


def child(name: str, code: str, *more: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *more], dict(os.environ))


@pytest.fixture
def watching():
    """Give a way to supervise; signals are as before afterwards and no child is left."""
    before = {number: signal.getsignal(number) for number in supervisor.STOPPING}
    made = []

    def watch(*children, beneath=None):
        made.append(Supervisor(list(children), beneath=beneath))
        made[-1].start()
        return made[-1]

    yield watch
    for one in made:
        one.beneath = None
        one.stop()
    for number, was in before.items():
        signal.signal(number, was)


def test_a_killed_child_is_started_again(watching):
    one = child("web", LIVE)
    watch = watching(one)
    first = one.process.pid

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: watch.tend() or (one.process.pid != first and one.process.poll() is None))


def test_what_a_dead_child_had_started_does_not_stay_behind(watching, tmp_path):
    one = child("web", PARENT, str(tmp_path / "pid"))
    watch = watching(one)
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    grandchild, first = int((tmp_path / "pid").read_text()), one.process.pid

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: watch.tend() or one.process.pid != first)
    wait_until(lambda: gone(grandchild))


def test_a_hopeless_child_is_given_up_by_name(watching):
    watch = watching(child("web", LIVE), child("worker", "raise SystemExit(3)"))

    with pytest.raises(Hopeless, match="worker died 5 times within a minute"):
        watch.watch()


def test_a_child_that_waits_to_be_started_again_keeps_nobody_else_waiting(watching):
    good, bad = child("web", LIVE), child("worker", "raise SystemExit(3)")
    watch = watching(bad, good)
    wait_until(lambda: watch.tend() or bad.due)
    bad.due = time.monotonic() + 60
    first = good.process.pid

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: watch.tend() or (good.process.pid != first and good.process.poll() is None), 5)


def test_children_stop_in_their_order_and_the_ground_last(watching, tmp_path):
    book = tmp_path / "book"
    watch = watching(
        *(child(name, WRITES_ON_STOP, str(book), name) for name in ("web", "worker", "sequencer")), beneath=Ground(book)
    )
    wait_until(lambda: len(list(tmp_path.iterdir())) == 3)

    watch.stop()

    assert book.read_text() == "web worker sequencer ground"


def test_a_child_that_will_not_stop_is_ended(watching, capfd):
    one = child("worker", STUBBORN)
    watching(one)
    wait_until(lambda: "deaf" in capfd.readouterr().out)

    one.stop(grace=0.3)

    assert one.process.returncode == -signal.SIGKILL
    assert "did not stop within" in capfd.readouterr().out


def test_the_ground_is_restored_before_the_children(watching, tmp_path):
    ground = Ground(tmp_path / "book")
    watch = watching(child("web", LIVE), beneath=ground)
    ground.runs = False

    watch.tend()

    assert ground.starts == 1


def test_a_ground_that_keeps_giving_way_stops_the_whole(watching, tmp_path):
    ground = Ground(tmp_path / "book")
    watch = watching(beneath=ground)
    ground.runs = False
    ground.start = lambda: None

    with pytest.raises(Hopeless, match="The database died 5 times"):
        watch.watch()


@pytest.mark.parametrize("number", supervisor.STOPPING)
def test_a_signal_ends_the_watch_in_good_order(watching, number):
    watch = watching(child("web", LIVE))
    Timer(0.3, os.kill, (os.getpid(), number)).start()

    watch.watch()

    assert watch.stopping


def test_each_line_says_whose_it_is(watching, capfd):
    watching(child("worker", f"print('counted 3 exhibits', flush=True); {LIVE}"))

    lines = []
    wait_until(lambda: lines.extend(capfd.readouterr().out.splitlines()) or lines)

    assert lines == ["worker     counted 3 exhibits"]


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a child that its parent is gone.")
def test_children_die_with_the_supervisor():
    code = (
        "import os, sys\nfrom longstone.runner.supervisor import Child, Supervisor\n"
        f"one = Child('web', [sys.executable, '-c', {LIVE!r}], dict(os.environ))\n"
        "watch = Supervisor([one])\nwatch.start()\nprint(one.process.pid, flush=True)\nwatch.watch()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(process.stdout.readline())

    process.kill()
    process.communicate()

    wait_until(lambda: gone(pid))
