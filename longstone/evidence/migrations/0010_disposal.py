"""Disposals, and when a copy or a bundle went."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0002_legal'),
        ('kernel', '0021_store_rights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=24)),
                ('state_seq', models.PositiveIntegerField(default=1)),
                ('reason', models.CharField(max_length=500)),
                ('authority', models.CharField(max_length=300)),
                ('proposed_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('disposed_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DisposalMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('was', models.CharField(max_length=24)),
                ('now', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=120)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('proposer', models.BigIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='copy',
            name='one_copy_of_the_same_bytes',
        ),
        migrations.AddField(
            model_name='bundle',
            name='disposed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='copy',
            name='disposed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('exhibit'), models.F('sha256'), condition=models.Q(('disposed_at', None)), name='one_copy_of_the_same_bytes', violation_error_message='This exhibit already has that very copy.'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposal',
            name='controller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='copy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disposals', to='evidence.copy'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disposalmove',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='evidence.disposal'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.UniqueConstraint(models.F('copy'), condition=models.Q(('state', 'withdrawn'), _negated=True), name='one_disposal_of_a_copy', violation_error_message='The disposal of this copy has been proposed already.'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='two_people_for_a_disposal', violation_error_message='Disposal takes two people: the one who proposed it cannot approve it.'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disposed_at', None), ('state__in', ['proposed', 'withdrawn'])), models.Q(('approved_by__isnull', False), ('disposed_at', None), ('due_at__isnull', False), ('state', 'approved')), models.Q(('approved_by__isnull', False), ('disposed_at__gte', models.F('due_at')), ('state', 'disposed')), _connector='OR'), name='a_disposal_is_approved_and_due', violation_error_message='A disposal is carried out when it is approved and its delay has passed.'),
        ),
        migrations.AddConstraint(
            model_name='disposalmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('now', 'approved'), _negated=True), models.Q(('by_id__isnull', False), models.Q(('by_id', models.F('proposer')), _negated=True)), _connector='OR'), name='a_disposal_is_approved_by_another', violation_error_message='Disposal takes two people: the one who proposed it cannot approve it.'),
        ),
    ]
