"""The parent of `make run`: starts Redis, actions, Rasa and the gateway, and keeps them alive."""
