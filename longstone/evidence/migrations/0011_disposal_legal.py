"""Disposals are kept legal by the database: their moves, and that the one who approves is not the one who proposed."""

from django.db import migrations

from longstone.kernel.legal import keep_legal, may_add, may_read_and_write, write_moves

ANOTHER = """
ALTER TABLE evidence_disposal ADD CONSTRAINT one_proposer_of_a_disposal UNIQUE (id, proposed_by_id);
ALTER TABLE evidence_disposalmove ADD CONSTRAINT a_move_of_a_disposal_names_its_proposer
    FOREIGN KEY (row_id, proposer) REFERENCES evidence_disposal (id, proposed_by_id)
"""
ALONE = """
ALTER TABLE evidence_disposalmove DROP CONSTRAINT a_move_of_a_disposal_names_its_proposer;
ALTER TABLE evidence_disposal DROP CONSTRAINT one_proposer_of_a_disposal
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0010_disposal")]

    operations = [
        write_moves(
            "disposal",
            [
                ("*", "proposed"), ("approved", "disposed"), ("approved", "withdrawn"), ("proposed", "approved"),
                ("proposed", "withdrawn"),
            ],
        ),
        keep_legal(machine="disposal", rows="evidence_disposal", events="evidence_disposalmove"),
        migrations.RunSQL(ANOTHER, ALONE),
        may_read_and_write("evidence_disposal"),
        may_add("evidence_disposalmove"),
    ]
