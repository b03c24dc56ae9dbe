"""docs/data.md: what the site keeps about people, from intake/privacy.py."""

from django.apps import apps

from intake.privacy import ACCESS_YEARS, KEEP_MONTHS, PLAIN_BECAUSE, TABLES, UNTIL_WITHDRAWN, fields_of, is_encrypted

INTRO = f"""\
# What the site keeps about people

For whoever runs the clinic, answers a question about privacy or has this site reviewed. One table for each kind of row:
what is kept, why, who sees it, how long, and whether it is encrypted. Written from `intake/privacy.py` by
`manage.py write_data_page`: change it there. A test fails when a field is missing here.

## How long

- **Until the person withdraws**: what a person wrote is erased at once when they withdraw their request, with what they
  ticked, what we agreed on with them and what staff answered. What stays is the reference, whom the request was for,
  the words agreed to, times (that of a consultation, too), states and which colleague did what. Staff can do the same
  for somebody who calls.
- **Planned: {KEEP_MONTHS} months**: counted from the last contact. The job that erases then is *not built yet*; it
  comes with a later version. Until then such a row stays until somebody erases it by hand.
- **Who looked**: {ACCESS_YEARS} years is a proposal, after the time that 45 CFR 164.316(b)(2) sets for documentation.
  Have a lawyer confirm it. Nothing erases these records yet.
- Backups you make hold all of this for as long as you keep them.

## What we never ask

The form has no question about insurance numbers, a date of birth, a diagnosis, which substance somebody uses, or
payment. A first talk does not need them, and what is not asked cannot be lost. A person can still write such things
into the message; the form asks them to leave medical details out, and the message is encrypted.
"""

NOT_ENCRYPTED = """\
## What is not encrypted, and why

Who holds the database without its key can read the fields marked “No”: that at some time somebody asked for a parent,
chose a program (which tells what kind of care) and allowed a call, but not who. Together with something else that they
know, such as when a person sat at a computer, even that can point to somebody. So the disk and the backups of the
server should be encrypted as well.

An encrypted field shows two things to who holds the database: whether it is empty, and about how long it is.
"""

HEADER = ["| field | kind | why | who sees it | how long | encrypted |", "| --- | --- | --- | --- | --- | --- |"]


def as_markdown():
    """docs/data.md, for the manager of a clinic."""
    parts = [INTRO]
    for label, table in TABLES.items():
        model = apps.get_model(label)
        rows = [row(field, table) for field in fields_of(model)]
        parts.append("\n".join([f"## {table.title}\n", f"{table.about}\n", *HEADER, *rows, ""]))
    reasons = [f"- **{kind.capitalize()}**: {reason}" for kind, reason in PLAIN_BECAUSE.items()]
    parts.append("\n".join([NOT_ENCRYPTED, *reasons, ""]))
    return "\n".join(parts)


def row(field, table):
    entry = table.fields[field.name]
    label = field.verbose_name[0].upper() + field.verbose_name[1:]
    encrypted = "Yes" if is_encrypted(field) else "No"
    cells = [
        f"{label} (`{field.name}`)",
        entry.kind,
        entry.why,
        entry.seen_by or table.seen_by,
        UNTIL_WITHDRAWN if entry.is_erased else table.kept,
        encrypted,
    ]
    return f"| {' | '.join(cells)} |"
