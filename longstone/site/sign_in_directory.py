"""Whom does a force's own directory (OpenID Connect) let in? Only staff of that force, and only if all that it says holds.

allauth speaks with the directory: code, state, PKCE (S256). It trusts an ID token that came straight from the directory without its
signature and knows no nonce; the house checks both, and who it is, by docs/adr/0010-sign-in.md.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.http import url_has_allowed_host_and_scheme

from longstone.kernel import keys
from longstone.kernel.refusals import Refusal
from longstone.kernel.verdict import Verdict
from longstone.people import commands
from longstone.people.admission import NO_LONGER, vouched_for
from longstone.people.doors import Directory, directories
from longstone.people.models import Staff
from longstone.site.addresses import address_of

SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
REASONS = (  # RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6
    "access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error",
    "temporarily_unavailable", "interaction_required", "login_required", "account_selection_required", "consent_required",
)  # fmt: skip
STRANGE_REASON = "The directory said no, for a reason that is none of OpenID Connect's."
LEEWAY = 60  # seconds by which the clocks may differ
Claims = dict[str, Any]
NO_SENSE = (OAuth2Error, OSError, KeyError, TypeError, ValueError, AttributeError)  # requests' own faults are OSErrors


class Lie(OAuth2Error):  # type: ignore[misc]  # allauth has no types
    """The directory said something that does not hold."""


class DirectoryDoor(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth asks of the house: which directories there are, and whom each lets in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return False

    def list_apps(self, request: HttpRequest, provider: str = "", client_id: str = "") -> list[SocialApp]:  # noqa: ARG002
        return [_app(force, found) for force, found in directories().items() if provider in {None, "", force}]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let them in, or say why not: what the directory says of them, against what the force entered."""
        force, claims = sociallogin.provider.sub_id, sociallogin.claims
        if not _same(claims["nonce"], (sociallogin.state.get("data") or {}).get("nonce")):
            raise ImmediateHttpResponse(refused(request, force, "The answer was to another question (nonce)."))
        known = sociallogin.user if sociallogin.is_existing else None
        staff, verdict = vouched_for(claims, force=force, directory=directories()[force], known=known)
        if not verdict or staff is None:
            raise ImmediateHttpResponse(_turned_away(request, force, staff, verdict))
        _let_in(staff, force, sociallogin)
        request.session["directory_factor"] = directories()[force].counts_as_second_factor

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """Write down whatever else went wrong between the directory and us."""
        fault = told.get("exception")
        raise ImmediateHttpResponse(refused(request, provider.sub_id, _told(fault) if fault else _said_no(request)))


def _app(force: str, directory: Directory) -> SocialApp:
    issuer = directory.issuer.rstrip("/")
    return SocialApp(
        provider="openid_connect", provider_id=force, name=directory.name, client_id=directory.client,
        secret=keys.given_to_us(f"directory-{force}"),
        settings={"server_url": issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False, "scope": ["openid", "email", "profile"]},
    )  # fmt: skip


def _said_no(request: HttpRequest) -> str:
    if "error" in request.GET:  # anybody can write it into the address
        known = next((one for one in REASONS if one == request.GET["error"]), "")
        return f"The directory said no ({known})." if known else STRANGE_REASON
    return "The answer belongs to no question of ours, or was used before (state)."


def _let_in(staff: Staff, force: str, login: SocialLogin) -> None:
    at = timezone.now()
    if login.is_existing:
        if staff.in_directory.left_at:
            commands.let_back(at=at, staff=staff)
        return
    commands.attach(at=at, staff=staff, provider=force, subject=login.account.uid)
    login.lookup()


def _turned_away(request: HttpRequest, force: str, staff: Staff | None, verdict: Verdict) -> HttpResponse:
    """Refuse somebody; who left the force's group loses the sessions that they have."""
    if staff is not None and verdict.refusal == NO_LONGER:
        commands.shut_out(at=timezone.now(), staff=staff, why=verdict.refusal)
    return refused(request, force, verdict.refusal, said=verdict.refusal, staff=staff)


def refused(request: HttpRequest, force: str, why: str, *, said: str = "", staff: Staff | None = None) -> HttpResponse:
    """Write down that the directory's word was not taken, and tell the officer what to do."""
    commands.refuse_from_directory(
        at=timezone.now(), provider=force, why=why[:300], address=address_of(request), staff=staff
    )
    return render(request, "sign_in/directory_refused.html", {"sentence": said, "why": why}, status=403)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and constant_time_compare(one, other)


class Protocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """allauth's OpenID Connect, with every check that it leaves out."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Give what the directory says of itself; it must call itself what the force calls it."""
        found = super().openid_config
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in needed):
            raise Lie("The directory does not describe itself as OpenID Connect has it.")
        if found["issuer"] != self._directory.issuer:
            raise Lie("The directory calls itself by another name (issuer).")
        return found

    @property
    def _directory(self) -> Directory:
        return directories()[self.provider_id]

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002 - allauth's own signature
        return str(request.build_absolute_uri(reverse("directory_callback", args=[self.provider_id])))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **told: Any) -> SocialLogin:  # noqa: ARG002
        answer = told["response"]
        claims = self._claims(str(answer.get("id_token", "")) if isinstance(answer, dict) else "")
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.account.extra_data, login.claims = {}, claims  # what it says of a person is not kept
        return login

    def _claims(self, token: str) -> Claims:
        """Read an ID token, signed by one of the directory's own keys, for us, now (OpenID Connect Core 3.1.3.7)."""
        key = self._key(token)
        told: dict[str, Any] = {"issuer": self._directory.issuer, "audience": self._directory.client, "leeway": LEEWAY}
        try:
            claims = jwt.decode(token, key, algorithms=SIGNED_WITH, options={"require": CLAIMS}, **told)
        except jwt.InvalidTokenError as fault:
            raise Lie(f"The ID token does not hold ({type(fault).__name__}).") from fault
        return _for_us_alone(claims, self._directory.client)

    def _key(self, token: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(token)
            found = jwt.PyJWKSet.from_dict(self._asked(self.openid_config["jwks_uri"]))
            key = found[str(header.get("kid"))]
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as fault:
            raise Lie(f"The ID token is signed with no key of the directory ({type(fault).__name__}).") from fault
        if header.get("alg") not in SIGNED_WITH or key.algorithm_name != header["alg"]:
            raise Lie("The ID token is signed in a way that is not trusted (alg).")
        return key

    def _asked(self, url: str) -> Any:
        from allauth.socialaccount.adapter import get_adapter

        with get_adapter().get_requests_session() as asking:
            answer = asking.get(url)
            answer.raise_for_status()
            return answer.json()


def _for_us_alone(claims: Claims, client: str) -> Claims:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client:
        raise Lie("The ID token was made for another system as well (azp).")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 191:  # noqa: PLR2004 - as long as its column
        raise Lie("The ID token does not say of whom it speaks (sub).")
    return claims


def begin(request: HttpRequest, force: str) -> HttpResponse:
    """Send somebody to their force's directory."""
    if force not in directories():
        raise Http404
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        return redirect("account_login")  # another site does not begin somebody's sign-in
    nonce, onward = get_random_string(32), request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    provider = DirectoryDoor(request).get_provider(request, force)
    provider.oauth2_adapter_class = Protocol
    try:
        told = {"data": {"nonce": nonce}, "auth_params": {"nonce": nonce}}
        return provider.redirect(request, "login", next_url=onward if safe else None, **told)  # type: ignore[no-any-return]
    except NO_SENSE as fault:
        return refused(request, force, _told(fault))


def came_back(request: HttpRequest, force: str) -> HttpResponse:
    """Take somebody in whom their force's directory sends back."""
    if force not in directories():
        raise Http404
    try:
        view = OAuth2CallbackView.adapter_view(Protocol(request, force))
        return view(request)  # type: ignore[no-any-return]
    except Refusal as refusal:  # somebody else was attached in this moment
        return refused(request, force, refusal.sentence, said=refusal.sentence)
    except NO_SENSE as fault:
        return refused(request, force, _told(fault))


def _told(fault: Exception) -> str:
    """Say what went wrong, in our own words and never in theirs."""
    return str(fault) if isinstance(fault, Lie) else f"The directory's answer makes no sense ({type(fault).__name__})."
