"""From a row of the inbox to its handler: batches, limits, routes."""
