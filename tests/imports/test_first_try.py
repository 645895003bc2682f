"""try"""

import time
from longstone.evidence.models import Exhibit
from tests.imports import specimens


def test_it(importing_house):
    i = importing_house
    s = time.time()
    sent = i.send(specimens.as_csv(specimens.rows(400, 10, i.store)))
    print(
        "try", time.time() - s, sent.state, sent.why, sent.rows_read, sent.good, sent.faulty, sent.how, sent.passed_over
    )
    for r in i.rows(sent, "faulty"):
        print(r.line, r.faults)
    from longstone.kernel.imports import commands

    commands.leave_out(by=i.by, at=i.now, imported=sent, reason="later")
    s = time.time()
    sent = i.bring_in(i.again(sent))
    print("in", time.time() - s, sent.state, sent.why, sent.progress.done)
    print(Exhibit.objects.visible_to(i.by).count())
    again = i.send(specimens.as_csv(specimens.rows(400, 10, i.store)))
    print(again.state, again.already, again.good, again.faulty)
    s = time.time()
    sent = i.undo(sent)
    print("undo", time.time() - s, sent.state, sent.why, Exhibit.objects.visible_to(i.by).count())
