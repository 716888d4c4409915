"""Outbox and channels: in-app and e-mail."""
