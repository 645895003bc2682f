"""What others say of the ledger, and what is to be erased from it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0010_holds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Witnessed',
            fields=[
                ('witness', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('told_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'ledger_witnessed',
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('sentence', models.TextField()),
                ('since', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'ledger_outage',
                'constraints': [models.UniqueConstraint(models.F('name'), condition=models.Q(('ended_at', None)), name='one_outage_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.CharField(max_length=200)),
                ('line', models.TextField()),
                ('at', models.DateTimeField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='kernel.checkpoint')),
            ],
            options={
                'db_table': 'ledger_cosignature',
                'constraints': [models.UniqueConstraint(models.F('checkpoint'), models.F('witness'), name='cosigned_once_by_a_witness')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(max_length=60)),
                ('reason', models.CharField(max_length=500)),
                ('subjects', models.TextField()),
                ('proposed_by_id', models.BigIntegerField()),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('decided_by', models.CharField(blank=True, default='', max_length=120)),
                ('decided_at', models.DateTimeField(null=True)),
                ('approved', models.BooleanField(null=True)),
                ('why', models.CharField(blank=True, default='', max_length=500)),
                ('erased_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='kernel.entry')),
            ],
            options={
                'default_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by_id', None), models.Q(('decided_by_id', models.F('proposed_by_id')), _negated=True), _connector='OR'), name='two_people_erase', violation_error_message='Two people erase: whoever proposed it cannot approve it.'), models.CheckConstraint(condition=models.Q(models.Q(('approved', None), ('decided_at', None), ('decided_by_id', None)), models.Q(('approved__isnull', False), ('decided_at__isnull', False), ('decided_by_id__isnull', False)), _connector='OR'), name='an_erasure_is_decided_whole', violation_error_message='An erasure is approved or refused by somebody, at a moment.'), models.CheckConstraint(condition=models.Q(('erased_at', None), ('approved', True), _connector='OR'), name='only_what_was_approved_is_erased', violation_error_message='Only what two people have approved is erased.'), models.UniqueConstraint(models.F('entry'), condition=models.Q(('approved', None), ('approved', True), _connector='OR'), name='one_erasure_of_an_entry', violation_error_message='The erasure of that entry is proposed already.')],
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.CharField(max_length=300)),
                ('raw', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='kernel.checkpoint')),
            ],
            options={
                'db_table': 'ledger_token',
                'constraints': [models.UniqueConstraint(models.F('checkpoint'), models.F('authority'), name='stamped_once_by_an_authority')],
            },
        ),
    ]
