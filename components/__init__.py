"""Vietnamese understanding: text views, and the Rasa graph components built on them."""
