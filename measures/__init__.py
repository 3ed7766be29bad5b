"""The plan: issue areas, questions, findings, measures, quarterly progress, evidence, official documents."""
