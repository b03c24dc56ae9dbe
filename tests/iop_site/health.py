"""What content health finds, in words."""

from iop_site import content_health, content_hints

ALL = content_health.CHECKS + content_hints.HINTS


def found(checks=ALL, may_view=lambda model: True):
    """{heading: ["name: why", ...]}"""
    sections = content_health.sections(checks, may_view)
    return {heading: [f"{task.name}: {task.why}" for task in tasks] for heading, tasks in sections}


def lines(heading):
    return found().get(heading, [])
