"""Documents that staff must know, who has acknowledged them, trainings."""
