"""Who acts, and what they may do for whom."""

from dataclasses import dataclass, field

from longstone.kernel.refusals import NotPermitted


@dataclass(frozen=True)
class Grant:
    """One power, held for some controllers, or only for one team of theirs."""

    power: str
    controllers: frozenset[int]
    team: int | None = None

    def covers(self, controller: int | None, team: int | None) -> bool:
        """Say whether this grant reaches a row of that controller and team."""
        if controller is not None and controller not in self.controllers:
            return False
        return self.team is None or team is None or self.team == team


@dataclass(frozen=True)
class Actor:
    """A person or a machine that acts; its name is what the ledger prints."""

    id: int | None
    name: str
    controller: int | None
    grants: frozenset[Grant] = frozenset()
    teams: frozenset[int] = frozenset()
    sees_everything: bool = field(default=False)
    system: int | None = None  # another program that a force has registered: it is on no staff list

    @property
    def known(self) -> bool:
        """Say whether somebody in particular acts: a member of staff, or a registered system."""
        return self.id is not None or self.system is not None

    @property
    def staff(self) -> int:
        """Give the actor's number on the staff list; a machine has none, and may not do what asks for it."""
        if self.id is None:
            raise NotPermitted(
                f"{self.name} is not on the staff list: only a person can do that, by their own sign-in."
            )
        return self.id

    @property
    def force(self) -> int:
        """Give the force that the actor works for."""
        if self.controller is None:
            raise NotPermitted(f"{self.name} works for no force, and this is done for one.")
        return self.controller

    def holds(self, power: str, *, controller: int | None = None, team: int | None = None) -> bool:
        """Say whether the actor holds a power, for that controller and team if they are named."""
        return any(grant.power == power and grant.covers(controller, team) for grant in self.grants)

    def controllers_with(self, power: str) -> frozenset[int]:
        """Name the controllers for whom the actor holds a power without being limited to a team."""
        held = (grant.controllers for grant in self.grants if grant.power == power and grant.team is None)
        return frozenset().union(*held)

    def teams_with(self, power: str) -> frozenset[int]:
        """Name the teams for which alone the actor holds a power."""
        return frozenset(g.team for g in self.grants if g.power == power and g.team is not None)


def machine(name: str, *powers: str) -> Actor:
    """Make a machine's actor: a name in the ledger and a few powers."""
    grants = frozenset(Grant(power=power, controllers=frozenset()) for power in powers)
    return Actor(id=None, name=name, controller=None, grants=grants, sees_everything=True)


NOBODY = Actor(id=None, name="not signed in", controller=None)
THE_RECORD = Actor(id=None, name="the record", controller=None, sees_everything=True)
