from django.db import migrations

CREATE = """
CREATE FUNCTION portal_grams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
      FROM (SELECT substr(words, start, size) AS gram
              FROM generate_series(1, length(words)) AS start, generate_series(2, 3) AS size
             WHERE start + size - 1 <= length(words)) AS every
     WHERE gram !~ '\\s'
$$;
"""


class Migration(migrations.Migration):
    """Pieces of words for searches: Thai puts no spaces between words, and PostgreSQL's own trigrams need a locale
    that knows Thai letters."""

    dependencies = [("organization", "0005_holidays")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION portal_grams(text)")]
