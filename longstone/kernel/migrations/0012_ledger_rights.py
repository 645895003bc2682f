"""Who may write what others say of the ledger, and what the eraser may do: only what two people approved (D10, D20)."""

from django.db import migrations

from longstone.kernel.legal import grants

BY_TWO = """
CREATE FUNCTION ledger_erased_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.facts <> '' OR NEW.salt <> '' OR NEW.on_label <> '' THEN
    RAISE EXCEPTION 'What is erased leaves nothing of what was told.' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM kernel_erasure e
    WHERE e.entry_id = OLD.id AND e.approved AND e.erased_at IS NULL AND e.decided_by_id <> e.proposed_by_id
      AND e.proposed_by_id IS DISTINCT FROM OLD.by_id AND e.decided_by_id IS DISTINCT FROM OLD.by_id
  ) THEN
    RAISE EXCEPTION 'Two people who are not named in it must approve an erasure first.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER erased_by_two BEFORE UPDATE OF facts, salt, on_label ON ledger_entry
  FOR EACH ROW WHEN (current_user = 'longstone_eraser') EXECUTE FUNCTION ledger_erased_by_two();
"""
UNDO = "DROP TRIGGER erased_by_two ON ledger_entry; DROP FUNCTION ledger_erased_by_two()"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0011_ledger_whole")]

    operations = [
        grants(
            "GRANT SELECT, INSERT ON ledger_cosignature, ledger_token TO longstone_worker",
            "GRANT SELECT, INSERT, UPDATE ON ledger_witnessed, ledger_outage TO longstone_worker",
            "GRANT SELECT ON ledger_cosignature, ledger_token, ledger_witnessed, ledger_outage TO longstone_web",
            "GRANT USAGE, SELECT ON SEQUENCE ledger_cosignature_id_seq, ledger_token_id_seq, ledger_outage_id_seq TO longstone_worker",
            "GRANT SELECT, INSERT ON kernel_erasure TO longstone_web, longstone_worker",
            "GRANT UPDATE (decided_by_id, decided_by, decided_at, approved, why) ON kernel_erasure TO longstone_web, longstone_worker",
            "GRANT USAGE, SELECT ON SEQUENCE kernel_erasure_id_seq TO longstone_web, longstone_worker",
            "GRANT SELECT, UPDATE (erased_at) ON kernel_erasure TO longstone_eraser",
            "GRANT INSERT, UPDATE (on_label) ON ledger_entry TO longstone_eraser",
            "GRANT USAGE, SELECT ON SEQUENCE ledger_entry_id_seq TO longstone_eraser",
        ),
        migrations.RunSQL(BY_TWO, UNDO),
    ]
