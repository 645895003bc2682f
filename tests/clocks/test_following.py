"""The clocks follow what is done, in its own transaction, and only that."""

from datetime import timedelta

from longstone.kernel.models import ClockRun

BECAUSE = "the test looks"


def runs_on(row, clock):
    found = ClockRun.objects.everything(because=BECAUSE)
    return list(found.filter(on_kind=row._meta.model_name, on_id=row.pk, clock=clock).order_by("started_at", "pk"))


def test_a_case_that_is_opened_must_be_allocated_and_reviewed(case, now):
    (allocated,), (review,) = runs_on(case, "case_allocated"), runs_on(case, "case_review")

    assert allocated.due_at == now + timedelta(hours=24)
    assert allocated.standing(now) == "running"
    assert allocated.standing(now + timedelta(hours=24)) == "breached"
    assert now + timedelta(days=28) < review.due_at < now + timedelta(days=29, hours=2)
