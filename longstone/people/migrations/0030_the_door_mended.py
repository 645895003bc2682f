"""The worker takes away locks that ended long ago; the database keeps it to one subject of a directory for each of the staff."""

from django.db import migrations

from longstone.kernel.legal import grants


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0020_words"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        grants("GRANT DELETE ON people_lock TO longstone_worker"),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX one_attachment_each ON socialaccount_socialaccount (user_id)", "DROP INDEX one_attachment_each"
        ),
    ]
