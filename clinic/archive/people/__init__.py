"""Who may do what with the records, and how they prove who they are.

`roles` says which rights a role holds, `register` keeps the people, `totp` is the second factor, `guesses` slows down
whoever tries passphrases, `emergency` lets somebody in against the rules, loudly.
"""
