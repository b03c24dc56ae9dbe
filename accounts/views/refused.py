"""Pages of the desk for who may not do something, and for an address that answers to a press alone."""

from django.urls import reverse

from accounts.views import not_saved
from accounts.views.pages import page

REQUEST = "intake_consultationrequest_"


def not_allowed(request):
    roles = ", ".join(request.user.groups.order_by("name").values_list("name", flat=True))
    typed = not_saved.typed(request)
    return page(request, "refused", "Your account may not do this", status=403, roles=roles, typed=typed).render()


def by_a_press(request, refused):
    """Of an address that was typed, kept or loaded again. `refused` is Django's answer, which has no words."""
    match = request.resolver_match
    back, where = reverse("admin:index"), "Go to the staff desk"
    if (match.url_name or "").startswith(REQUEST):
        pk = match.kwargs.get("object_id")
        back = reverse(f"admin:{REQUEST}change", args=[pk]) if pk else reverse(f"admin:{REQUEST}changelist")
        where = "Go to the request" if pk else "Go to the requests"
    answer = page(request, "press_only", "This opens by a press only", status=405, back=back, where=where).render()
    answer["Allow"] = refused["Allow"]
    return answer
