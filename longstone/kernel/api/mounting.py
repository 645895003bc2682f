"""Where do programs speak to the house? Every act and every list as an operation of one API, described by OpenAPI 3.1 (django-ninja)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from inspect import Parameter, Signature
from typing import Annotated, Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja import Header, NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.params import Body, Path, Query
from ninja.parser import Parser
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema, create_model

from longstone.kernel.api import kinds
from longstone.kernel.api.acts import Act, acts
from longstone.kernel.api.answers import NOT_SENT_WELL, Fault, Made, Refused, faulty, refused, status_of
from longstone.kernel.api.reading import MOST, PAGE, Listing
from longstone.kernel.refusals import Refusal
from longstone.kernel.web.request import show

ABOUT = """What an officer does in Longstone, a registered system does here: with the same guard, the same refusals and the same record.

A system gets a token with its client id and secret (`POST token`, OAuth 2 client credentials) and sends it with each request as
`Authorization: Bearer …`. An officer's browser session opens nothing here. Each act needs an `Idempotency-Key`, a new UUID: the same
key is answered the same and done once. Files are sent to `uploads/` in pieces (tus 1.0); an act is told their id."""
REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), Refused)
HEADERS = {
    "responses": {
        401: {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}},
        429: {"headers": {"Retry-After": {"schema": {"type": "integer"}}}},
    }
}
ONCE = "A new UUID for each act. The same key is answered the same, and nothing is done twice."
NOBODY_KNOWN = "Send a token that holds, as Authorization: Bearer. A system gets one with its client id and its secret."
OUT_OF_RANGE = "Something in this is too long or out of range. Nothing was done."
FROM, HOW_MANY = "The mark that the page before gave.", "How many rows at most."
BODY: Any = Body()  # type: ignore[type-arg]  # ninja's own kinds of parameter are generic only for its own checks
PATH: Any = Path()  # type: ignore[type-arg]
Key = Annotated[kinds.Identity, Header(alias="Idempotency-Key", description=ONCE)]


def _figures(value: Any) -> Any:
    """Read a number of an address: figures alone."""
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 17  # noqa: PLR2004
    if not plain and not isinstance(value, int):
        raise ValueError("Write a whole number.")
    return value


def _number(least: int, most: int) -> Any:
    schema = WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})
    return Annotated[int, BeforeValidator(_figures), Field(ge=least, le=most), schema]


Mark = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_=.-]*$", max_length=400)]
Word = Annotated[str, StringConstraints(pattern=kinds.NO_NUL, max_length=200)]


class StrictJson(Parser):
    """Reads a body as JSON in UTF-8; a name that stands twice, and what is no number, is refused."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read a body."""
        return json.loads(request.body.decode(), object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number.")


class Described(NinjaAPI):
    """An API that is described once: what it can do does not change while it runs."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Give its description."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return _described(self, prefix)


@cache
def _described(api: NinjaAPI, prefix: str) -> OpenAPISchema:
    return OpenAPISchema(api, prefix)


def mount(*, auth: Callable[[HttpRequest], Any], lists: Iterable[Listing]) -> NinjaAPI:
    """Make the API of every act and of these lists."""
    api = Described(
        title="Longstone", version="1", description=ABOUT, docs_url=None, urls_namespace="api", auth=auth, parser=StrictJson()
    )  # fmt: skip
    _say_refusals(api)
    for act in acts().values():
        _add_act(api, act)
    for listing in lists:
        _add_list(api, listing)
    return api


def _add_act(api: NinjaAPI, act: Act) -> None:
    def do(request: Any, told: Any, key: Any) -> HttpResponse:
        answer = act.do(told, by=request.actor, at=request.now, key=key)
        return HttpResponse(answer, content_type="application/json")

    _takes(do, [("told", Annotated[act.body, BODY], Parameter.empty), ("key", Key, Parameter.empty)])
    about = {
        "operation_id": act.name,
        "summary": act.summary,
        "tags": [act.name.split(".")[0]],
        "openapi_extra": HEADERS,
    }
    api.post(f"/acts/{act.name}", response={200: Made, **REFUSALS}, **about)(do)  # type: ignore[arg-type]


def _takes(view: Any, told: Sequence[tuple[str, Any, Any]]) -> None:
    """Say what a view takes, for ninja to read."""
    plain = Parameter.POSITIONAL_OR_KEYWORD
    found = [Parameter(name, plain, default=default, annotation=kind) for name, kind, default in told]
    view.__signature__ = Signature([Parameter("request", plain), *found])


def _add_list(api: NinjaAPI, listing: Listing) -> None:
    def read(request: Any, after: str = "", limit: int = PAGE, **asked: str) -> HttpResponse:
        _nothing_else(request, {"after", "limit", *listing.parameters})
        page = listing.page({n: v for n, v in asked.items() if v}, by=request.actor, after=after, limit=limit)
        facts: Any = {"filter": {name: value for name, value in asked.items() if value}, "after": after, "form": "api"}
        facts |= {"heed": len(page.heed)} if page.heed else {}
        show(request, listing.name, ids=[one.id for one in page.rows], total=page.count, **facts)
        rows = [one.model_dump(mode="json") for one in page.rows]
        told = {
            "count": page.count,
            "count_is_whole": page.whole,
            "rows": rows,
            "after": page.after,
            "heed": [*page.heed],
        }
        return HttpResponse(json.dumps(told), content_type="application/json")

    def read_one(request: Any, number: int) -> HttpResponse:
        _nothing_else(request, set())
        found, told = listing.one(number, by=request.actor)
        show(request, str(found._meta.model_name), on=found, form="api")  # noqa: SLF001
        return HttpResponse(told.model_dump_json(), content_type="application/json")

    words = [(name, Word, _query("", why)) for name, why in listing.parameters.items()]
    marks = [("after", Mark, _query("", FROM)), ("limit", _number(1, MOST), _query(PAGE, HOW_MANY))]
    _takes(read, [*marks, *words])
    _takes(read_one, [("number", Annotated[_number(1, kinds.MOST), PATH], Parameter.empty)])
    about: dict[str, Any] = {"tags": ["lists"], "openapi_extra": HEADERS}
    api.get(
        f"/lists/{listing.name}", response={200: _page_of(listing), **REFUSALS}, operation_id=f"lists.{listing.name}",
        summary=f"{listing.title}, a page at a time.", **about,
    )(read)  # fmt: skip
    api.get(
        f"/lists/{listing.name}/{{number}}", response={200: listing.row, **REFUSALS}, operation_id=f"lists.{listing.name}.one",
        summary=f"One of: {listing.title}.", **about,
    )(read_one)  # fmt: skip


def _page_of(listing: Listing) -> type[BaseModel]:
    """Make the model of a page: the count of all, these rows, the mark after which the next page begins (empty: the last), what is to be heeded."""
    row: Any = listing.row
    fields: Any = {
        "count": (int, ...),
        "count_is_whole": (bool, ...),
        "rows": (list[row], ...),
        "after": (str, ...),
        "heed": (list[str], ...),
    }
    return create_model(f"{listing.name.title()}Page", **fields)


def _query(default: Any, why: str) -> Any:
    return Query(default, description=why)  # type: ignore[type-arg]


def _nothing_else(request: HttpRequest, known: set[str]) -> None:
    """Refuse what nobody would read: a misspelt filter must not show everything."""
    if strange := sorted(set(request.GET) - known):
        raise ValidationError([{"loc": ("query", strange[0][:60]), "msg": "There is no such parameter."}])


def _say_refusals(api: NinjaAPI) -> None:
    """Answer every fault in the same shape, and none with a trace."""

    def say(request: HttpRequest, told: Refused, status: int) -> HttpResponse:
        return api.create_response(request, told.model_dump(), status=status)

    def no_token(request: HttpRequest, _: Any) -> HttpResponse:
        answer = say(request, Refused(refusal=NOBODY_KNOWN), 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def unreadable(request: HttpRequest, fault: Any) -> HttpResponse:
        told = Refused(refusal=NOT_SENT_WELL, faults=[Fault(field="body", sentence="This is no JSON in UTF-8.")])
        return say(request, told, fault.status_code)

    def not_sent_well(request: HttpRequest, fault: Any) -> HttpResponse:
        return say(request, faulty(fault.errors), 422)

    def not_done(request: HttpRequest, refusal: Any) -> HttpResponse:
        return say(request, refused(refusal), status_of(refusal))

    api.add_exception_handler(AuthenticationError, no_token)
    api.add_exception_handler(HttpError, unreadable)
    api.add_exception_handler(ValidationError, not_sent_well)
    api.add_exception_handler(Refusal, not_done)
    api.add_exception_handler(DataError, lambda request, _: say(request, Refused(refusal=OUT_OF_RANGE), 422))
