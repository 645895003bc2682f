"""What each database role may do with the tables of Django, allauth and procrastinate (D10)."""

from django.db import migrations

from longstone.kernel.legal import grants

QUEUE = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
             AND (tablename LIKE 'procrastinate%' OR tablename LIKE 'django\\_%' OR tablename LIKE 'account\\_%'
                  OR tablename LIKE 'auth\\_%')
             AND tablename <> 'django_migrations'
  LOOP EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO longstone_web, longstone_worker', one.tablename);
  END LOOP; END $$
"""
SEQUENCES = "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO longstone_web, longstone_worker"
MIGRATIONS = "GRANT SELECT ON django_migrations TO longstone_web, longstone_worker"


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_legal"),
        ("cases", "0002_legal"),
        ("people", "0002_roles"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [grants(QUEUE, SEQUENCES, MIGRATIONS)]
