"""A closed count stays as it is; what a correction replaced is kept; pieces found that cannot be used are counted."""

# The number 0002 is taken by the import: it depends on this one, or this one on it (one line of arrows, no fork).

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0001_register_loans_counts'),
        ('organization', '0006_search_grams'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CountItemEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('expected', models.PositiveIntegerField(verbose_name='expected')),
                ('result', models.CharField(choices=[('pending', 'Not counted yet'), ('found', 'Found'), ('wrong_place', 'Found in another place'), ('missing', 'Missing')], default='pending', max_length=12, verbose_name='result')),
                ('found', models.PositiveIntegerField(default=0, verbose_name='found')),
                ('damaged', models.PositiveIntegerField(default=0, verbose_name='of these unusable')),
                ('condition', models.CharField(blank=True, choices=[('good', 'Usable'), ('worn', 'Worn, still usable'), ('damaged', 'Damaged'), ('unusable', 'Beyond repair'), ('lost', 'Lost')], max_length=10, verbose_name='condition')),
                ('found_place', models.CharField(blank=True, max_length=200, verbose_name='where it was found')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('counted_at', models.DateTimeField(null=True, verbose_name='counted at')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='countitem',
            name='damaged',
            field=models.PositiveIntegerField(default=0, verbose_name='of these unusable'),
        ),
        migrations.AddIndex(
            model_name='countitem',
            index=models.Index(condition=models.Q(('result', 'pending')), fields=['session', 'division', 'place', 'id'], name='count_item_to_do'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='counter',
            trigger=pgtrigger.compiler.Trigger(name='closed_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE of_count bigint; closed timestamptz;', func="\n            of_count := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;\n            SELECT s.closed_at INTO closed FROM assets_countsession s WHERE s.id = of_count FOR SHARE;\n            IF closed IS NOT NULL THEN\n                RAISE EXCEPTION 'count % is closed', of_count\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='494a7428698f14f58c213e2cc6fa05e361964348', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_closed_stays_1bdfa', table='assets_counter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countitem',
            trigger=pgtrigger.compiler.Trigger(name='closed_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE of_count bigint; closed timestamptz;', func="\n            of_count := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;\n            SELECT s.closed_at INTO closed FROM assets_countsession s WHERE s.id = of_count FOR SHARE;\n            IF closed IS NOT NULL THEN\n                RAISE EXCEPTION 'count % is closed', of_count\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='cb8da5827e40201673dc0038182fe4768db526f4', operation='UPDATE OR DELETE', pgid='pgtrigger_closed_stays_26785', table='assets_countitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countitem',
            trigger=pgtrigger.compiler.Trigger(name='corrected_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."result" IN (\'found\', \'wrong_place\', \'missing\'))', func='INSERT INTO "assets_countitemevent" ("asset_id", "condition", "counted_at", "counted_by_id", "damaged", "division_id", "expected", "found", "found_place", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "result", "revision", "session_id") VALUES (OLD."asset_id", OLD."condition", OLD."counted_at", OLD."counted_by_id", OLD."damaged", OLD."division_id", OLD."expected", OLD."found", OLD."found_place", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'corrected\', OLD."id", OLD."place", OLD."result", OLD."revision", OLD."session_id"); RETURN NULL;', hash='7d57440a266e2434d7a086037cec584c4b867f6a', operation='UPDATE', pgid='pgtrigger_corrected_update_51ae5', table='assets_countitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countsession',
            trigger=pgtrigger.compiler.Trigger(name='closed_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."closed_at" IS NOT NULL)', func="\n                    RAISE EXCEPTION 'count % is closed', OLD.id\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';\n                ", hash='83bc1a0a3bd63d93fbac19515b367d1b5908b1bb', operation='UPDATE OR DELETE', pgid='pgtrigger_closed_stays_6fb97', table='assets_countsession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surprise',
            trigger=pgtrigger.compiler.Trigger(name='closed_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE of_count bigint; closed timestamptz;', func="\n            of_count := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;\n            SELECT s.closed_at INTO closed FROM assets_countsession s WHERE s.id = of_count FOR SHARE;\n            IF closed IS NOT NULL THEN\n                RAISE EXCEPTION 'count % is closed', of_count\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='f50325f57fed97a4335809d08bf0fbacf7612a7c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_closed_stays_5a7da', table='assets_surprise', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='countitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('condition__in', ['', 'good', 'worn']), ('damaged', 0)), models.Q(models.Q(('condition__in', ['', 'good', 'worn', 'lost']), _negated=True), ('damaged__range', (1, models.F('found')))), _connector='OR'), name='count_damaged_says_condition', violation_error_message='Say how many of the pieces found cannot be used.'),
        ),
        migrations.AddField(
            model_name='countitemevent',
            name='asset',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='assets.asset', verbose_name='asset'),
        ),
        migrations.AddField(
            model_name='countitemevent',
            name='counted_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='countitemevent',
            name='division',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organization.division', verbose_name='owning division'),
        ),
        migrations.AddField(
            model_name='countitemevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='countitemevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='assets.countitem'),
        ),
        migrations.AddField(
            model_name='countitemevent',
            name='session',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='assets.countsession'),
        ),
    ]
