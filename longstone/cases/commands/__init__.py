"""What is done with a case, and about who sees it."""

from longstone.cases.commands.cases import (
    allocate,
    close,
    correct,
    end_share,
    involve,
    open_case,
    reopen,
    review,
    share,
    take_back,
)
from longstone.cases.commands.seeing import (
    break_glass,
    lift_connection,
    lift_restriction,
    record_connection,
    restrict,
    review_glass,
)

__all__ = [
    "allocate", "break_glass", "close", "correct", "end_share", "involve", "lift_connection", "lift_restriction", "open_case",
    "record_connection", "reopen", "restrict", "review", "review_glass", "share", "take_back",
]  # fmt: skip
