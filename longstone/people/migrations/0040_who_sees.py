"""Markers, merges, and the wall before persons whom a marker safeguards (docs/adr/0014)."""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from longstone.kernel.legal import may_read_and_write
from longstone.kernel.walls import define, finder, wall
from longstone.people.rules import match_keys


MARKED_OFF = """
WITH marked AS (
  SELECT person_id AS id FROM people_marker WHERE lifted_at IS NULL AND since <= statement_timestamp()
  AND (until IS NULL OR until > statement_timestamp()) AND controller_id <> ALL (sees)
), roots AS (
  SELECT id FROM marked
  UNION SELECT g.survivor_id FROM people_personmerge g JOIN marked m ON m.id = g.record_id WHERE g.undone_at IS NULL
)
SELECT id FROM roots UNION SELECT g.record_id FROM people_personmerge g JOIN roots r ON r.id = g.survivor_id WHERE g.undone_at IS NULL
"""
READ_OF = """
CREATE FUNCTION people_read(event text, on_kind text, on_id text, facts text) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE told jsonb; found bigint[];
BEGIN
  IF facts = '' THEN RETURN NULL; END IF;
  told := facts::jsonb;
  SELECT array_agg(DISTINCT one::bigint) INTO found FROM (
    SELECT jsonb_array_elements_text(told -> 'persons') WHERE jsonb_typeof(told -> 'persons') = 'array'
    UNION ALL SELECT jsonb_array_elements_text(told -> 'ids') WHERE event = 'persons.read' AND jsonb_typeof(told -> 'ids') = 'array'
    UNION ALL SELECT substr(one, 8) FROM jsonb_array_elements_text(
      CASE WHEN event = 'search.read' AND jsonb_typeof(told -> 'ids') = 'array' THEN told -> 'ids' ELSE '[]' END) AS hit (one) WHERE one LIKE 'person %'
    UNION ALL SELECT on_id WHERE on_kind = 'person'
  ) AS named (one) WHERE one ~ '^[0-9]{1,18}$';
  RETURN found;
EXCEPTION WHEN data_exception THEN RETURN NULL;  -- an entry that somebody spoilt is for the audit to name; it stops nobody here
END $$;
CREATE INDEX people_reads ON ledger_entry USING gin (people_read(event, on_kind, on_id, facts))
  WHERE event LIKE '%.read' AND people_read(event, on_kind, on_id, facts) IS NOT NULL;
"""
UNREAD = "DROP INDEX people_reads; DROP FUNCTION people_read(text, text, text, text)"


def write_keys(apps: Any, schema_editor: Any) -> None:
    """Write the keys that persons recorded before this do not have yet."""
    person, key = apps.get_model("people", "Person"), apps.get_model("people", "PersonKey")
    for one in person._base_manager.order_by("pk").iterator():
        keys = match_keys(family_name=one.family_name, given_names=one.given_names, born=one.born_on)
        there = set(key._base_manager.filter(person_id=one.pk).values_list("kind", flat=True))
        key._base_manager.bulk_create(key(person_id=one.pk, kind=kind, value=keys[kind]) for kind in keys if kind not in there)


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0060_who_acts'),
        ('people', '0030_the_door_mended'),
    ]

    operations = [
        migrations.CreateModel(
            name='Marker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.CharField(max_length=120)),
                ('telephone', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=500)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(max_length=120)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('reviewed_by', models.CharField(blank=True, default='', max_length=120)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_lifted', models.CharField(blank=True, default='', max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='markers', to='people.person')),
            ],
            options={
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(models.F('person'), condition=models.Q(('lifted_at', None)), name='one_marker_at_a_time', violation_error_message='There is a marker on this person already. Review it instead.'), models.CheckConstraint(condition=models.Q(models.Q(('team', ''), _negated=True), models.Q(('telephone', ''), _negated=True)), name='a_marker_names_whom_to_ring', violation_error_message='Say which team is rung, and on which number.')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('by_id', models.BigIntegerField()),
                ('by_name', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_undone', models.CharField(blank=True, default='', max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='people.organisation')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('record'), condition=models.Q(('undone_at', None)), name='an_organisation_is_merged_once', violation_error_message='That record is merged already. Undo that first.'), models.CheckConstraint(condition=models.Q(('record', models.F('survivor')), _negated=True), name='an_organisation_is_not_merged_with_itself', violation_error_message='A record is not merged with itself.')],
            },
        ),
        migrations.CreateModel(
            name='PersonMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('by_id', models.BigIntegerField()),
                ('by_name', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, default='', max_length=120)),
                ('why_undone', models.CharField(blank=True, default='', max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.controller')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='people.person')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('record'), condition=models.Q(('undone_at', None)), name='a_record_is_merged_once', violation_error_message='That record is merged already. Undo that first.'), models.CheckConstraint(condition=models.Q(('record', models.F('survivor')), _negated=True), name='a_record_is_not_merged_with_itself', violation_error_message='A record is not merged with itself.')],
            },
        ),
        may_read_and_write("people_marker", "people_personmerge", "people_organisationmerge"),
        define("people_marked_off", "sees bigint[]", "SETOF bigint", MARKED_OFF),
        define(
            "people_markers_met", "wanted text[], sees bigint[]", "TABLE (team text, telephone text)",
            """SELECT DISTINCT m.team, m.telephone FROM people_marker m JOIN people_person p ON p.id = m.person_id,
               LATERAL (SELECT regexp_split_to_array(lower(p.family_name || ' ' || p.given_names), '[^[:alnum:]]+') AS names) n
               WHERE m.lifted_at IS NULL AND m.since <= statement_timestamp()
               AND (m.until IS NULL OR m.until > statement_timestamp())
               AND p.controller_id = ANY (actor_with('see people')) AND p.controller_id <> ALL (sees) AND cardinality(wanted) > 0
               AND NOT EXISTS (SELECT 1 FROM unnest(wanted) AS w (word) WHERE NOT EXISTS (
                 SELECT 1 FROM unnest(n.names) AS n (name) WHERE n.name = w.word OR w.word !~ '[0-9]' AND similarity(n.name, w.word) > 0.5))""",
        ),
        define(
            "people_held_by",
            "persons bigint[], forces bigint[]",
            "SETOF bigint",
            "SELECT id FROM people_person WHERE id = ANY (persons) AND controller_id = ANY (forces)",
        ),
        wall("people_person", "id <> ALL (ARRAY(SELECT people_marked_off(actor_with('see safeguarded people'))))"),
        wall("people_marker", "controller_id = ANY ((SELECT actor_with('see safeguarded people'))::bigint[])"),
        wall("people_personkey", "EXISTS (SELECT 1 FROM people_person above WHERE above.id = person_id)"),
        finder("people_person"),
        *(
            wall(f"people_{kind}merge", f"EXISTS (SELECT 1 FROM people_{kind} above WHERE above.id = record_id)")
            for kind in ("person", "organisation")
        ),
        migrations.RunSQL(READ_OF, UNREAD),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]
