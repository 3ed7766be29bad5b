"""The budget in the back office: to look at; acts are done at the desk."""
