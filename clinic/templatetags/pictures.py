"""Where pages find their photos and the picture for sharing them."""

from django import template

from clinic import images
from clinic import share_picture as pictures

register = template.Library()


@register.simple_tag
def photo_address(photo, kind):
    """The widest file of this kind."""
    return images.address(photo, images.widths(photo)[-1], kind)


@register.simple_tag
def photo_widths(photo, kind):
    """All files of this kind, as `srcset` names them."""
    return ", ".join(f"{images.address(photo, width, kind)} {width}w" for width in images.widths(photo))


@register.simple_tag(takes_context=True)
def share_picture(context, title):
    return pictures.address(title, context["clinic"].name)
