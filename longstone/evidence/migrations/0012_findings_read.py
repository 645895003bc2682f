"""Who has read what an examination found: added to, never changed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from longstone.kernel.legal import may_add


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0011_disposal_legal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FindingsRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('examination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='evidence.examination')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('examination'), models.F('staff'), name='findings_are_read_once', violation_error_message='You have said already that you read this.')],
            },
        ),
        may_add("evidence_findingsread"),
    ]
