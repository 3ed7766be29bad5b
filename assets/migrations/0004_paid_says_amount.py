"""What was paid for damage or loss has an amount: an empty one passed the guard, as nothing compared is neither."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0003_count_closed_stays'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='incident',
            name='incident_paid_says_amount',
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('remedy', 'paid'), _negated=True), models.Q(('amount__isnull', False), ('amount__gt', 0)), _connector='OR'), name='incident_paid_says_amount', violation_error_message='Write the amount that was paid.'),
        ),
    ]
