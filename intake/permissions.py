"""What a colleague may do, by the names of Django's permissions."""

from django.contrib.auth import get_user_model

WORK = "intake.change_consultationrequest"
SEE_WORDS = "intake.see_words"
REVEAL_CONTACT = "intake.reveal_contact"
DECIDE_LEVEL = "intake.decide_level"
ERASE = "intake.erase_request"
EXPORT = "intake.export_requests"
SEE_FIGURES = "intake.see_figures"
SEE_WHO_LOOKED = "intake.view_accessrecord"


def may_work(user):
    return user.has_perm(WORK)


def may_see_words(user):
    return user.has_perm(SEE_WORDS)


def may_reveal(user):
    """The rules come before the number: who may not read them gets no number either."""
    return user.has_perms([SEE_WORDS, REVEAL_CONTACT])


def colleagues():
    """Those who may work on requests now."""
    users = get_user_model().objects.with_perm(WORK).filter(is_staff=True)
    return users.order_by("first_name", "last_name", "username")
