"""What the service is measured against: the least that the same work can cost."""
