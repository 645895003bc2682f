"""What each database role may do with the tables of second factors and of the forces' directories (D10)."""

from django.db import migrations

from longstone.kernel.legal import grants

TABLES = "mfa_authenticator, socialaccount_socialaccount"
SEQUENCES = "mfa_authenticator_id_seq, socialaccount_socialaccount_id_seq"


class Migration(migrations.Migration):
    dependencies = [
        ("longstone_site", "0001_roles"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        grants(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO longstone_web, longstone_worker",
            "GRANT SELECT, DELETE ON socialaccount_socialtoken TO longstone_web, longstone_worker",  # none is ever kept
            f"GRANT USAGE, SELECT ON SEQUENCE {SEQUENCES} TO longstone_web, longstone_worker",
        )
    ]
