"""The number and the email of one request: which of them a colleague may see now."""

from intake import contact_rules, permissions, workflow

SHOWN = {"phone": "Show the number", "email": "Show the email"}


def shown_fields(stored, user):
    """On the screen and on paper: none without the right, or while a colleague has the request."""
    if not permissions.may_reveal(user) or workflow.is_taken_by_another(stored, user):
        return []
    return [field for field in SHOWN if not contact_rules.why_not_shown(stored, field)]
