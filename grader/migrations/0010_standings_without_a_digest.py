"""Which answers came before is asked of the submissions, all of them; a standing no longer keeps the last one's digest."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("grader", "0009_responses")]
    operations = [migrations.RemoveField("standing", "last_digest")]
