"""What the store keeps of itself: wrapped keys, tombstones, checks, inventories and what was seen of its place."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0012_ledger_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='Inventory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holding', models.CharField(max_length=20)),
                ('address', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('expected', models.BigIntegerField()),
                ('expected_bytes', models.BigIntegerField()),
                ('found', models.BigIntegerField()),
                ('found_bytes', models.BigIntegerField()),
                ('differences', models.BigIntegerField()),
                ('since', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='ObjectKey',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('kept_as', models.CharField(max_length=64, unique=True)),
                ('kept_size', models.BigIntegerField()),
                ('key', models.CharField(max_length=40)),
                ('wrapped', models.BinaryField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Probe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('conditional', models.BooleanField()),
                ('checksum', models.BooleanField()),
                ('locked', models.BooleanField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holding', models.CharField(max_length=20)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField(null=True)),
                ('what', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
                ('state', models.CharField(choices=[('not yet', 'not yet verified'), ('verified', 'verified'), ('damaged', 'damaged'), ('missing', 'missing')], default='not yet', max_length=8)),
                ('verified_at', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('said', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('holding'), models.F('sha256'), name='one_check_of_an_object')],
            },
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=300)),
                ('what', models.CharField(blank=True, default='', max_length=40)),
                ('expected_size', models.BigIntegerField(null=True)),
                ('size', models.BigIntegerField(null=True)),
                ('said', models.CharField(max_length=300)),
                ('inventory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='found_wrong', to='kernel.inventory')),
            ],
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holding', models.CharField(max_length=20)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.BigIntegerField(null=True)),
                ('what', models.CharField(max_length=300)),
                ('reason', models.CharField(max_length=500)),
                ('authority', models.CharField(max_length=300)),
                ('proposed_by_id', models.BigIntegerField()),
                ('proposed_by', models.CharField(max_length=120)),
                ('approved_by_id', models.BigIntegerField()),
                ('approved_by', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('disposal', models.BigIntegerField()),
                ('bytes_are', models.CharField(choices=[('waiting', 'waiting to be removed'), ('removed', 'removed'), ('shared', 'kept for another record of them')], default='waiting', max_length=8)),
                ('bytes_since', models.DateTimeField()),
                ('why_not', models.CharField(blank=True, default='', max_length=300)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('approved_by_id', models.F('proposed_by_id')), _negated=True), name='two_people_dispose', violation_error_message='Disposal takes two people: the one who proposed it cannot approve it.'), models.UniqueConstraint(models.F('disposal'), models.F('holding'), models.F('sha256'), name='one_tombstone_of_a_disposal')],
            },
        ),
    ]
