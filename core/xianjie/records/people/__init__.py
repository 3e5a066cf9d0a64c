"""People: who they are, the cases that are pending for them, what they consented to, what was disclosed."""
