"""This is where the headers of the LeanCloud API are named, for the browsers' preflight."""

#: LeanCloud's own list, and If-Match: a browser drops a request with a header that is not on it.
ALLOWED = [
    "Content-Type",
    "If-Match",
    "X-AVOSCloud-Application-Id",
    "X-AVOSCloud-Application-Key",
    "X-AVOSCloud-Application-Production",
    "X-AVOSCloud-Client-Version",
    "X-AVOSCloud-Master-Key",
    "X-AVOSCloud-Request-Sign",
    "X-AVOSCloud-Session-Token",
    "X-AVOSCloud-Super-Key",
    "X-LC-Hook-Key",
    "X-LC-Id",
    "X-LC-Key",
    "X-LC-Prod",
    "X-LC-Session",
    "X-LC-Sign",
    "X-LC-UA",
    "X-Requested-With",
    "X-Uluru-Application-Id",
    "X-Uluru-Application-Key",
    "X-Uluru-Application-Production",
    "X-Uluru-Client-Version",
    "X-Uluru-Session-Token",
]

#: What a page may read of an answer.
EXPOSED = ["ETag", "Retry-After", "X-Next"]
