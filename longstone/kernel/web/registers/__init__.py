"""How does a list answer? And the kernel's own lists, one a file."""

from longstone.kernel.web.answers import answer

__all__ = ["answer"]
