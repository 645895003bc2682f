"""What the clocks count by, and their runs; each end of a run is tied to what happened by a foreign key, so that none is made up."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import grants

TIED = """
ALTER TABLE kernel_clockfact ADD CONSTRAINT a_clock_fact_whole UNIQUE (id, on_kind, on_id, at);
ALTER TABLE kernel_clockrun
  ADD CONSTRAINT a_run_starts_as_its_fact_says FOREIGN KEY (started_id, on_kind, on_id, started_at)
      REFERENCES kernel_clockfact (id, on_kind, on_id, at),
  ADD CONSTRAINT a_run_ends_as_its_fact_says FOREIGN KEY (ended_id, on_kind, on_id, ended_at)
      REFERENCES kernel_clockfact (id, on_kind, on_id, at);
"""
LOOSE = """
ALTER TABLE kernel_clockrun DROP CONSTRAINT a_run_starts_as_its_fact_says, DROP CONSTRAINT a_run_ends_as_its_fact_says;
ALTER TABLE kernel_clockfact DROP CONSTRAINT a_clock_fact_whole;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0041_inbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClockFollowed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='ClockFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_kind', models.CharField(max_length=40)),
                ('on_id', models.BigIntegerField()),
                ('event', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.entry')),
            ],
        ),
        migrations.CreateModel(
            name='ClockRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=60)),
                ('clock_version', models.PositiveSmallIntegerField()),
                ('on_kind', models.CharField(max_length=40)),
                ('on_id', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('cannot_count', models.CharField(blank=True, default='', max_length=400)),
                ('ended_at', models.DateTimeField(null=True)),
                ('how', models.CharField(blank=True, default='', max_length=10)),
                ('why_late', models.CharField(blank=True, default='', max_length=500)),
                ('explained_by_id', models.BigIntegerField(null=True)),
                ('explained_by', models.CharField(blank=True, default='', max_length=120)),
                ('explained_at', models.DateTimeField(null=True)),
                ('explanation_recorded_at', models.DateTimeField(null=True)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('ended', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.clockfact')),
                ('started', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.clockfact')),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='clockfact',
            index=models.Index(models.F('on_kind'), models.F('on_id'), name='clock_facts_of_a_thing'),
        ),
        migrations.AddConstraint(
            model_name='clockfact',
            constraint=models.UniqueConstraint(models.F('entry'), models.F('on_kind'), models.F('on_id'), models.F('event'), name='a_clock_fact_of_an_entry_once'),
        ),
        migrations.AddIndex(
            model_name='clockrun',
            index=models.Index(models.F('clock'), models.F('due_at'), models.F('on_id'), condition=models.Q(('ended_at', None)), name='clocks_that_run'),
        ),
        migrations.AddIndex(
            model_name='clockrun',
            index=models.Index(models.F('clock'), models.F('on_id'), condition=models.Q(('ended_at__gte', models.F('due_at')), ('explained_by', '')), name='late_and_unexplained'),
        ),
        migrations.AddIndex(
            model_name='clockrun',
            index=models.Index(models.F('on_kind'), models.F('on_id'), name='runs_of_a_thing'),
        ),
        migrations.AddIndex(
            model_name='clockrun',
            index=models.Index(models.F('started_at'), condition=models.Q(('cannot_count', ''), _negated=True), name='runs_without_a_day'),
        ),
        migrations.AddConstraint(
            model_name='clockrun',
            constraint=models.UniqueConstraint(models.F('clock'), models.F('started'), name='one_run_of_a_start'),
        ),
        migrations.AddConstraint(
            model_name='clockrun',
            constraint=models.UniqueConstraint(models.F('clock'), models.F('on_kind'), models.F('on_id'), condition=models.Q(('ended_at', None)), name='one_run_at_a_time', violation_error_message='That clock runs on it already.'),
        ),
        migrations.AddConstraint(
            model_name='clockrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', None), ('ended_at', None), ('how', '')), models.Q(('ended__isnull', False), ('ended_at__gte', models.F('started_at')), ('ended_at__isnull', False), ('how__in', ['met', 'stopped', 'undone'])), _connector='OR'), name='a_run_ends_whole', violation_error_message='A run ends by something that happened after it began.'),
        ),
        migrations.AddConstraint(
            model_name='clockrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cannot_count', ''), ('due_at__gte', models.F('started_at')), ('due_at__isnull', False)), models.Q(('due_at', None), models.Q(('paused_at__isnull', False), models.Q(('cannot_count', ''), _negated=True), _connector='OR')), _connector='OR'), name='a_run_is_due_unless_it_cannot_be', violation_error_message='A run is due at a moment, unless it stands paused or cannot be counted.'),
        ),
        migrations.AddConstraint(
            model_name='clockrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('explained_at', None), ('explained_by', ''), ('explained_by_id', None), ('why_late', '')), models.Q(('explained_at__isnull', False), ('explained_by_id__isnull', False), models.Q(('why_late', ''), _negated=True), models.Q(('explained_by', ''), _negated=True)), _connector='OR'), name='a_breach_is_explained_whole', violation_error_message='Why something was late is said by somebody, at a moment, with a reason.'),
        ),
        migrations.RunSQL(TIED, LOOSE),
        grants(
            "GRANT SELECT, INSERT ON kernel_clockfact TO longstone_web, longstone_worker, longstone_eraser",
            "GRANT SELECT, INSERT, UPDATE ON kernel_clockrun TO longstone_web, longstone_worker, longstone_eraser",
            "GRANT SELECT ON kernel_clockfollowed TO longstone_web, longstone_worker",
            "GRANT INSERT ON kernel_clockfollowed TO longstone_worker",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_clockfact_id_seq, kernel_clockrun_id_seq"
            " TO longstone_web, longstone_worker, longstone_eraser",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_clockfollowed_id_seq TO longstone_worker",
        ),
    ]
