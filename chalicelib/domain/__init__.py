"""The trade: values and rules. Nothing here knows AWS, HTTP or the clock."""
