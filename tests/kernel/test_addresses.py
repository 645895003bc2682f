"""An address is written in one way everywhere, and what is counted as one is one."""

import pytest

from longstone.kernel.addresses import network, plain


@pytest.mark.parametrize(
    ("told", "address", "counted_as"),
    [
        ("203.0.113.1", "203.0.113.1", "203.0.113.1"),
        (" 203.0.113.1:4711 ", "203.0.113.1", "203.0.113.1"),
        ("::ffff:203.0.113.1", "203.0.113.1", "203.0.113.1"),
        ("[::ffff:203.0.113.1]:443", "203.0.113.1", "203.0.113.1"),
        ("2001:DB8:0:0:1:0:0:2", "2001:db8::1:0:0:2", "2001:db8::"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::1", "fe80::"),
        ("unknown", "", ""),
        ("_hidden:80", "", ""),
        ("<script>", "", ""),
        ("203.0.113.1.2", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_and_its_network(told, address, counted_as):
    assert plain(told) == address
    assert network(told) == counted_as
