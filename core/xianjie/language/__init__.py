"""The language of conditions: read, typed, decided, said in words, and compiled."""
