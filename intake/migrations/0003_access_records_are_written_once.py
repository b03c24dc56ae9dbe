"""The database itself refuses to change, delete or replace an access record.

In SQLite's words, so on another database this migration fails until it has triggers of its own: a record that is only
believed to be safe is worse than none. A later migration that makes SQLite copy the table (AlterField, RemoveField)
loses these triggers without a word and must make them again; tests/intake/test_audit.py notices.
"""

from django.db import migrations

TRIGGERS = {
    "access_records_are_never_changed": """
        BEFORE UPDATE ON intake_accessrecord
        BEGIN SELECT RAISE(ABORT, 'An access record is written once: it cannot be changed.'); END
    """,
    "access_records_are_never_deleted": """
        BEFORE DELETE ON intake_accessrecord
        BEGIN SELECT RAISE(ABORT, 'An access record is written once: it cannot be deleted.'); END
    """,
    # INSERT OR REPLACE deletes the old row without asking the trigger above.
    "access_records_are_added_at_the_end": """
        BEFORE INSERT ON intake_accessrecord
        WHEN NEW.id <= (SELECT MAX(id) FROM intake_accessrecord)
            OR EXISTS (SELECT 1 FROM intake_accessrecord WHERE seal = NEW.seal)
        BEGIN SELECT RAISE(ABORT, 'An access record is added after the last one, by intake.audit.record.'); END
    """,
}


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0002_three_routes'),
    ]

    operations = [
        migrations.RunSQL([f"CREATE TRIGGER {name} {what}"], [f"DROP TRIGGER {name}"])
        for name, what in TRIGGERS.items()
    ]
