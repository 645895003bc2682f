"""A text that names somebody is seen, and one that names nobody is let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.public import guards

NAMES_SOMEBODY = {
    "his e-mail is jo@school.example": "an e-mail address",
    "write to jo (at) school.example": "an e-mail address",
    "jo＠school．example": "an e-mail address",
    "ring 01632 960001": "a telephone number",
    "ring +44 1632 960001": "a telephone number",
    "ring 07700-900-123 now": "a telephone number",
    "ring 0\u200b1632\u200b960001": "a telephone number",
    "born on the third": "a date of birth",
    "DOB 3/4/11": "a date of birth",
    "on 03/04/2011": "a date of birth",
    "on 2011-04-03": "a date of birth",
    "on 3rd April 2011": "a date of birth",
    "on April 3, 2011": "a date of birth",
    "lives at NE1 4LP": "a postcode",
    "plays as @shadow_fox": "an account name",
    "plays as ShadowFox#1234": "an account name",
    "the gamertag is shadowfox": "an account name",
    "see https://site.example/u/1": "a web address",
    "in 9B2 of year 9, form 9B": "a class",
    "told Mrs Pattern about it": "a name",
    "a pupil called Wren did it": "a name",
    "whose name is McInvented": "a name",
    "we saw that oliver did it": "a name",
    "we saw that Oliver's friend did it": "a name",
    "the pupil, Wren Pattern, did it": "a name",
}
NAMES_NOBODY = [
    "The young person guessed a teacher's password and changed a timetable.",
    "A pupil in year 9 uses Kali Linux and Wireshark on the school's WiFi. It has happened 3 times since September.",
    "They said it was for a joke. We think it may be an offence under the Computer Misuse Act 1990.",
    "About 14 or 15. It began in May, on a Monday. No one was hurt. They will mark it themselves with good grace.",
    "Somebody sent 1,200 requests a second to the server, 20 times, from a phone.",
]


@pytest.mark.parametrize(("text", "what"), NAMES_SOMEBODY.items())
def test_what_says_who_somebody_is_is_seen(text, what):
    assert what in guards.identifying(text)


@pytest.mark.parametrize("text", NAMES_NOBODY)
def test_what_says_nobody_is_let_through(text):
    assert guards.identifying(text) == []
    assert guards.doubtful(text) == []


def test_a_word_with_a_capital_that_is_in_no_list_is_asked_about():
    text = "Yesterday Tarquin opened the door. Nobody saw it on Discord."

    assert guards.doubtful(text) == ["Tarquin"]
    assert guards.identifying(text) == []


@given(st.text(max_size=400))
def test_no_text_breaks_the_guard(text):
    assert set(guards.identifying(text)) <= set(guards.WHAT)
    assert all(word in guards.straight(text) for word in guards.doubtful(text))


@given(
    st.integers(10**9, 10**11 - 1),
    st.sampled_from([" ", "-", "", ".", " / "]),
    st.text(alphabet="abc xyz", max_size=20),
)
def test_a_long_number_is_seen_however_it_is_broken(number, between, around):
    text = f"{around} {between.join(str(number)[start : start + 4] for start in range(0, 12, 4))} {around}"

    assert "a telephone number" in guards.identifying(text)
