"""What every page says about the clinic, read from the database only when a template asks."""

from django.utils import timezone

from clinic.models import Alert, HelpLine

MENU = [
    ("programs", "Programs"),
    ("compare", "Compare care"),
    ("groups", "Groups"),
    ("questions", "Questions"),
    ("about", "About us"),
]


def clinic(request):
    return {
        "clinic": request.clinic,
        "reach": request.reach,
        "help_lines": HelpLine.objects.all(),
        "alerts": Alert.objects.current(timezone.now()),
        "menu": MENU,
    }
