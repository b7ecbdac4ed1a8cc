"""The process that faces the internet: web chat, health and metrics. Never imports Rasa or anything built on it."""
