"""What is held back from disposal: holds are added and ended, never changed or removed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import grants


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0002_roles_and_cache'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_kind', models.CharField(max_length=40)),
                ('on_id', models.CharField(max_length=40)),
                ('on_label', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=500)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=120)),
                ('since', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_ended', models.CharField(blank=True, default='', max_length=500)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
            ],
            options={
                'default_manager_name': 'objects',
                'indexes': [models.Index(models.F('on_kind'), models.F('on_id'), condition=models.Q(('ended_at', None)), name='holds_that_last')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', ''), ('why_ended', '')), models.Q(('ended_at__gte', models.F('since')), models.Q(('ended_by', ''), _negated=True), models.Q(('why_ended', ''), _negated=True)), _connector='OR'), name='a_hold_ends_whole', violation_error_message='A hold ends after it began, by somebody, for a reason.')],
            },
        ),
        grants(
            "GRANT SELECT, INSERT ON kernel_hold TO longstone_web, longstone_worker",
            "GRANT UPDATE (ended_at, ended_by, why_ended) ON kernel_hold TO longstone_web, longstone_worker",
            "GRANT SELECT ON kernel_hold TO longstone_eraser",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_hold_id_seq TO longstone_web, longstone_worker",
        ),
    ]
