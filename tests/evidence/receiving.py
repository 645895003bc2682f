"""How do tests receive a copy? As an officer does, by an upload and an act."""

from longstone.evidence import commands
from longstone.kernel.store import staging


def receive(by, now, exhibit, told):
    staged = staging.begin(by=by, at=now, name="image.raw", size=len(told))
    staging.append(staged, [told], offset=0, at=now)
    return commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)
