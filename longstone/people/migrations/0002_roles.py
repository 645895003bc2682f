"""What each database role may do with this room's tables (D10)."""

from django.db import migrations

from longstone.kernel.legal import may_read_and_write


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("kernel", "0002_roles_and_cache")]

    operations = [
        may_read_and_write(
            "people_consortium", "people_consortium_members", "people_organisation", "people_staff", "people_team",
            "people_post", "people_competence", "people_identity", "people_person", "people_personkey",
        ),
    ]
