"""What is done with what the public sent? It is taken in, accepted by somebody or refused for a reason, answered, and wiped in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from longstone.kernel import above, holds, ledger, states
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, hold, require
from longstone.kernel.controllers import Controller
from longstone.kernel.inbox import rules
from longstone.kernel.inbox.models import Enquiry, EnquiryMove, Inbox
from longstone.kernel.inbox.plain import plain
from longstone.kernel.verdict import YES, no

LETTER_BOX = machine("the letter box", "take in enquiries")
REFUSED_DAYS = 28  # what was refused is kept for no longer than this


@command
def take_in(*, by: Actor, at: datetime, arrived: Inbox) -> Enquiry:
    """Take what the public sent out of the inbox, and let it wait for a person of the force that it is for."""
    arrived = Inbox.objects.select_for_update().get(pk=arrived.pk)  # no subject's row yet: it has no controller
    require(rules.may_take_in(by=by))
    require(YES if arrived.taken_at is None else no("This was taken in already."))
    force = Controller.objects.filter(slug=arrived.force).first()
    require(YES if force else no(f"There is no force {plain(arrived.force)} here. Correct LONGSTONE_PUBLIC_FORCE."))
    if before := Enquiry.objects.visible_to(by).filter(key=arrived.key).first():
        return _sent_again(before, arrived, by=by, at=at)
    enquiry = Enquiry(controller=force, key=arrived.key, form=arrived.form, form_version=arrived.version)
    enquiry.title, enquiry.reference, enquiry.answers = plain(arrived.title)[:200], arrived.reference, arrived.answers
    enquiry.arrived_at = arrived.arrived_at
    enquiry.dispose_on = timezone.localdate(arrived.arrived_at) + timedelta(days=arrived.keep_days)
    states.begin(enquiry, EnquiryMove, rules.ENQUIRY, now="received", by=by, at=at)
    Inbox.objects.filter(pk=arrived.pk).update(answers="", taken_at=at)
    ledger.record("enquiry.received", on=enquiry, by=by, at=at, form=arrived.form, arrived_at=arrived.arrived_at.isoformat())  # fmt: skip
    return enquiry


def _sent_again(enquiry: Enquiry, arrived: Inbox, *, by: Actor, at: datetime) -> Enquiry:
    """Take out of the inbox what a key brings that was used long ago: a form sent twice is taken once."""
    Inbox.objects.filter(pk=arrived.pk).update(answers="", taken_at=at)
    ledger.record("enquiry.sent_again", on=enquiry, by=by, at=at, arrived_at=arrived.arrived_at.isoformat())
    return enquiry


@command
def accept(*, by: Actor, at: datetime, enquiry: Enquiry, reply: str) -> Enquiry:
    """Accept an enquiry, become its owner, and write the reply that you will send."""
    enquiry = hold(enquiry, by=by)
    require(rules.may_accept(by=by, enquiry=enquiry))
    enquiry.owner_id, enquiry.owner_name, enquiry.reply = by.staff, by.name, reply.strip()
    states.move(enquiry, EnquiryMove, rules.ENQUIRY, now="accepted", by=by, at=at)
    ledger.record("enquiry.accepted", on=enquiry, by=by, at=at, form=enquiry.form)
    return enquiry


@command
def take_over(*, by: Actor, at: datetime, enquiry: Enquiry, reason: str) -> Enquiry:
    """Take an accepted enquiry over from a colleague, and become its owner."""
    enquiry = hold(enquiry, by=by)
    require(rules.may_take_over(by=by, enquiry=enquiry))
    was, enquiry.owner_id, enquiry.owner_name = enquiry.owner_name, by.staff, by.name
    states.move(enquiry, EnquiryMove, rules.ENQUIRY, now="accepted", by=by, at=at, reason=reason)
    ledger.record("enquiry.taken_over", on=enquiry, by=by, at=at, was=was, reason=reason)
    return enquiry


@command
def say_answered(*, by: Actor, at: datetime, enquiry: Enquiry, how: str) -> Enquiry:
    """Record that the reply was given, and how."""
    enquiry = hold(enquiry, by=by)
    require(rules.may_say_answered(by=by, enquiry=enquiry))
    require(YES if how in rules.HOW_ANSWERED else no("Choose how it was answered."))
    states.move(enquiry, EnquiryMove, rules.ENQUIRY, now="answered", by=by, at=at, reason=rules.HOW_ANSWERED[how])
    ledger.record("enquiry.answered", on=enquiry, by=by, at=at, how=how)
    return enquiry


@command
def turn_down(*, by: Actor, at: datetime, enquiry: Enquiry, refused_for: str, note: str = "") -> Enquiry:
    """Refuse an enquiry, for one of the named reasons; one that says who somebody is loses its text at once."""
    enquiry = hold(enquiry, by=by)
    require(rules.may_refuse(by=by, enquiry=enquiry))
    require(YES if refused_for in rules.WHY_REFUSED else no("Choose why it is refused."))
    enquiry.dispose_on = min(enquiry.dispose_on, timezone.localdate(at) + timedelta(days=REFUSED_DAYS))
    if refused_for == rules.WIPED_AT_ONCE:
        holds.refuse_if_held(above.subjects("enquiry", str(enquiry.pk)))
        enquiry.answers, enquiry.reply, enquiry.wiped_at = "", "", at
    states.move(enquiry, EnquiryMove, rules.ENQUIRY, now="refused", by=by, at=at, refused_for=refused_for, reason=note)
    ledger.record("enquiry.refused", on=enquiry, by=by, at=at, refused_for=refused_for, wiped=enquiry.wiped_at is not None)  # fmt: skip
    return enquiry


@command
def forget(*, by: Actor, at: datetime, enquiry: Enquiry) -> Enquiry:
    """Wipe what an enquiry says, when its form's time is over and nothing holds it."""
    enquiry = hold(enquiry, by=by)
    today, wiped = timezone.localdate(at), enquiry.wiped_at is not None
    require(rules.may_forget(by=by, dispose_on=enquiry.dispose_on, today=today, wiped=wiped))
    holds.refuse_if_held(above.subjects("enquiry", str(enquiry.pk)))
    enquiry.answers, enquiry.reply, enquiry.wiped_at = "", "", at
    enquiry.save(update_fields=["answers", "reply", "wiped_at"])
    ledger.record("enquiry.forgotten", on=enquiry, by=by, at=at, form=enquiry.form)
    return enquiry


@command
def empty(*, by: Actor, at: datetime, before: datetime) -> int:
    """Take away the spent keys of what was taken in long ago; give how many went."""
    require(rules.may_take_in(by=by))
    gone, _ = Inbox.objects.filter(taken_at__lt=before).delete()
    ledger.record("inbox.emptied", on=None, by=by, at=at, keys=gone)
    return gone
