"""The days off are `organization.Holiday` now: their table has been renamed there, nothing is dropped here."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0005_holidays'),
        ('complaints', '0001_cases_vaults_and_log'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Holiday')]),
    ]
