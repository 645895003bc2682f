"""What each database role may do with the store's own records: nobody changes an inventory, and a tombstone stays."""

from django.db import migrations

from longstone.kernel.legal import grants


class Migration(migrations.Migration):
    dependencies = [("kernel", "0020_store_whole")]

    operations = [
        grants(
            "GRANT SELECT, INSERT ON kernel_objectkey, kernel_tombstone TO longstone_web, longstone_worker",
            "GRANT UPDATE (wrapped), DELETE ON kernel_objectkey TO longstone_worker",
            "GRANT UPDATE (bytes_are, bytes_since, why_not) ON kernel_tombstone TO longstone_worker",
            "GRANT SELECT ON kernel_check, kernel_inventory, kernel_difference, kernel_probe TO longstone_web",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON kernel_check TO longstone_worker",
            "GRANT SELECT, INSERT ON kernel_inventory, kernel_difference, kernel_probe TO longstone_worker",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO longstone_web, longstone_worker",
        ),
    ]
