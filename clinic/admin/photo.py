"""Photos, as staff upload, replace and delete them."""

import logging
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import format_html

from clinic import images
from clinic.admin.base import ContentAdmin
from clinic.models import Photo

logger = logging.getLogger(__name__)


class PhotoForm(forms.ModelForm):
    upload = forms.FileField(
        label="Upload",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=(
            f"JPEG, PNG, WebP or AVIF, {images.LEAST_SIDE} pixels or more on each side, at most"
            f" {images.MOST_BYTES // 1024**2} MB. Where and when it was taken is removed. Never show clients."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].required = False
            self.fields["upload"].label = "Replace with"

    def clean_upload(self):
        """The size and the bytes to keep, as read_upload made them; nothing yet of what was uploaded is stored."""
        file = self.cleaned_data["upload"]
        if not file:
            return None
        if file.refusal:
            raise file.refusal
        _size, master = file.photo
        if same := images.same_as(master, besides=self.instance.key):
            raise ValidationError(f"This photo is here already: “{same}”. Use that one.")
        return file.photo


def read_upload(file):
    """Before the transaction of the form, in which nobody else could store anything: a large photo takes seconds."""
    file.photo = file.refusal = None
    try:
        picture = images.read(file)
        file.photo = picture.size, images.master_of(picture)
    except ValidationError as refusal:
        file.refusal = refusal


@admin.register(Photo)
class PhotoAdmin(ContentAdmin):
    form = PhotoForm
    list_display = ["thumbnail", "alt", "is_duotone"]
    list_display_links = ["thumbnail", "alt"]
    search_fields = ["alt"]
    readonly_fields = ["thumbnail"]
    fieldsets = [
        ("What it shows", {"fields": ["thumbnail", "upload", "alt"]}),
        ("How it is shown", {"fields": ["focus", "is_duotone"]}),
    ]

    @admin.display(description="photo")
    def thumbnail(self, photo):
        if not photo.built_at:
            return "Not ready. Pages show the drawing." if photo.pk else "None yet."
        address = images.address(photo, images.widths(photo)[0], "jpg")
        return format_html('<img class="thumbnail" src="{}" alt="{}">', address, photo.alt)

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        may_save = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        if may_save and (file := request.FILES.get("upload")):
            read_upload(file)
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except Exception:
            # The master is written before the row is committed, so that no row can be without one.
            if key := getattr(request, "kept_photo", None):
                images.forget(key)
            raise

    def save_model(self, request, obj, form, change):
        photo, replaced = form.cleaned_data["upload"], obj.key
        if photo:
            (obj.width, obj.height), master = photo
            obj.key = request.kept_photo = images.keep(master)
            obj.built_at = None
        super().save_model(request, obj, form, change)
        if not obj.built_at:
            transaction.on_commit(partial(self.build, request, obj), robust=True)
        if photo and replaced:
            transaction.on_commit(partial(images.forget, replaced), robust=True)

    def build(self, request, photo):
        try:
            images.build(photo)
        except Exception:
            logger.exception("The files of photo %s could not be made.", photo.pk)
            messages.error(
                request,
                "The photo is kept, but its files could not be made. Pages show the drawing. Save the photo again to"
                " try once more.",
            )

    def delete_model(self, request, obj):
        key = obj.key
        super().delete_model(request, obj)
        transaction.on_commit(partial(images.forget, key), robust=True)

    def delete_queryset(self, request, queryset):
        keys = list(queryset.values_list("key", flat=True))
        super().delete_queryset(request, queryset)
        for key in keys:
            transaction.on_commit(partial(images.forget, key), robust=True)
