"""Accounts: nobody gives rights to themselves."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_right_to_change_accounts_opens_no_account(client):
    factories.clinic()
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    client.force_login(clerk)
    for name in ("changelist", "add"):
        assert client.get(reverse(f"admin:auth_user_{name}")).status_code == 403
    for name in ("change", "delete"):
        assert client.get(reverse(f"admin:auth_user_{name}", args=[clerk.pk])).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[clerk.pk])).status_code == 403


def test_a_superuser_makes_accounts(admin_client):
    factories.clinic()
    assert admin_client.get(reverse("admin:auth_user_add")).status_code == 200
