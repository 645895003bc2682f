"""The machine of a case, kept legal by the database, and what each database role may do."""

from django.db import migrations

from longstone.kernel.legal import keep_legal, may_add, may_read_and_write, write_moves


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("kernel", "0002_roles_and_cache")]

    operations = [
        write_moves("case", [("*", "open"), ("closed", "open"), ("open", "closed")]),
        keep_legal(machine="case", rows="cases_case", events="cases_casemove"),
        may_read_and_write("cases_case", "cases_allocation", "cases_involvement", "cases_caseshare"),
        may_add("cases_casemove"),
    ]
