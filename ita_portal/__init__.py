"""Settings, addresses and the model-less tools that every app uses. Imports no other app."""
