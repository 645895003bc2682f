"""Systems: programs that a force has registered, and the digests of what they show at the door."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from longstone.kernel.legal import may_read_and_write


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0044_systems_and_their_keys'),
        ('people', '0003_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='System',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_by', models.CharField(blank=True, default='', max_length=120)),
                ('changed_at', models.DateTimeField(null=True)),
                ('name', models.CharField(max_length=60)),
                ('purpose', models.CharField(max_length=300)),
                ('client_id', models.CharField(max_length=40, unique=True)),
                ('powers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('ends_on', models.DateField(null=True)),
                ('per_minute', models.PositiveIntegerField(default=60)),
                ('secret', models.CharField(blank=True, default='', max_length=64)),
                ('secret_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_ended', models.CharField(blank=True, default='', max_length=300)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('powers_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('secret_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SystemToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='people.system')),
            ],
        ),
        migrations.AddConstraint(
            model_name='system',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('name'), name='one_system_of_a_name', violation_error_message='Your force has registered a system of that name. Choose another name.'),
        ),
        migrations.AddConstraint(
            model_name='system',
            constraint=models.CheckConstraint(condition=models.Q(('powers_by', None), ('secret_by', None), models.Q(('powers_by', models.F('secret_by')), _negated=True), _connector='OR'), name='two_people_let_a_system_in', violation_error_message='Two people let a system in: whoever has seen its secret cannot give its powers, nor the other way round.'),
        ),
        migrations.AddConstraint(
            model_name='system',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', ''), ('why_ended', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_by', ''), _negated=True), models.Q(('why_ended', ''), _negated=True)), _connector='OR'), name='a_system_ends_whole', violation_error_message='A system is ended at a moment, by somebody, for a reason.'),
        ),
        migrations.AddIndex(
            model_name='systemtoken',
            index=models.Index(models.F('system'), models.F('expires_at'), name='tokens_that_are_over'),
        ),
        may_read_and_write("people_system", "people_systemtoken"),
    ]
