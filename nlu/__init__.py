"""How the assistant understands: Rasa's domain, data and components; runs alone in Python 3.10."""
