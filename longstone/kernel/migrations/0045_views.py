"""Views of lists that people and teams keep: never changed but in their name, and never removed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import grants


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0044_systems_and_their_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(max_length=1600)),
                ('keeper_id', models.BigIntegerField()),
                ('keeper', models.CharField(max_length=120)),
                ('team_id', models.BigIntegerField(null=True)),
                ('kept_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('forgotten_at', models.DateTimeField(null=True)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
            ],
            options={
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(models.F('controller'), models.F('of'), models.F('name'), models.F('keeper_id'), condition=models.Q(('forgotten_at', None), ('team_id', None)), name='one_view_of_a_name', violation_error_message='You keep a view of that name already. Choose another name.'), models.UniqueConstraint(models.F('controller'), models.F('of'), models.F('name'), models.F('team_id'), condition=models.Q(('forgotten_at', None), ('team_id__isnull', False)), name='one_view_of_a_name_in_a_team', violation_error_message='Your team keeps a view of that name already. Choose another name.')],
            },
        ),
        grants(
            "GRANT SELECT, INSERT ON kernel_view TO longstone_web, longstone_worker",
            "GRANT UPDATE (name, forgotten_at) ON kernel_view TO longstone_web, longstone_worker",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_view_id_seq TO longstone_web, longstone_worker",
        ),
    ]
