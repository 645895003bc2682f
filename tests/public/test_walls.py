"""What a page of the public's lets a browser do: load nothing from elsewhere, keep nothing, follow nobody."""

from __future__ import annotations

import re
import urllib.request

import pytest

from longstone.public import limits
from longstone.runner import house

PAGES = [
    "/",
    "/about/",
    "/ask/booking/",
    "/ask/school_enquiry/",
    "/ask/volunteer_application/",
    "/published/",
    "/nowhere/",
    "/ask/nothing/",
    "/published/nothing/",
]
STATIC = ["/static/public.css", "/static/way-out.js", "/static/mark.svg"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_walls_and_sets_no_cookie(site, path):
    answer = site.get(path)

    assert answer.status in {200, 404}
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Set-Cookie"] is None


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_loaded_from_elsewhere_and_nothing_is_written_into_the_page(site, path):
    page = site.get(path).text

    assert set(re.findall(r'(?:src|href)="([^"#/][^"]*)"', page)) <= {"https://www.bbc.co.uk/weather"}
    assert re.findall(r'src="(?!/static/)', page) == []
    assert "style=" not in page
    assert re.search(r"<script(?! type=\"module\" src=\"/static/)", page) is None
    assert " on" not in "".join(re.findall(r"<[a-z]+ [^>]*\son\w+=", page))


@pytest.mark.parametrize("path", STATIC)
def test_what_pages_load_lies_here(site, path):
    assert site.get(path).status == 200


def test_nothing_of_the_house_is_here(site):
    for path in ("/sign-in/login/", "/admin/", "/cases/", "/inbox/", "/metrics", "/api/v1/", "/uploads/", "/static/../settings.py",
                 "/static/longstone/boot.js", "/static/%2e%2e/settings.py"):  # fmt: skip
        assert site.get(path).status == 404, path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_other_ways_to_ask_are_refused(site, method):
    answer = site.send(urllib.request.Request(f"{site.address}/ask/booking/", method=method))

    assert answer.status == 405


def test_another_host_is_refused(site):
    assert site.send(urllib.request.Request(f"{site.address}/", headers={"Host": "evil.example"})).status == 400


def test_it_says_whether_it_is_well(site):
    assert site.get("/health/live").text == "alive\n"
    assert site.get("/health/ready").text.startswith("ready")


def test_the_process_is_told_nothing_of_the_house(monkeypatch, tmp_path):
    for name in (
        "LONGSTONE_SECRET_KEY",
        "LONGSTONE_KMS",
        "LONGSTONE_STORE",
        "AWS_SECRET_ACCESS_KEY",
        "DATABASE_URL_OWNER",
    ):
        monkeypatch.setenv(name, "secret")
    urls = {"web": "postgresql://web", "public": "postgresql://public"}

    told = house.environments(tmp_path, urls, demo=True)["public"]

    assert "secret" not in told.values()
    assert not any("web" in value for name, value in told.items() if name.startswith(("DATABASE", "LONGSTONE")))
    assert {"LONGSTONE_HOME", "LONGSTONE_ROLE"}.isdisjoint(told)
    assert told["DATABASE_URL"] == "postgresql://public"


def test_it_is_off_when_it_is_left_off_or_nobody_says_whose_it_is(monkeypatch, tmp_path):
    monkeypatch.delenv("LONGSTONE_PUBLIC_FORCE", raising=False)

    def is_open(*, demo):
        return house.open_to_the_public(house.environments(tmp_path, {"web": "w", "public": "p"}, demo=demo))

    assert is_open(demo=True)
    assert not is_open(demo=False)
    monkeypatch.setenv("LONGSTONE_PUBLIC_FORCE", "northshire")
    assert is_open(demo=False)
    monkeypatch.setenv("LONGSTONE_PUBLIC", "0")
    assert not is_open(demo=True)
    assert not house.open_to_the_public(house.environments(tmp_path, {"web": "w"}, demo=True))


def test_a_limit_counts_each_network_and_all_together_and_forgets_in_time():
    limit = limits.Limit(each=2, of_all=4)

    assert [limit.allows("192.0.2.1", now=0.0) for _ in range(3)] == [True, True, False]
    assert limit.allows("192.0.2.2", now=1.0)
    assert limit.allows("192.0.2.3", now=1.0)
    assert not limit.allows("192.0.2.4", now=1.0)
    assert limit.allows("192.0.2.1", now=600.0)


def test_one_households_addresses_are_one_and_no_address_is_kept():
    limit = limits.Limit(each=1, of_all=9)

    assert limit.allows("2001:db8:1:2:3:4:5:6", now=0.0)
    assert not limit.allows("2001:db8:1:2::1", now=0.0)
    assert limit.allows("2001:db8:1:3::1", now=0.0)
    assert not limit.allows("nonsense", now=0.0) or not limit.allows("", now=0.0)
    assert limit.allows("192.0.2.1", now=0.0)
    assert not limit.allows("::ffff:192.0.2.1", now=0.0)
    assert not any(b"2001" in name or b"192" in name for name in limit.tries if name != limits.OF_ALL)


def test_after_ten_minutes_nothing_is_left_of_a_network_whoever_comes():
    limit = limits.Limit(each=2, of_all=9)
    limit.allows("192.0.2.1", now=0.0)
    limit.allows("192.0.2.2", now=300.0)

    limit.allows("192.0.2.3", now=600.0)
    assert len(limit.tries) == 3  # of all, and two networks
    limit.allows("192.0.2.3", now=1200.0)
    assert {len(tries) for tries in limit.tries.values()} == {1}


def test_after_ten_minutes_nothing_is_left_though_nobody_comes():
    limit = limits.Limit(each=2, of_all=9)
    limit.allows("192.0.2.1", now=-5000.0)

    sweeping = limit.sweeping
    assert (sweeping.interval, sweeping.daemon, sweeping.is_alive()) == (limits.SWEEP, True, True)
    sweeping.cancel()
    sweeping.function()

    assert not limit.tries
    assert limit.sweeping is None


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [("203.0.113.1:4711", "203.0.113.1:4712", "203.0.113.2:4711"), ("[2001:db8::1]:443", " 2001:db8::2", "[2001:db8:0:1::1]:443")],
)  # fmt: skip
def test_a_proxy_that_adds_ports_does_not_put_everybody_in_one_count(first, same, other):
    limit = limits.Limit(each=1, of_all=9)

    assert limit.allows(first, now=0.0)
    assert not limit.allows(same, now=0.0)
    assert limit.allows(other, now=0.0)


def test_a_limit_keeps_a_bounded_memory_however_many_networks_there_are(monkeypatch):
    monkeypatch.setattr(limits, "MOST_NETWORKS", 50)
    limit = limits.Limit(each=1, of_all=10**6)

    for number in range(500):
        assert limit.allows(f"10.0.{number // 250}.{number % 250}", now=0.0)

    assert len(limit.tries) <= 52
