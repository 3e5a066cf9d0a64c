"""The door: who asks, by which credential, how often."""
