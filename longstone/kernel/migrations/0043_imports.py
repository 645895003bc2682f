"""Lists that are brought in: the file, its rows and what became of each, kept legal by the database."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import keep_legal, may_add, may_read_and_write, write_moves


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0042_clocks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=24)),
                ('state_seq', models.PositiveIntegerField(default=1)),
                ('definition', models.CharField(max_length=60)),
                ('definition_sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('how', models.CharField(blank=True, max_length=20)),
                ('options', models.JSONField(default=dict)),
                ('passed_over', models.JSONField(default=list)),
                ('mending_sha256', models.CharField(blank=True, max_length=64)),
                ('mended_with', models.JSONField(default=list)),
                ('rows_read', models.PositiveIntegerField(default=0)),
                ('good', models.PositiveIntegerField(default=0)),
                ('faulty', models.PositiveIntegerField(default=0)),
                ('already', models.PositiveIntegerField(default=0)),
                ('left_out', models.PositiveIntegerField(default=0)),
                ('why', models.TextField(blank=True)),
                ('asked_by_id', models.BigIntegerField()),
                ('asked_by', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ImportProgress',
            fields=[
                ('of', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='progress', serialize=False, to='kernel.import')),
                ('doing', models.CharField(blank=True, max_length=40)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ImportMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('was', models.CharField(max_length=24)),
                ('now', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=120)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='kernel.import')),
            ],
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('definition', models.CharField(max_length=60)),
                ('line', models.PositiveIntegerField()),
                ('key', models.CharField(blank=True, max_length=400)),
                ('state', models.CharField(choices=[('read', 'not tried yet'), ('good', 'right'), ('faulty', 'to be mended'), ('already', 'brought in before'), ('left_out', 'left out'), ('in', 'brought in'), ('undone', 'taken back')], max_length=10)),
                ('cells', models.JSONField()),
                ('odd', models.JSONField(default=dict)),
                ('mended', models.JSONField(default=dict)),
                ('faults', models.JSONField(default=list)),
                ('unknowns', models.JSONField(default=list)),
                ('on_id', models.BigIntegerField(null=True)),
                ('on_label', models.CharField(blank=True, max_length=200)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='kernel.import')),
            ],
            options={
                'default_manager_name': 'objects',
                'indexes': [models.Index(models.F('of'), models.F('state'), models.F('line'), name='rows_by_state')],
                'constraints': [models.UniqueConstraint(models.F('of'), models.F('line'), name='one_row_of_a_line'), models.UniqueConstraint(models.F('controller'), models.F('definition'), models.F('key'), condition=models.Q(('state', 'in')), name='a_row_comes_in_once', violation_error_message='A row of this list was brought in meanwhile, with another list. Have this one tried again.')],
            },
        ),
        write_moves(
            "import",
            [
                ("*", "reading"), ("bringing_in", "in"), ("bringing_in", "tried"), ("in", "undoing"), ("reading", "refused"),
                ("reading", "tried"), ("refused", "given_up"), ("tried", "bringing_in"), ("tried", "given_up"),
                ("tried", "reading"), ("undoing", "in"), ("undoing", "undone"),
            ],
        ),
        keep_legal(machine="import", rows="kernel_import", events="kernel_importmove"),
        may_read_and_write("kernel_import", "kernel_importprogress", "kernel_importrow"),
        may_add("kernel_importmove"),
    ]
