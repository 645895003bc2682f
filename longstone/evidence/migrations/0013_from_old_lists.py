"""What came in from old lists, and can be taken back with its history kept."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from longstone.kernel.legal import add_moves, may_read_and_write


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_from_old_lists'),
        ('evidence', '0012_findings_read'),
        ('kernel', '0043_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submitted_on', models.DateField()),
                ('priority_note', models.CharField(blank=True, max_length=300)),
                ('officer_as_written', models.CharField(blank=True, max_length=120)),
                ('case_version', models.PositiveIntegerField(null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='exhibit',
            name='one_reference_per_case',
        ),
        migrations.RemoveConstraint(
            model_name='exhibit',
            name='an_exhibit_is_in_one_place',
        ),
        migrations.RemoveConstraint(
            model_name='seal',
            name='a_seal_is_used_once',
        ),
        migrations.RemoveConstraint(
            model_name='seal',
            name='one_whole_seal',
        ),
        migrations.AddField(
            model_name='exhibit',
            name='only_the_day',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='seal',
            name='undone_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='exhibit',
            name='owner_role',
            field=models.CharField(choices=[('suspect', 'Suspect'), ('victim', 'Complainant or victim'), ('witness', 'Witness'), ('other', 'Other'), ('unknown (legacy)', 'Unknown (legacy)')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='exhibit',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('case'), models.F('reference'), condition=models.Q(('state', 'undone'), _negated=True), name='one_reference_per_case', violation_error_message='This case already has an exhibit with that reference.'),
        ),
        migrations.AddConstraint(
            model_name='exhibit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('holder__isnull', False), ('location', None), ('offered_to', None), ('state', 'held')), models.Q(('holder__isnull', False), ('location', None), ('offered_to__isnull', False), ('state', 'offered')), models.Q(('holder', None), ('location__isnull', False), ('offered_to', None), ('state__in', ['stored', 'deposited'])), models.Q(('holder', None), ('location', None), ('offered_to', None), ('state__in', ['returned', 'undone'])), _connector='OR'), name='an_exhibit_is_in_one_place', violation_error_message="An exhibit is in one place: in somebody's hands or in one location."),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('number'), condition=models.Q(('undone_at', None)), name='a_seal_is_used_once', violation_error_message='That seal number has been used before. Seal the exhibit with a new one.'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.UniqueConstraint(models.F('exhibit'), condition=models.Q(('broken_at', None), ('undone_at', None)), name='one_whole_seal', violation_error_message='This exhibit has a whole seal already.'),
        ),
        migrations.AddField(
            model_name='waiting',
            name='controller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller'),
        ),
        migrations.AddField(
            model_name='waiting',
            name='exhibit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='waiting', to='evidence.exhibit'),
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(models.F('submitted_on'), condition=models.Q(('ended_at', None)), name='waiting_since'),
        ),
        add_moves("exhibit custody", [("*", "stored"), ("stored", "undone")]),
        may_read_and_write("evidence_waiting"),
    ]
