"""Entries' numbers go into a table of their own, and those that wait into another; an entry is never written again (docs/adr/0008).

The two columns stay where they were, unused, until the next version: the processes of the one before still name them. Their sequencer,
which would write there, may not any more; what is written meanwhile waits for the new one.
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

from longstone.kernel.legal import grants

MOVE = """
LOCK TABLE ledger_entry IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO ledger_leaf ("index", entry_id, commitment)
  SELECT leaf_index, id, commitment FROM ledger_entry WHERE leaf_index IS NOT NULL ORDER BY leaf_index;
INSERT INTO ledger_waiting (entry_id) SELECT id FROM ledger_entry WHERE leaf_index IS NULL ORDER BY id;
DROP INDEX waiting_for_a_leaf;
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_leaf_index_key;
"""
MOVE_BACK = """
LOCK TABLE ledger_entry IN SHARE ROW EXCLUSIVE MODE;
UPDATE ledger_entry e SET leaf_index = l."index", commitment = l.commitment FROM ledger_leaf l
  WHERE l.entry_id = e.id AND (e.leaf_index, e.commitment) IS DISTINCT FROM (l."index", l.commitment);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_leaf_index_key UNIQUE (leaf_index);
CREATE INDEX waiting_for_a_leaf ON ledger_entry (id) WHERE leaf_index IS NULL;
GRANT UPDATE (leaf_index, commitment) ON ledger_entry TO longstone_worker;
"""
KEEP = """
CREATE FUNCTION ledger_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.ledger_waiting (entry_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER waits_for_a_leaf AFTER INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_waits();
CREATE FUNCTION ledger_leaf_of_an_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added WHERE (SELECT e.id FROM ledger_entry e WHERE e.id = added.entry_id) IS NULL) THEN
    RAISE EXCEPTION 'A number is given to an entry that is there.' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER leaf_of_an_entry AFTER INSERT ON ledger_leaf REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_leaf_of_an_entry();
"""
KEEP_NO_MORE = """
DROP TRIGGER leaf_of_an_entry ON ledger_leaf; DROP FUNCTION ledger_leaf_of_an_entry();
DROP TRIGGER waits_for_a_leaf ON ledger_entry; DROP FUNCTION ledger_waits();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0030_backups_and_restorations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='kernel.entry')),
                ('commitment', models.BinaryField()),
            ],
            options={
                'db_table': 'ledger_leaf',
                'constraints': [models.CheckConstraint(condition=models.Q(('index__gte', 0)), name='a_leaf_has_a_place'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('commitment'), 32), name='a_commitment_is_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='waiting', serialize=False, to='kernel.entry')),
            ],
            options={
                'db_table': 'ledger_waiting',
            },
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(MOVE, MOVE_BACK)],
            [
                migrations.RemoveIndex(model_name='entry', name='waiting_for_a_leaf'),
                migrations.RemoveField(model_name='entry', name='leaf_index'),
                migrations.RemoveField(model_name='entry', name='commitment'),
            ],
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(models.F('event'), models.F('id'), condition=models.Q(('event__in', ['bytes.removed', 'checkpoint.stamped', 'entry.erased', 'ledger.restored'])), name='entries_of_the_ledger'),
        ),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
        grants(
            "GRANT SELECT, INSERT ON ledger_leaf TO longstone_worker",
            "GRANT SELECT, DELETE ON ledger_waiting TO longstone_worker",
            "GRANT SELECT ON ledger_leaf, ledger_waiting TO longstone_web, longstone_eraser",
            "REVOKE UPDATE (leaf_index, commitment) ON ledger_entry FROM longstone_worker",
        ),
    ]
