"""Restricted cases, broken glass, connections, and the wall before all of a case (docs/adr/0014)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from longstone.kernel.legal import may_read_and_write
from longstone.kernel.walls import define, finder, wall

CONNECTED = "SELECT case_id FROM cases_connection WHERE staff_id = staff AND ended_at IS NULL"
SEEN = """
SELECT id FROM cases_case WHERE restricted
  AND (controller_id = ANY ((SELECT actor_with('see restricted cases'))::bigint[]) OR officer_id = (SELECT actor_id()))
UNION SELECT case_id FROM cases_named WHERE ended_at IS NULL
  AND (staff_id = (SELECT actor_id()) OR team_id = ANY ((SELECT actor_teams())::bigint[]))
UNION SELECT case_id FROM cases_caseshare WHERE to_id = (SELECT actor_force()) AND ended_at IS NULL
  AND since <= statement_timestamp() AND (until IS NULL OR until > statement_timestamp())
  AND to_id = ANY ((SELECT actor_with('see shared cases'))::bigint[])
UNION SELECT case_id FROM cases_glass WHERE staff_id = (SELECT actor_id()) AND until > statement_timestamp()
  AND finding <> 'challenged'
"""
HIDDEN = """
SELECT id FROM cases_case WHERE restricted AND id NOT IN (SELECT cases_restricted_seen())
UNION SELECT cases_connected_to((SELECT actor_id()))
"""
KNOWN = """
SELECT c.id, c.controller_id, c.reference::text, c.state::text, c.restricted, t.name::text, t.telephone::text, o.name::text, o.telephone::text
FROM cases_case c LEFT JOIN people_team t ON t.id = c.team_id LEFT JOIN people_staff o ON o.id = c.officer_id
WHERE NOT c.secret AND c.controller_id = ANY ((SELECT actor_with('break the glass'))::bigint[])
  AND c.id NOT IN (SELECT cases_connected_to((SELECT actor_id())))
  AND (c.id = one OR c.id IN (SELECT case_id FROM cases_involvement WHERE person_id = ANY (persons)) OR c.reference = upper(ref))
"""
REASONS = """
SELECT id, reason::text FROM cases_glass WHERE id = ANY (wanted)
  AND (controller_id = ANY (actor_with('read who has read')) OR controller_id = ANY (actor_with('review broken glass')))
  AND case_id NOT IN (SELECT cases_connected_to((SELECT actor_id())))
"""
ONE = "one bigint, persons bigint[], ref text"
GIVEN = "TABLE (id bigint, controller bigint, reference text, state text, restricted boolean, team text, team_telephone text, officer text, telephone text)"
OF_CASE = "{} NOT IN (SELECT cases_hidden())"
UNCONNECTED = "case_id <> ALL (ARRAY(SELECT cases_connected_to((SELECT actor_id()))))"


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0060_who_acts'),
        ('cases', '0020_words'),
        ('people', '0040_who_sees'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('party', 'A party to it'), ('relative', 'A relative or friend of somebody in it'), ('complaint', 'A colleague under complaint')], max_length=12)),
                ('reason', models.CharField(max_length=500)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=120)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_ended', models.CharField(blank=True, default='', max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Glass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_label', models.CharField(max_length=60)),
                ('reason', models.CharField(max_length=500)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('finding', models.CharField(blank=True, choices=[('approved', 'It was right'), ('challenged', 'It was not right')], default='', max_length=12)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Named',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_name', models.CharField(max_length=120)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name='involvement',
            options={'default_manager_name': 'objects'},
        ),
        migrations.AddField(
            model_name='case',
            name='secret',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('secret', False), ('restricted', True), _connector='OR'), name='what_is_secret_is_restricted', violation_error_message='Only a restricted case can be secret.'),
        ),
        migrations.AddField(
            model_name='connection',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='connections', to='cases.case'),
        ),
        migrations.AddField(
            model_name='connection',
            name='controller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller'),
        ),
        migrations.AddField(
            model_name='connection',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='glass',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='glass', to='cases.case'),
        ),
        migrations.AddField(
            model_name='glass',
            name='controller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller'),
        ),
        migrations.AddField(
            model_name='glass',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='glass',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='named',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named', to='cases.case'),
        ),
        migrations.AddField(
            model_name='named',
            name='controller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller'),
        ),
        migrations.AddField(
            model_name='named',
            name='staff',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='named',
            name='team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team'),
        ),
        migrations.AddIndex(
            model_name='connection',
            index=models.Index(models.F('staff'), condition=models.Q(('ended_at', None)), name='connections_that_last'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(models.F('case'), models.F('staff'), condition=models.Q(('ended_at', None)), name='one_connection_at_a_time', violation_error_message='That colleague is recorded as connected to this case already.'),
        ),
        migrations.AddIndex(
            model_name='glass',
            index=models.Index(models.F('staff'), models.F('until'), name='glass_of_somebody'),
        ),
        migrations.AddIndex(
            model_name='glass',
            index=models.Index(models.F('controller'), condition=models.Q(('finding', '')), name='glass_to_review'),
        ),
        migrations.AddConstraint(
            model_name='glass',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by', None), models.Q(('reviewed_by', models.F('staff')), _negated=True), _connector='OR'), name='glass_is_reviewed_by_another', violation_error_message='Whoever broke the glass cannot review it.'),
        ),
        migrations.AddConstraint(
            model_name='glass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding', ''), ('reviewed_at', None), ('reviewed_by', None)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('finding', ''), _negated=True)), _connector='OR'), name='glass_is_reviewed_whole', violation_error_message='A review has a finding, by somebody, at a moment.'),
        ),
        migrations.AddIndex(
            model_name='named',
            index=models.Index(models.F('staff'), condition=models.Q(('ended_at', None)), name='named_staff'),
        ),
        migrations.AddIndex(
            model_name='named',
            index=models.Index(models.F('team'), condition=models.Q(('ended_at', None)), name='named_teams'),
        ),
        migrations.AddConstraint(
            model_name='named',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('staff', None), ('team__isnull', False)), models.Q(('staff__isnull', False), ('team', None)), _connector='OR'), name='one_is_named_or_a_team', violation_error_message='Name a member of staff, or a team.'),
        ),
        migrations.RunSQL("CREATE INDEX cases_restricted ON cases_case (id) WHERE restricted", "DROP INDEX cases_restricted"),
        may_read_and_write("cases_named", "cases_glass", "cases_connection"),
        define("cases_connected_to", "staff bigint", "SETOF bigint", CONNECTED),
        define("cases_restricted_seen", "", "SETOF bigint", SEEN),
        define("cases_in_hand", "", "SETOF bigint", "SELECT NULL::bigint WHERE false"),
        define("cases_hidden", "", "SETOF bigint", HIDDEN),
        define("cases_known", ONE, GIVEN, KNOWN),
        define("cases_glass_reasons", "wanted bigint[]", "TABLE (id bigint, reason text)", REASONS),
        wall(
            "cases_case",
            "(NOT restricted OR id IN (SELECT cases_restricted_seen()) OR id IN (SELECT cases_in_hand())) "
            "AND id <> ALL (ARRAY(SELECT cases_connected_to((SELECT actor_id()))))",
        ),
        *(wall(table, OF_CASE.format("row_id")) for table in ("cases_casemove", "cases_allocation")),
        *(wall(table, OF_CASE.format("case_id")) for table in ("cases_casereview", "cases_caseshare", "cases_involvement", "cases_named")),
        finder("cases_case"),
        wall("cases_connection", f"controller_id = ANY ((SELECT actor_with('keep connections'))::bigint[]) AND {UNCONNECTED}"),
        wall(
            "cases_glass",
            "(staff_id = (SELECT actor_id()) OR controller_id = ANY ((SELECT actor_with('review broken glass'))::bigint[])) "
            f"AND {UNCONNECTED}",
        ),
    ]
