"""What does the kernel keep from programs? What is decided by two people, and what the house writes of itself."""

from __future__ import annotations

from longstone.kernel.api import Listing

TWO = "Two people decide what is erased, each by their own sign-in (D20)."
ITSELF = "The house itself does this, by a machine of its own that no token opens."
INSTALLER = "The one who runs the server does this, on the server."
NOT_FOR_SYSTEMS = {
    "propose": TWO,
    "approve": TWO,
    "refuse": TWO,
    "erase": ITSELF,
    "lift_hold": "A person takes it on themselves that something may go; a program may only place a hold.",
    "backed_up": ITSELF,
    "record_round": ITSELF,
    "record_inventory": ITSELF,
    "probe": ITSELF,
    "keep": ITSELF,
    "rotate": INSTALLER,
    "retire": INSTALLER,
    "reconcile": INSTALLER,
}
LISTS: list[Listing] = []
