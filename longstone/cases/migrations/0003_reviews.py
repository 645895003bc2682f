"""Supervisors' reviews of open cases: added to, never changed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import may_add


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_legal'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('episode', models.PositiveSmallIntegerField()),
                ('found', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('by_id', models.BigIntegerField()),
                ('by_name', models.CharField(max_length=120)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='cases.case')),
            ],
        ),
        may_add("cases_casereview"),
    ]
