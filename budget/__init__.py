"""The budget in the open: plans and their revisions, spending, procurement, what people say about them."""
