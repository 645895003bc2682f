"""What each database role may do with the kernel's tables (D10), and the shared cache's table."""

from django.db import migrations

from longstone.kernel.legal import grants, may_add, may_read_and_write

CACHE = """
CREATE TABLE cache_entries (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX cache_entries_expires ON cache_entries (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE cache_entries"),
        may_read_and_write("kernel_staged", "kernel_oneusekey", "kernel_controller"),
        may_add("ledger_entry", "kernel_transition"),
        grants(
            "REVOKE INSERT ON kernel_transition FROM longstone_web, longstone_worker",
            "GRANT DELETE ON kernel_staged TO longstone_worker",
            "GRANT SELECT, INSERT ON ledger_node, ledger_checkpoint TO longstone_worker",
            "GRANT SELECT ON ledger_node, ledger_checkpoint TO longstone_web, longstone_eraser",
            "GRANT UPDATE (leaf_index, commitment) ON ledger_entry TO longstone_worker",
            "GRANT SELECT, UPDATE (facts, salt) ON ledger_entry TO longstone_eraser",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON cache_entries TO longstone_web, longstone_worker",
        ),
    ]
