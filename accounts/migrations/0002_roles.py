"""The roles as groups. `manage.py prepare` keeps them as accounts/roles.py says from then on."""

from django.db import migrations

from accounts import roles


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_sign_in'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('clinic', '0005_referral_contacts'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('intake', '0004_staff_desk'),
        ('programs', '0003_first_help'),
    ]

    operations = [
        migrations.RunPython(lambda apps, schema_editor: roles.write_groups(apps), migrations.RunPython.noop),
    ]
