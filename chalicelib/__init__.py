"""The map of the house.

app.py ─► api ─► wiring ─► store, senders, hooks, images, config
           │        │
           ▼        ▼
         flows ─► domain

| you look for                  | open                    |
|-------------------------------|-------------------------|
| what a route accepts          | api/<noun>.py           |
| what it does                  | flows/<noun>.py         |
| the rule it follows           | domain/<noun>.py        |
| an error's number and text    | domain/*errors.py       |
| a limit                       | domain/quotas.py        |
| what a user is                | domain/users.py         |
| what a template may say       | domain/handlebars.py    |
| what bars a template          | domain/lint.py          |
| how it is stored              | store/*tables.py        |
| a carrier                     | senders/                |
| what hooks are told           | domain/events.py        |
| how a hook is called          | hooks/                  |
| an environment variable       | config.py               |
| what is wired to what         | wiring/                 |
| the administrator's commands  | operate/<noun>.py       |
| the administrator's API       | api/console/<noun>.py   |
| what `make run` adds          | local/ (never deployed) |

Imports point inwards; tests/test_architecture.py walks them.
"""

VERSION = "0.1.0"
