"""The municipality's days off move down from the complaint channel: other apps count working days too.

The table, its rows and its content type (so permissions and the admin's history) are renamed, not made anew.
`complaints.0002_holidays_move_down` then forgets the model there.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# The table first: PostgreSQL keeps its sequence and the indexes under their old names.
RENAMED = (
    ('TABLE', '{}_holiday'),
    ('SEQUENCE', '{}_holiday_id_seq'),
    ('INDEX', '{}_holiday_pkey'),
    ('INDEX', '{}_holiday_day_key'),
)


def rename(old, new):
    return [f'ALTER {kind} {name.format(old)} RENAME TO {name.format(new)}' for kind, name in RENAMED]


def move_content_type(apps, old, new):
    """One that a run stopped halfway left at the new place is empty and gives way."""
    holidays = apps.get_model('contenttypes', 'ContentType').objects.filter(model='holiday')
    if holidays.filter(app_label=old).exists():
        holidays.filter(app_label=new).delete()
        holidays.filter(app_label=old).update(app_label=new)


def move_down(apps, schema_editor):
    move_content_type(apps, 'complaints', 'organization')


def move_up(apps, schema_editor):
    move_content_type(apps, 'organization', 'complaints')


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('complaints', '0001_cases_vaults_and_log'),
        ('organization', '0004_sent_reminders'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(rename('complaints', 'organization'), rename('organization', 'complaints')),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Holiday',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(unique=True, verbose_name='day')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                    ],
                    options={
                        'verbose_name': 'additional day off',
                        'verbose_name_plural': 'additional days off',
                        'ordering': ['day'],
                    },
                ),
            ],
        ),
        migrations.RunPython(move_down, move_up),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='bumps_organization_pages', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO organization_pagetopic (topic, generation) VALUES ('organization', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; RETURN NULL;", hash='34bdfa8320faf018da48a16b8606b8bad64dae16', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_bumps_organization_pages_17432', table='organization_holiday', when='AFTER')),
        ),
    ]
