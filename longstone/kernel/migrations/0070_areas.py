"""Regions and their areas: brought in from a file, never changed but in that a region is withdrawn, and never removed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import grants


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0060_who_acts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('licence', models.CharField(max_length=200)),
                ('attribution', models.CharField(max_length=300)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('tolerance', models.FloatField()),
                ('west', models.IntegerField()),
                ('south', models.IntegerField()),
                ('east', models.IntegerField()),
                ('north', models.IntegerField()),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.CharField(max_length=120)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_withdrawn', models.CharField(blank=True, default='', max_length=300)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('borders', models.JSONField()),
                ('square_metres', models.FloatField()),
                ('middle_east', models.IntegerField()),
                ('middle_north', models.IntegerField()),
                ('column', models.PositiveSmallIntegerField()),
                ('row', models.PositiveSmallIntegerField()),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='kernel.region')),
            ],
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('name'), condition=models.Q(('withdrawn_at', None)), name='one_region_of_a_name', violation_error_message='Your force has a region of that name already. Withdraw it first, or choose another name.'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('east__gt', models.F('west')), ('north__gt', models.F('south'))), name='a_region_has_a_size', violation_error_message='A region reaches from west to east and from south to north.'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(models.F('region'), models.F('code'), name='one_area_of_a_code', violation_error_message='Each area of a region has a code of its own.'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(models.F('region'), models.F('column'), models.F('row'), name='one_tile_an_area', violation_error_message='Each area has a tile of its own.'),
        ),
        grants(
            "GRANT SELECT, INSERT ON kernel_region, kernel_area TO longstone_web, longstone_worker",
            "GRANT UPDATE (withdrawn_at, withdrawn_by, why_withdrawn) ON kernel_region TO longstone_web, longstone_worker",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_region_id_seq, kernel_area_id_seq TO longstone_web, longstone_worker",
        ),
    ]
