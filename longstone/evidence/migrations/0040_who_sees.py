"""The wall before exhibits and all that hangs on them (docs/adr/0014)."""

from django.db import migrations

from longstone.kernel.walls import define, finder, wall

IN_HAND = "SELECT case_id FROM evidence_exhibit WHERE holder_id = (SELECT actor_id()) OR offered_to_id = (SELECT actor_id())"
EXHIBIT = """
(case_id NOT IN (SELECT cases_hidden()) OR holder_id = (SELECT actor_id()) OR offered_to_id = (SELECT actor_id()))
AND case_id <> ALL (ARRAY(SELECT cases_connected_to((SELECT actor_id()))))
"""
OF = "EXISTS (SELECT 1 FROM {} above WHERE above.id = {})"
OF_EXHIBIT = ("evidence_copy", "evidence_bundle", "evidence_seal", "evidence_waiting")
OF_COPY = ("evidence_examination", "evidence_disposal")
MOVES = {
    "evidence_custodymove": "evidence_exhibit", "evidence_ownerrole": "evidence_exhibit", "evidence_examinationmove": "evidence_examination",
    "evidence_bundlemove": "evidence_bundle", "evidence_disposalmove": "evidence_disposal",
}


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0040_who_sees'),
        ('kernel', '0060_who_acts'),
        ('evidence', '0020_words'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='location',
            options={'default_manager_name': 'objects'},
        ),
        migrations.AlterModelOptions(
            name='seal',
            options={'default_manager_name': 'objects'},
        ),
        migrations.AlterModelOptions(
            name='withheld',
            options={'default_manager_name': 'objects'},
        ),
        define("cases_in_hand", "", "SETOF bigint", IN_HAND, instead=True),
        wall("evidence_exhibit", EXHIBIT),
        *(wall(table, OF.format("evidence_exhibit", "exhibit_id")) for table in OF_EXHIBIT),
        *(wall(table, OF.format("evidence_copy", "copy_id")) for table in OF_COPY),
        *(wall(table, OF.format("evidence_examination", "examination_id")) for table in ("evidence_withheld", "evidence_findingsread")),
        *(wall(table, OF.format(above, "row_id")) for table, above in MOVES.items()),
        finder("evidence_exhibit"),
        finder("evidence_seal"),
    ]
