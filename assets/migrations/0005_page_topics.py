"""Public figures are made anew where something of the past changes; no act of every day waits for that."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0004_paid_says_amount'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='countitem',
            trigger=pgtrigger.compiler.Trigger(name='counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (NEW.result = 'pending') <> (OLD.result = 'pending') THEN INSERT INTO organization_pagetopic (topic, generation) VALUES ('assets', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; END IF; RETURN NULL;", hash='743859e37a306325e714fe036c6dee67b7f818c4', operation='UPDATE OF "result", "counted_at"', pgid='pgtrigger_counted_fe30f', table='assets_countitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countsession',
            trigger=pgtrigger.compiler.Trigger(name='opened', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NEW.opened_at IS DISTINCT FROM OLD.opened_at THEN INSERT INTO organization_pagetopic (topic, generation) VALUES ('assets', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; END IF; RETURN NULL;", hash='591518dc3f20b40020505d75b51bebce1eaa688f', operation='UPDATE OF "opened_at"', pgid='pgtrigger_opened_9bc7f', table='assets_countsession', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='incident',
            trigger=pgtrigger.compiler.Trigger(name='decided', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NEW.decided_on IS DISTINCT FROM OLD.decided_on THEN INSERT INTO organization_pagetopic (topic, generation) VALUES ('assets', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; END IF; RETURN NULL;", hash='8ab1f8ff43fe5e433e9c784a08bc088f62d202d2', operation='UPDATE OF "decided_on"', pgid='pgtrigger_decided_1b7d5', table='assets_incident', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='past_day_of_return', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NEW.due_on <> OLD.due_on AND OLD.state IN ('out', 'returned') AND OLD.due_on < (now() AT TIME ZONE 'Asia/Bangkok')::date THEN INSERT INTO organization_pagetopic (topic, generation) VALUES ('assets', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; END IF; RETURN NULL;", hash='a54f5d23081523f2e52438ada5f30098f3e51d19', operation='UPDATE OF "due_on"', pgid='pgtrigger_past_day_of_return_f48b1', table='assets_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='past_loan', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NEW.requested_at < date_trunc('day', now() AT TIME ZONE 'Asia/Bangkok') AT TIME ZONE 'Asia/Bangkok' THEN INSERT INTO organization_pagetopic (topic, generation) VALUES ('assets', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; END IF; RETURN NULL;", hash='e39d68d6c27c797a7cb2ca59698b009113e9866a', operation='INSERT', pgid='pgtrigger_past_loan_2d6be', table='assets_loan', when='AFTER')),
        ),
    ]
