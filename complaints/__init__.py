"""The corruption-complaint channel: reports sealed to the officers who may read them and to the reporter's code."""
