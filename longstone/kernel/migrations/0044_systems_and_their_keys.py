"""Whose a one-use key and an upload are, when a program sent them; what its key was for, and what it was answered."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0043_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='oneusekey',
            name='answer',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='oneusekey',
            name='asked',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='oneusekey',
            name='by_system',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='staged',
            name='by_system',
            field=models.BigIntegerField(null=True),
        ),
    ]
