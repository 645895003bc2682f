"""Rows of a list have a version: two windows that mend one row do not mend over each other (D18)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0045_views"),
    ]

    operations = [
        migrations.AddField("importrow", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("importrow", "changed_by", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField("importrow", "changed_at", models.DateTimeField(null=True)),
        migrations.AlterConstraint(
            "importrow",
            "a_row_comes_in_once",
            models.UniqueConstraint(
                "controller",
                "definition",
                "key",
                name="a_row_comes_in_once",
                condition=models.Q(state="in"),
                violation_error_message="A row of this list was brought in meanwhile, with another list. Bring this one in again: that row is passed over.",
            ),
        ),
    ]
