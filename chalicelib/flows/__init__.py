"""What the service does: one method per use case, in the words of the trade."""
