"""What came in from old lists, and can be taken back with its history kept."""

from django.conf import settings
from django.db import migrations, models

from longstone.kernel.legal import add_moves


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_reviews'),
        ('kernel', '0043_imports'),
        ('people', '0002_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='case',
            name='one_case_of_a_reference',
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('reference'), condition=models.Q(('state', 'undone'), _negated=True), name='one_case_of_a_reference', violation_error_message='Your force already has a case with that reference.'),
        ),
        add_moves("case", [("open", "undone")]),
    ]
