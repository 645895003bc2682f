"""One more reason for which an enquiry is refused: nothing in the database changes, which keeps reasons as words."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0070_areas'),
    ]

    operations = [
        migrations.AlterField(
            model_name='enquirymove',
            name='refused_for',
            field=models.CharField(blank=True, choices=[('identifies', 'It says who somebody is, in a form that must not (its text is wiped at once)'), ('not_ours', 'It is for another force or agency'), ('cannot', 'We have nobody for it, or not on those days'), ('crime', 'It reports a crime: it went to those who record crime'), ('at_once', 'Somebody may be in danger: it went to the control room at once'), ('declined', 'It is an offer that we cannot take up'), ('unclear', 'It does not say enough to act on, and there is no way to ask'), ('twice', 'We have it already'), ('abuse', "It is abuse, advertising or a machine's")], default='', max_length=24),
        ),
    ]
