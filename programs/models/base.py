"""What models of care have in common."""

from django.db import models
from django.db.models import F, Q

from clinic.models import Reviewed, ReviewedQuerySet


def low_up_to_high(low, high, name, what):
    return models.CheckConstraint(
        condition=Q(**{f"{low}__lte": F(high)}),
        name=name,
        violation_error_message=f"The lowest {what} is more than the highest. Swap them or correct one.",
    )


class PublishedQuerySet(ReviewedQuerySet):
    def published(self):
        return self.filter(is_published=True)


class Published(Reviewed):
    """A page of its own, shown to the public when staff say so."""

    slug = models.SlugField(unique=True, help_text="Last part of the page's address. Changing it breaks old links.")
    is_published = models.BooleanField(
        "published",
        default=False,
        help_text="Tick to show this page to the public. Until then only staff can preview it.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True
