"""When the house was backed up, and that it was restored: added to by the worker, read by the web, removed by nobody."""

import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import grants


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0021_store_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('manifest', models.CharField(max_length=64)),
                ('backup_of', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ledger_size', models.BigIntegerField()),
                ('objects_kept', models.BigIntegerField()),
                ('bytes_kept', models.BigIntegerField()),
                ('amiss', models.CharField(blank=True, default='', max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='Restoration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('backup', models.CharField(blank=True, default='', max_length=64)),
                ('backup_of', models.DateTimeField(null=True)),
                ('restored_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kept_size', models.BigIntegerField()),
                ('kept_root', models.BinaryField()),
                ('known_size', models.BigIntegerField(null=True)),
                ('known_root', models.BinaryField(null=True)),
                ('lost', models.BigIntegerField(null=True)),
                ('bridged', models.BooleanField(null=True)),
                ('reconciled_at', models.DateTimeField(null=True)),
                ('by_name', models.CharField(blank=True, default='', max_length=120)),
                ('note', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'ledger_restoration',
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('reconciled_at', None)), name='one_restoration_waits', violation_error_message='A restore of this house waits already to be reconciled.'), models.CheckConstraint(condition=models.Q(('reconciled_at', None), models.Q(('bridged__isnull', False), ('known_size__isnull', False), ('lost__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='a_restoration_is_settled_whole', violation_error_message='A restoration is settled with what was known, what was lost, and its signed note.')],
            },
        ),
        grants(
            "GRANT SELECT ON kernel_backup, ledger_restoration TO longstone_web, longstone_worker, longstone_eraser",
            "GRANT INSERT ON kernel_backup, ledger_restoration TO longstone_worker",
            "GRANT UPDATE (known_size, known_root, lost, bridged, reconciled_at, by_name, note)"
            " ON ledger_restoration TO longstone_worker",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_backup_id_seq, ledger_restoration_id_seq TO longstone_worker",
        ),
    ]
