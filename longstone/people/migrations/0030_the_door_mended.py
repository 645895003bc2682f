"""The worker takes away locks that ended long ago."""

from django.db import migrations

from longstone.kernel.legal import grants


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0020_words"),
    ]

    operations = [
        grants("GRANT DELETE ON people_lock TO longstone_worker"),
    ]
