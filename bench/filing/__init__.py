"""The complaint channel under load: speed against unsealed filing, many at once, large files, wrong codes, crashes."""
