"""What does the machine do for the clocks? It catches up with a clock or a calendar that is new on its shelf."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from longstone.kernel.acting import acting
from longstone.kernel.clocks import acts


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="keep the clocks")
@acting(acts.KEEPER)
def keep_clocks(timestamp: int) -> None:
    """Catch up, if anything is new."""
    if acts.behind():
        acts.catch_up(by=acts.KEEPER, at=datetime.fromtimestamp(timestamp, UTC))
