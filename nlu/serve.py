"""Entry point of the NLU process: Rasa's own command line, with the quick action check in place.

Use it as one would use `rasa`: `python -m nlu.serve run --enable-api …`.
"""

from nlu.components import action_check

if __name__ == "__main__":
    action_check.install()
    from rasa.__main__ import main

    main()
