"""The app's name on the staff desk, and that of Django's own accounts."""

from django.apps import AppConfig, apps


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self):
        apps.get_app_config("auth").verbose_name = self.verbose_name
