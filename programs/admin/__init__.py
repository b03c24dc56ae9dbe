"""What care we offer, as staff edit it. Whether an entry can be true is decided in rules.py."""

from programs.admin import groups, guide, program, shared, track

__all__ = ["groups", "guide", "program", "shared", "track"]
