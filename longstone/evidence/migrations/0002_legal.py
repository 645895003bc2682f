"""The machines of this room, kept legal by the database, and what each database role may do."""

from django.db import migrations

from longstone.kernel.legal import keep_legal, may_add, may_read_and_write, write_moves

TWO_PEOPLE = """
ALTER TABLE evidence_custodymove
  ADD CONSTRAINT one_offer_of_a_step UNIQUE (row_id, seq, offered_to_id),
  ADD CONSTRAINT accepted_by_the_one_it_was_offered_to FOREIGN KEY (row_id, prev_seq, accepts_offer_to)
      REFERENCES evidence_custodymove (row_id, seq, offered_to_id)
"""
ALONE = """
ALTER TABLE evidence_custodymove
  DROP CONSTRAINT accepted_by_the_one_it_was_offered_to, DROP CONSTRAINT one_offer_of_a_step
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("kernel", "0002_roles_and_cache")]

    operations = [
        write_moves(
            "exhibit custody",
            [
                ("*", "held"), ("deposited", "held"), ("deposited", "stored"), ("held", "deposited"), ("held", "held"),
                ("held", "offered"), ("held", "returned"), ("held", "stored"), ("offered", "held"), ("stored", "held"),
            ],
        ),
        write_moves(
            "examination",
            [
                ("*", "queued"), ("failed", "queued"), ("queued", "running"), ("running", "failed"),
                ("running", "finished"), ("running", "queued"),
            ],
        ),
        write_moves("bundle", [("*", "preparing"), ("preparing", "failed"), ("preparing", "ready")]),
        keep_legal(machine="exhibit custody", rows="evidence_exhibit", events="evidence_custodymove"),
        keep_legal(machine="examination", rows="evidence_examination", events="evidence_examinationmove"),
        keep_legal(machine="bundle", rows="evidence_bundle", events="evidence_bundlemove"),
        migrations.RunSQL(TWO_PEOPLE, ALONE),
        may_read_and_write(
            "evidence_exhibit", "evidence_ownerrole", "evidence_seal", "evidence_copy", "evidence_examination",
            "evidence_withheld", "evidence_bundle", "evidence_location",
        ),
        may_add("evidence_custodymove", "evidence_examinationmove", "evidence_bundlemove"),
    ]
