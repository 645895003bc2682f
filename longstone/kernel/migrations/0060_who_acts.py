"""Who acts, as row security asks for it."""

from django.db import migrations

from longstone.kernel.walls import know_the_actor


class Migration(migrations.Migration):
    dependencies = [("kernel", "0050_versions_of_rows")]

    operations = [know_the_actor()]
