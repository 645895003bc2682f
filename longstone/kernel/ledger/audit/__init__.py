"""Is everything that is kept still what it was? Re-derives the whole ledger and reads every stored byte, and names what is not."""

from longstone.kernel.ledger.audit.report import Report
from longstone.kernel.ledger.audit.whole import audit

__all__ = ["Report", "audit"]
