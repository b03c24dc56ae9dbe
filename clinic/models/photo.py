"""A photograph staff uploaded. Its files are made by clinic/images.py; here is what the pages need to know."""

from django.db import models


class Photo(models.Model):
    class Focus(models.TextChoices):
        """The part of the picture that stays in sight when a frame cuts it."""

        TOP_START = "top-start", "Top left"
        TOP = "top", "Top"
        TOP_END = "top-end", "Top right"
        START = "start", "Left"
        CENTER = "center", "Center"
        END = "end", "Right"
        BOTTOM_START = "bottom-start", "Bottom left"
        BOTTOM = "bottom", "Bottom"
        BOTTOM_END = "bottom-end", "Bottom right"

    key = models.CharField(
        max_length=32, unique=True, editable=False
    )  # names its files; made up, never from the upload
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    built_at = models.DateTimeField(null=True, editable=False)  # until then pages show the drawing
    alt = models.CharField(
        "description",
        max_length=160,
        help_text="What the photo shows, for people who cannot see it: “A window seat with two chairs”.",
    )
    focus = models.CharField(
        "focal point",
        max_length=12,
        choices=Focus,
        default=Focus.CENTER,
        help_text="The part that must stay in sight where a frame cuts the photo.",
    )
    is_duotone = models.BooleanField(
        "two inks",
        default=True,
        help_text="Prints the photo in the site's own two inks, so that all look like one set. Untick for full color.",
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.alt
