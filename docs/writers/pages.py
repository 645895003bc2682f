"""Which pages are there? Drawn from the addresses: each with its view, and one line on what it is for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from docs.writers import table

TITLE = "Pages"


def lines() -> Iterator[str]:
    """List our own pages, then those that come with a library."""
    told = sorted(((address, view, _what_for(view)) for address, view in addresses()), key=lambda one: one[0])
    yield from table(
        ["address", "what it is for", "view"], [(f"`/{a}`", say, f"`{_name(v)}`") for a, v, say in told if _ours(v)]
    )
    yield from ("## From a library", "")
    yield from table(["address", "view"], [(f"`/{a}`", f"`{_name(v)}`") for a, v, _ in told if not _ours(v)])


def addresses() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give every address with its view."""
    yield from _beneath(get_resolver(), "")


def _beneath(resolver: Any, before: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{before}{one.pattern}", _view(one.callback)
        elif one.namespace != "api":  # the API has a page of its own
            yield from _beneath(one, f"{before}{one.pattern}")


def _view(callback: Any) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(callback, "view_class", None) or inspect.unwrap(callback)
    return found


def _name(view: Any) -> str:
    return f"{view.__module__}.{view.__qualname__}"


def _ours(view: Any) -> bool:
    return str(view.__module__).startswith("longstone.")


def _what_for(view: Any) -> str:
    return (inspect.getdoc(view) or "").split("\n", 1)[0]
