"""Entry point of the NLU process: Rasa's own command line, with quicker calls of the action server.

Use it as one would use `rasa`: `python -m nlu.serve run --enable-api …`.
"""

from nlu.components import action_check, kept_connection

if __name__ == "__main__":
    action_check.install()
    kept_connection.install()
    from rasa.__main__ import main

    main()
