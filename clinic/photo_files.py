"""Serves the pictures made for pages, by their generated names only. A name's content never changes.

A proxy in front may serve the folder itself.
"""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

NAME = r"(?P<name>photos/[0-9a-f]{32}/[0-9]{1,4}\.(?:avif|webp|jpg)|share/[0-9a-f]{32}\.png)"
CONTENT_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png"}


@require_safe
def picture(request, name):
    file = Path(settings.MEDIA_ROOT) / name
    try:
        content = file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(content, content_type=CONTENT_TYPES[file.suffix])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
