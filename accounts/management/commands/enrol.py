"""Let a colleague in: the first manager, or somebody whom nobody else on the desk can help."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import enrolment
from accounts.roles import clash_words


class Command(BaseCommand):
    help = (
        "Make a staff account if it is missing, and print a link that works once: there the person sets a password and"
        " their phone."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--role", action="append", default=[], help="such as Manager; can be given more than once")
        parser.add_argument("--email", default="", help="where the site may write to this colleague")
        parser.add_argument(
            "--start-again",
            action="store_true",
            help="the phone is lost: password, phone and recovery codes stop working at once",
        )

    def handle(self, username, role, email, start_again, **options):
        roles = [the_role(name) for name in role]
        with transaction.atomic():
            user = account(username, email)
            give(user, roles)
            if start_again:
                enrolment.start_again(user)
        held = ", ".join(user.groups.order_by("name").values_list("name", flat=True))
        self.stdout.write(f"{user.get_username()} ({held or 'no role yet'}) opens this link:\n")
        self.stdout.write(f"  {enrolment.link_for(user)}\n\n")
        self.stdout.write(
            f"It works once, for {enrolment.LINK_HOURS} hours. Whoever opens it first gets the account, so give it to"
            " the person alone.\n"
        )
        if settings.IS_LOCAL:
            self.stdout.write(f"If the site does not answer at {settings.SITE_URL}, name its address in SITE_URL.")


def the_role(name):
    try:
        return Group.objects.get(name=name)
    except Group.DoesNotExist:
        known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no role “{name}”. The roles are: {known}. Nothing was changed.") from None


def give(user, roles):
    user.groups.add(*roles)
    # A lost phone is helped whatever roles an account has.
    if roles and (why := clash_words(user.groups.values_list("name", flat=True))):
        raise CommandError(f"{why} Nothing was changed.")


def account(username, email):
    users = get_user_model().objects
    user = users.filter(username=username).first()
    if user is None:
        user = users.model(username=username, email=email, is_staff=True)
        user.set_unusable_password()
        check(user)
        user.save()
    elif not (user.is_active and user.is_staff):
        raise CommandError(f"The account {username} is switched off. Switch it on first. Nothing was changed.")
    elif email:
        user.email = email
        check(user)
        user.save(update_fields=["email"])
    return user


def check(user):
    try:
        user.full_clean()
    except ValidationError as problem:
        raise CommandError(f"{' '.join(problem.messages)} Nothing was changed.") from None
