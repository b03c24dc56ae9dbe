"""What models of content have in common."""

from django.db import models
from django.db.models import Q

from clinic.validators import not_in_the_future


class Ordered(models.Model):
    position = models.PositiveSmallIntegerField(
        default=1000, help_text="Lower numbers come first. A new one comes last until it has a number."
    )

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class ReviewedQuerySet(models.QuerySet):
    def review_due(self, today):
        return self.filter(Q(review_by__lte=today) | Q(review_by=None) | Q(reviewed_on=None))


class Reviewed(models.Model):
    """Content that goes out of date: what is overdue is listed on the staff home page."""

    reviewed_on = models.DateField(
        "last reviewed on",
        null=True,
        blank=True,
        validators=[not_in_the_future],
        help_text="The day somebody last checked that this is still true.",
    )
    review_by = models.DateField(
        null=True, blank=True, help_text="From this day on, the staff home page asks for a new review."
    )

    objects = ReviewedQuerySet.as_manager()

    class Meta:
        abstract = True


class PublishedQuerySet(ReviewedQuerySet):
    def published(self):
        return self.filter(is_published=True)


class Published(Reviewed):
    """A page of its own, shown to the public when staff say so."""

    slug = models.SlugField(
        unique=True, help_text="Last part of the page's address. After a change, the old address leads to the new one."
    )
    is_published = models.BooleanField(
        "published",
        default=False,
        help_text="Tick to show this page to the public. Until then only staff can preview it.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True
