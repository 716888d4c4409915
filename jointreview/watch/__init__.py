"""What the product tells those who watch it: measures and log lines, without personal data."""
