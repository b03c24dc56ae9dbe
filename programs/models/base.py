"""What models of care have in common."""

from django.db import models
from django.db.models import F, Q


def low_up_to_high(low, high, name, what):
    return models.CheckConstraint(
        condition=Q(**{f"{low}__lte": F(high)}),
        name=name,
        violation_error_message=f"The lowest {what} is more than the highest. Swap them or correct one.",
    )
