"""Each answer of the guide says who must be called first. Those that came with the site are known by their names."""

from django.db import migrations, models

STARTING_ANSWERS = {
    "taken-too-much": "naloxone",
    "ill-from-stopping": "911",
    "danger": "911",
    "someone-hurts-me": "violence",
}


def crisis_to_first_help(apps, schema_editor):
    for answer in apps.get_model("programs", "GuideAnswer").objects.filter(is_crisis=True):
        answer.first_help = STARTING_ANSWERS.get(answer.slug, "988")
        answer.save()


def first_help_to_crisis(apps, schema_editor):
    apps.get_model("programs", "GuideAnswer").objects.exclude(first_help="").update(is_crisis=True)


class Migration(migrations.Migration):
    dependencies = [("programs", "0002_guide_photos_and_search")]

    operations = [
        migrations.AddField(
            model_name="guideanswer",
            name="first_help",
            field=models.CharField(
                blank=True,
                choices=[
                    ("naloxone", "Call 911 and use naloxone: they may have taken too much, or can hardly breathe"),
                    ("911", "Call 911: a life may be at risk"),
                    ("violence", "Call the domestic violence hotline: someone hurts or threatens them"),
                    ("988", "Call or text 988: any other crisis"),
                ],
                help_text="Choose who must be called when this is true. It is then shown before anything else.",
                max_length=8,
            ),
        ),
        migrations.RunPython(crisis_to_first_help, first_help_to_crisis),
        migrations.RemoveField(model_name="guideanswer", name="is_crisis"),
        migrations.AddField(
            model_name="guideanswer",
            name="advice",
            field=models.CharField(
                blank=True,
                help_text="What nobody with this answer may miss. Stands at the top of the result.",
                max_length=200,
            ),
        ),
    ]
