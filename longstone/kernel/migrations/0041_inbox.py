"""What the public sends in and what is published for them; and what the public's own database role may do: add to the inbox, read the view."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import grants, keep_legal, may_add, may_read_and_write, write_moves

THERE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'longstone_public') THEN
    RAISE EXCEPTION 'There is no role longstone_public yet. Let an administrator prepare the database again (docs/how-to/upgrade.md).';
  END IF;
END $$
"""
BOUNDS = """
ALTER TABLE kernel_inbox
  ADD CONSTRAINT inbox_is_small CHECK (octet_length(answers) <= 32768),
  ADD CONSTRAINT inbox_is_emptied_when_taken CHECK (taken_at IS NULL OR answers = '');
ALTER TABLE kernel_publication
  ADD CONSTRAINT publication_is_small CHECK (size BETWEEN 1 AND 5242880 AND octet_length(body) = size),
  ADD CONSTRAINT publication_is_its_digest CHECK (encode(sha256(body), 'hex') = sha256)
"""
UNBOUND = """
ALTER TABLE kernel_inbox DROP CONSTRAINT inbox_is_small, DROP CONSTRAINT inbox_is_emptied_when_taken;
ALTER TABLE kernel_publication DROP CONSTRAINT publication_is_small, DROP CONSTRAINT publication_is_its_digest
"""
FULL = """
CREATE FUNCTION kernel_inbox_takes_no_more() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM (SELECT 1 FROM kernel_inbox WHERE taken_at IS NULL LIMIT 5000) AS lying) >= 5000
  OR (SELECT count(*) FROM (SELECT 1 FROM kernel_inbox WHERE arrived_at > now() - interval '1 hour' LIMIT 2000) AS lately) >= 2000 THEN
    RAISE EXCEPTION 'The inbox takes no more at this moment.' USING ERRCODE = 'configuration_limit_exceeded';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION kernel_inbox_takes_no_more() FROM PUBLIC;
CREATE TRIGGER takes_no_more BEFORE INSERT ON kernel_inbox FOR EACH STATEMENT EXECUTE FUNCTION kernel_inbox_takes_no_more()
"""
ENDLESS = "DROP TRIGGER takes_no_more ON kernel_inbox; DROP FUNCTION kernel_inbox_takes_no_more()"
VIEW = """
CREATE VIEW kernel_published WITH (security_barrier) AS
  SELECT f.slug AS force, p.slug, p.title, p.kind, p.words, p.file_name, p.media_type, p.sha256, p.size, p.body, p.published_at
  FROM kernel_publication p JOIN kernel_controller f ON f.id = p.controller_id WHERE p.state = 'published'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0040_ledger_leaves'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=24)),
                ('state_seq', models.PositiveIntegerField(default=1)),
                ('key', models.UUIDField(unique=True)),
                ('form', models.CharField(max_length=60)),
                ('form_version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('reference', models.CharField(max_length=20)),
                ('answers', models.TextField(blank=True, default='')),
                ('arrived_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('dispose_on', models.DateField()),
                ('wiped_at', models.DateTimeField(null=True)),
                ('owner_id', models.BigIntegerField(null=True)),
                ('owner_name', models.CharField(blank=True, default='', max_length=120)),
                ('reply', models.TextField(blank=True, default='')),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
            ],
            options={
                'verbose_name_plural': 'enquiries',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='EnquiryMove',
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
                ('refused_for', models.CharField(blank=True, choices=[('identifies', 'It says who somebody is, in a form that must not (its text is wiped at once)'), ('not_ours', 'It is for another force or agency'), ('cannot', 'We have nobody for it, or not on those days'), ('crime', 'It reports a crime: it went to those who record crime'), ('at_once', 'Somebody may be in danger: it went to the control room at once'), ('unclear', 'It does not say enough to act on, and there is no way to ask'), ('twice', 'We have it already'), ('abuse', "It is abuse, advertising or a machine's")], default='', max_length=24)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='kernel.enquiry')),
            ],
        ),
        migrations.CreateModel(
            name='Inbox',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('form', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('force', models.CharField(max_length=40)),
                ('reference', models.CharField(max_length=20)),
                ('answers', models.TextField()),
                ('keep_days', models.PositiveIntegerField()),
                ('arrived_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('taken_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('arrived_at'), name='inbox_by_arrival')],
                'constraints': [models.CheckConstraint(condition=models.Q(('force__regex', '^[a-z0-9-]+$'), ('form__regex', '^[a-z][a-z0-9_]*$'), ('reference__regex', '^[A-Z0-9-]+$')), name='inbox_words_are_plain', violation_error_message='A form, a force and a reference are named in plain letters.'), models.CheckConstraint(condition=models.Q(('keep_days__range', (1, 3660))), name='inbox_is_kept_for_a_time', violation_error_message='What is sent in is kept for between a day and ten years.')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=24)),
                ('state_seq', models.PositiveIntegerField(default=1)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('paper', 'Paper'), ('material', 'Material')], max_length=12)),
                ('words', models.TextField()),
                ('file_name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=40)),
                ('body', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('proposed_by_id', models.BigIntegerField()),
                ('proposed_by', models.CharField(max_length=120)),
                ('published_by_id', models.BigIntegerField(null=True)),
                ('published_by', models.CharField(blank=True, default='', max_length=120)),
                ('published_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
            ],
            options={
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PublicationMove',
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
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='kernel.publication')),
            ],
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(models.F('controller'), models.F('state'), models.F('arrived_at'), name='enquiries_that_wait'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('wiped_at', None), models.Q(('answers', ''), ('reply', '')), _connector='OR'), name='what_is_wiped_says_nothing', violation_error_message='What was wiped says nothing any more.'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'answered']), _negated=True), models.Q(('owner_id__isnull', False), models.Q(('owner_name', ''), _negated=True)), _connector='OR'), name='what_is_accepted_has_an_owner', violation_error_message='What is accepted has an owner.'),
        ),
        migrations.AddConstraint(
            model_name='enquirymove',
            constraint=models.CheckConstraint(condition=models.Q(('now', 'refused'), ('refused_for', ''), _connector='XOR'), name='a_refusal_has_its_reason', violation_error_message='Choose why it is refused.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(models.F('controller'), models.F('slug'), condition=models.Q(('state__in', ['proposed', 'published'])), name='one_publication_at_an_address', violation_error_message='Something of that title is published or proposed already. Give it another title.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('published_by_id', None), models.Q(('published_by_id', models.F('proposed_by_id')), _negated=True), _connector='OR'), name='two_people_publish', violation_error_message='Two people publish: whoever proposed it cannot publish it.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'withdrawn']), _negated=True), models.Q(('published_at__isnull', False), ('published_by_id__isnull', False)), _connector='OR'), name='what_is_published_was_by_somebody', violation_error_message='Somebody publishes it, at a moment.'),
        ),
        write_moves("enquiry", [
            ("*", "received"), ("accepted", "accepted"), ("accepted", "answered"), ("accepted", "refused"),
            ("received", "accepted"), ("received", "refused"),
        ]),
        write_moves("publication", [
            ("*", "proposed"), ("proposed", "declined"), ("proposed", "published"), ("published", "withdrawn"),
        ]),
        keep_legal(machine="enquiry", rows="kernel_enquiry", events="kernel_enquirymove"),
        keep_legal(machine="publication", rows="kernel_publication", events="kernel_publicationmove"),
        migrations.RunSQL(THERE, migrations.RunSQL.noop),
        migrations.RunSQL(BOUNDS, UNBOUND),
        migrations.RunSQL(FULL, ENDLESS),
        migrations.RunSQL(VIEW, "DROP VIEW kernel_published"),
        may_read_and_write("kernel_enquiry", "kernel_publication"),
        may_add("kernel_enquirymove", "kernel_publicationmove"),
        grants(
            "GRANT INSERT (key, form, version, title, force, reference, answers, keep_days) ON kernel_inbox TO longstone_public, longstone_worker",
            "GRANT SELECT ON kernel_published TO longstone_public",
            "GRANT SELECT, UPDATE (answers, taken_at), DELETE ON kernel_inbox TO longstone_worker",
            "GRANT SELECT (key, force, arrived_at, taken_at) ON kernel_inbox TO longstone_web",
        ),
    ]
