"""What the service does: rules as functions on tables. No web, queue, model file or clock of its own."""
