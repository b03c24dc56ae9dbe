"""Who we are, as staff edit it."""

from clinic.admin import clinic, page, photo, referral, upkeep
from clinic.admin.base import REVIEW, ContentAdmin, StaffAdmin
from clinic.admin.published import PublishedAdmin

__all__ = ["REVIEW", "ContentAdmin", "PublishedAdmin", "StaffAdmin", "clinic", "page", "photo", "referral", "upkeep"]
