"""The page of a course's records reads them newest first, and whoever looks at a key is looked up among what happened today."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grader", "0011_one_diagnosis")]
    operations = [migrations.AddIndex("auditevent", models.Index(fields=["course", "created_at"], name="audit_of_course"))]
