from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exercises", "0005_revision_shown")]
    operations = [
        migrations.AddField(
            "user",
            "link_made_at",
            models.DateTimeField(
                null=True, blank=True, editable=False, help_text="When the last sign-in link was made. A new one ends those before it."
            ),
        ),
    ]
